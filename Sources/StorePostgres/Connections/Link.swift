import Domain
import Egress
import LibPQ
import StoreAPI
import StoreRows

/// One open connection with its settings and its prepared statements, of one thread.
final class Link {
    /// A statement's own limit is the session's `statement_timeout`; this one is for a server that says nothing.
    static let patience = Duration.seconds(40)
    /// Prepared statements of a connection; their texts come from a bounded set.
    private static let mostStatements = 500

    let connection: PostgresConnection
    private var names: [String: String] = [:]
    /// How the transaction under way treats a refusal.
    var isReading = false
    /// The first failure of the transaction under way: it can't be committed any more.
    private(set) var failure: StoreFailure?

    /// How rows are loaded by COPY, which row-level security refuses.
    enum Loading {
        /// The session's user isn't the tables' owner.
        case refused
        /// As the owner, who the session's user is, for that statement alone.
        case asOwner
        /// The pool works as the owner.
        case asItIs
    }

    var loading = Loading.refused

    init(_ connection: PostgresConnection) { self.connection = connection }

    /// Begins a transaction of a tenant in one round trip; answers the database's time in milliseconds.
    func begin(_ tenant: TenantID, reading: Bool) throws -> Timestamp {
        isReading = reading
        failure = nil
        // The tenant as a statement of its own: policies see it on every node of a cluster.
        let sql = try attempt { connection throws(PostgresError) in
            """
            BEGIN \(reading ? "ISOLATION LEVEL REPEATABLE READ READ ONLY" : "ISOLATION LEVEL READ COMMITTED READ WRITE");
            SET LOCAL tributary.tenant = \(try connection.literal(tenant.stored));
            SELECT (extract(epoch FROM now()) * 1000)::bigint
            """
        }
        let rows = try script(sql)
        guard let text = rows.first?.first ?? nil, let time = Int64(text) else { throw Row.broken }
        return Timestamp(milliseconds: time)
    }

    /// Whether another statement can use it.
    var isUsable: Bool { connection.transactionState != .unknown }

    /// Throws what was remembered where a statement failed although the caller went on.
    func requireSound() throws {
        if let failure { throw failure.error }
        guard connection.transactionState == .open else { throw StoreFailure.unavailable(nil) }
    }

    func commit() throws { try script("COMMIT") }

    /// After whatever happened. What fails here leaves a connection that isn't used again.
    func rollBack() {
        guard isUsable, connection.transactionState != .none else { return }
        // The server rolls back by itself when the connection ends.
        _ = try? connection.script("ROLLBACK", atMost: Self.patience)
    }

    /// Runs statements without parameters.
    @discardableResult
    func script(_ sql: String, atMost patience: Duration = Link.patience) throws -> [[String?]] {
        try attempt { connection throws(PostgresError) in try connection.script(sql, atMost: patience) }
    }

    /// Runs a statement that is prepared once a connection. `sql` must come from a bounded set of texts.
    func kept(_ sql: String, _ values: [any Bindable]) throws -> PostgresAnswer {
        let parameters = Self.parameters(values)
        return try attempt { connection throws(PostgresError) in
            let name = try self.prepare(sql, parameters.types, connection)
            return try connection.run(prepared: name, parameters, atMost: Self.patience)
        }
    }

    var canLoad: Bool { loading != .refused }

    /// Adds the rows of `body` to a table by a `COPY … FROM STDIN`, which must name no tenant; answers how many.
    func load(_ sql: String, _ body: (inout CopyIn) throws(PostgresError) -> Void) throws -> Int {
        try attempt { connection throws(PostgresError) in
            try connection.copyIn(
                self.loading == .asItIs
                    ? sql : "SET LOCAL ROLE NONE; \(sql); SET LOCAL ROLE \(LinkMaker.role)",
                atMost: Self.patience, body)
        }
    }

    /// Runs a statement that is prepared for this call only.
    func once(_ sql: String, _ values: [any Bindable]) throws -> PostgresAnswer {
        try attempt { connection throws(PostgresError) in
            try connection.run(sql, Self.parameters(values), atMost: Self.patience)
        }
    }

    /// A failed statement's transaction can only be rolled back: it is remembered, whatever the caller makes of the error.
    private func attempt<Value>(_ body: (PostgresConnection) throws(PostgresError) -> Value) throws -> Value {
        if let failure { throw failure.error }
        do {
            return try body(connection)
        } catch {
            let failure = StoreFailure(error, isReading: isReading)
            self.failure = failure
            throw failure.error
        }
    }

    private func prepare(
        _ sql: String, _ types: [UInt32], _ connection: PostgresConnection
    ) throws(PostgresError) -> String {
        if let name = names[sql] { return name }
        if names.count >= Self.mostStatements {
            try connection.script("DEALLOCATE ALL", atMost: Self.patience)
            names = [:]
        }
        let name = "s\(names.count)"
        try connection.prepare(name, sql, types: types, atMost: Self.patience)
        names[sql] = name
        return name
    }

    private static func parameters(_ values: [any Bindable]) -> PostgresParameters {
        var parameters = PostgresParameters()
        for value in values { value.bind(to: &parameters) }
        return parameters
    }

    /// Forgets the failure of a transaction that is over.
    func clear() { failure = nil }

    /// Ends the sessions of frozen processes that hold locks; answers how many they were.
    func endFrozenSessions() throws -> Int { try integer("SELECT end_frozen_sessions()") }
}

// What tables do most.
extension Link {
    /// Runs a statement for its effect; answers how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: any Bindable...) throws -> Int { try kept(sql, values).affected }

    /// The first row of an answer.
    func first<Value>(
        _ sql: String, _ values: any Bindable..., read: (inout Row) throws -> Value
    ) throws -> Value? {
        let answer = try kept(sql, values)
        guard answer.rows > 0 else { return nil }
        var row = Row(answer, 0)
        return try read(&row)
    }

    /// All rows of an answer; the statement bounds how many.
    func all<Value>(_ sql: String, _ values: any Bindable..., read: (inout Row) throws -> Value) throws -> [Value] {
        try kept(sql, values).all(read)
    }

    /// A count, 0 for an answer without rows.
    func integer(_ sql: String, _ values: any Bindable...) throws -> Int {
        let answer = try kept(sql, values)
        guard answer.rows > 0 else { return 0 }
        var row = Row(answer, 0)
        return row.int()
    }
}

extension PostgresAnswer {
    func all<Value>(_ read: (inout Row) throws -> Value) throws -> [Value] {
        try (0..<rows).map { place in
            var row = Row(self, place)
            return try read(&row)
        }
    }
}

/// `$1, $2, …`
func placeholders(_ count: Int) -> String {
    (1...count).map { "$\($0)" }.joined(separator: ", ")
}
