import Domain
import Egress
import LibPQ
import StoreAPI

/// Opens connections and sets them up.
struct LinkMaker: Sendable {
    let location: PostgresLocation
    let clock: MonotonicClock
    /// After how long a transaction whose process says nothing is ended by the server.
    let silence: Duration

    /// The role that the pool works as: it doesn't own the tables, so their policies hold for it.
    static let role = "tributary_app"
    static let schema = "tributary"

    private static let oldestVersion = 150_000

    /// A connection as the user that the URL names, for making tables.
    func openAsOwner() throws -> Link {
        let link = Link(try dial(Interrupt()))
        try link.script(settings(lockTimeout: .seconds(60), statementTimeout: .zero))
        return link
    }

    /// A connection of a pool. Answers whether it works as the role of its own.
    ///
    /// - Parameter keepsPlans: for statements whose plan is the same whatever their values are, as those of writes: each is
    ///   planned once a connection.
    func open(keepsPlans: Bool = false) throws -> (link: Link, isRestricted: Bool) {
        let link = Link(try dial(Interrupt()))
        try link.script(settings(lockTimeout: .seconds(2), statementTimeout: .seconds(30)))
        if keepsPlans { try link.script("SET plan_cache_mode = force_generic_plan") }
        let answer = try link.script(
            """
            SELECT (SELECT pg_has_role(oid, 'MEMBER') FROM pg_catalog.pg_roles WHERE rolname = '\(Self.role)'),
              (SELECT NOT row_security_active(oid) AND has_table_privilege(oid, 'INSERT')
                FROM pg_catalog.pg_class WHERE oid = to_regclass('\(Self.schema).records'))
            """)
        let isRestricted = answer.first?.first == "t"
        if isRestricted { try link.script("SET ROLE \(Self.role)") }
        if answer.first?.last == "t" { link.loading = isRestricted ? .asOwner : .asItIs }
        return (link, isRestricted)
    }

    /// A connection that is told of hints until `interrupt` is fired.
    func openListener(_ channel: String, interrupt: Interrupt) throws -> Link {
        let link = Link(try dial(interrupt))
        try link.script("LISTEN \(channel)")
        return link
    }

    private func dial(_ interrupt: Interrupt) throws -> PostgresConnection {
        // The operator's own database: every address may be reached, private ones above all.
        let addresses = try EgressGuard.unrestricted.addresses(
            of: location.host, port: location.port, for: .installation)
        do {
            let connection = try PostgresConnection.open(
                location.parameters, at: addresses, interrupt: interrupt, clock: clock)
            guard connection.serverVersion >= Self.oldestVersion else {
                throw AppError(
                    .storeUnavailable,
                    "The database server is PostgreSQL \(connection.serverVersion / 10_000); 15 is the oldest that serves."
                )
            }
            // One that isn't promoted yet, or never will be: it takes no writes, and what it shows may be old.
            guard !connection.isStandby else {
                throw StoreFailure(.reconnect, StoreFailure.unavailable("it is a standby"))
            }
            return connection
        } catch let error as PostgresError {
            throw StoreFailure(.reconnect, Self.refusal(error))
        }
    }

    private static func refusal(_ error: PostgresError) -> AppError {
        let reason =
            switch (error.kind, error.sqlState) {
            case (.refusal, "28P01"), (.refusal, "28000"), (.passwordMissing, _): "it refuses the user or the password"
            case (.refusal, "3D000"): "it has no database of that name"
            case (.refusal, let state): "SQLSTATE \(state ?? "unknown")"
            case (.tlsUnsupported, _), (.tlsFailed, _): "TLS can't be agreed on; look at sslmode"
            case (.refused, _): "nothing listens there"
            default: "\(error.kind)"
            }
        return StoreFailure.unavailable(reason)
    }

    /// Every statement of the store has its indexes, and the planner must not think better of it while a table is small: the plan
    /// stays when it isn't. Nor must it sort where an index has the order: of a table that was never analyzed it expects one row
    /// of any index, and would go through all of a DataSource for each key.
    ///
    /// Sent in one round trip. The search path goes first: what the database says of it could lead to tables that somebody
    /// else made.
    private func settings(lockTimeout: Duration, statementTimeout: Duration) -> String {
        """
        SET search_path = \(Self.schema), pg_temp;
        SET lock_timeout = \(lockTimeout.wholeMilliseconds);
        SET statement_timeout = \(statementTimeout.wholeMilliseconds);
        SET idle_in_transaction_session_timeout = \(silence.wholeMilliseconds);
        SET synchronous_commit = on;
        SET TimeZone = 'UTC';
        SET client_min_messages = error;
        SET enable_seqscan = off;
        SET enable_hashjoin = off;
        SET enable_mergejoin = off;
        SET enable_sort = off;
        SET jit = off
        """
    }
}
