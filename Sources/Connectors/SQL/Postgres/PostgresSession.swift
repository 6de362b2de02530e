import ConnectorAPI
import Domain
import Egress
import LibPQ

/// A connection to a source with a transaction in which every read sees the same state.
struct PostgresSession {
    static let oldestVersion = 120_000

    let connection: PostgresConnection
    let config: PostgresConfig

    /// Resolves and checks the host, then connects.
    static func open(
        _ context: ConnectorContext, guardedBy egress: EgressGuard, interrupt: Interrupt, clock: MonotonicClock
    ) throws -> PostgresSession {
        let config = try PostgresConfig(context)
        let addresses = try egress.addresses(of: config.host, port: config.port, for: context.tenant)
        do {
            let connection = try PostgresConnection.open(
                config.parameters, at: addresses, interrupt: interrupt, clock: clock)
            guard connection.serverVersion >= oldestVersion else {
                throw AppError.source(.postgresTooOld, ErrorCode.postgresTooOld.summary, recovery: .fixConfig)
            }
            return PostgresSession(connection: connection, config: config)
        } catch let error as PostgresError {
            throw error.failure()
        }
    }

    /// Runs `body` in a read-only transaction of its own, under settings of its own or, for what they don't matter to, under
    /// the search path alone.
    func inTransaction<Result>(withSettings: Bool = true, _ body: () throws -> Result) throws -> Result {
        do {
            try connection.rows("BEGIN READ ONLY")
            if withSettings { try applySettings() } else { try connection.rows(Self.searchPath) }
            let result = try body()
            try connection.rows("COMMIT")
            return result
        } catch let error as PostgresError {
            throw error.failure()
        }
    }

    /// Begins the transaction that a run reads in: from here on it sees the database as it is now, whatever others
    /// commit (PostgreSQL 15, 13.2.2).
    func beginSnapshot() throws -> PostgresSnapshot {
        // Looked at before the snapshot is taken, so that no transaction falls between the two.
        let open = try inTransaction(withSettings: false) { try connection.rows(Self.openTransactionsSQL, columns: 4) }
        do {
            try connection.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try applySettings()
            let isNew = connection.serverVersion >= 130_000
            let bounds = try connection.rows(isNew ? Self.snapshotSQL : Self.oldSnapshotSQL, columns: 2)
            return PostgresSnapshot(openTransactions: open.first ?? [], bounds: bounds.first ?? [])
        } catch {
            throw error.failure()
        }
    }

    /// For the transaction only, so that nothing stays behind in a pool's connection. The search path goes first: what
    /// the database says of it could lead to functions that somebody else made.
    private func applySettings() throws(PostgresError) {
        try connection.rows(Self.searchPath)
        try connection.rows(Self.settingsSQL, columns: 1)
    }

    private static let searchPath = "SET LOCAL search_path = pg_catalog"

    /// Those that a server doesn't know are left out. A table is read from its first page on, not from where another reader of it
    /// is: rows in the order of their keys are stored sooner.
    private static let settingsSQL = """
        SELECT count(set_config(v.name, v.value, true))
        FROM (VALUES ('datestyle', 'ISO, YMD'), ('intervalstyle', 'iso_8601'), ('timezone', 'UTC'),
            ('extra_float_digits', '3'), ('bytea_output', 'hex'), ('lc_monetary', 'C'), ('xmloption', 'content'),
            ('statement_timeout', '30s'), ('lock_timeout', '20s'), ('idle_in_transaction_session_timeout', '0'),
            ('synchronize_seqscans', 'off'))
          AS v(name, value) WHERE current_setting(v.name, true) IS NOT NULL
        """

    /// Since when the oldest transaction has been open that this role can see, in microseconds since 2000: as UTC, and as
    /// the server's own local time. On a standby those of the primary can't be seen. What the views `pg_stat_activity` and
    /// `pg_prepared_xacts` are made of takes a new session half the time.
    private static let openTransactionsSQL = """
        SELECT pg_is_in_recovery(), (extract(epoch FROM s.since) * 1000000)::int8 - 946684800000000,
          (extract(epoch FROM s.since AT TIME ZONE s.zone) * 1000000)::int8 - 946684800000000,
          EXISTS (SELECT FROM pg_prepared_xact() p WHERE p.dbid = s.database)
        FROM (SELECT d.oid AS database, least(min(a.xact_start), clock_timestamp()) AS since, current_setting('TimeZone') AS zone
          FROM pg_database d LEFT JOIN pg_stat_get_activity(NULL) a ON a.datid = d.oid AND a.pid <> pg_backend_pid()
          WHERE d.datname = current_database() GROUP BY d.oid) s
        """

    private static let snapshotSQL = """
        SELECT pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text FROM pg_current_snapshot() s
        """
    private static let oldSnapshotSQL = """
        SELECT txid_snapshot_xmin(s)::text, txid_snapshot_xmax(s)::text FROM txid_current_snapshot() s
        """
}

/// What is known of the moment at which a run sees the database.
struct PostgresSnapshot: Sendable, Hashable {
    /// Since when the oldest transaction has been open, or now: microseconds since 2000 UTC; nil = can't be known.
    var openSince: Int64?
    /// The same as the server's local time.
    var openSinceLocal: Int64?
    /// Transactions wait for their COMMIT PREPARED: nobody knows since when.
    var hasPrepared = false
    /// Every transaction below it had ended; nil = can't be known.
    var oldestTransaction: UInt64?
    /// No transaction from it on had begun to write.
    var nextTransaction: UInt64?

    init(openTransactions: [String?], bounds: [String?]) {
        hasPrepared = openTransactions.count == 4 && openTransactions[3] == "t"
        if openTransactions.count == 4, openTransactions[0] == "f" {
            openSince = openTransactions[1].flatMap { Int64($0) }
            openSinceLocal = openTransactions[2].flatMap { Int64($0) }
        }
        if bounds.count == 2 {
            oldestTransaction = bounds[0].flatMap { UInt64($0) }
            nextTransaction = bounds[1].flatMap { UInt64($0) }
        }
    }
}
