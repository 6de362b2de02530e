import CLibPQ
import Domain
import Glibc

// Statements with values and answers in binary form, for a program's own database.
extension PostgresConnection {
    /// What the connection says of its transaction.
    public enum TransactionState: Sendable {
        case none, open
        /// A statement failed in it: it can only be rolled back.
        case failed
        /// The connection is of no more use.
        case unknown
    }

    public var transactionState: TransactionState {
        switch PQtransactionStatus(raw) {
        case PQTRANS_IDLE: .none
        case PQTRANS_INTRANS: .open
        case PQTRANS_INERROR: .failed
        default: .unknown
        }
    }

    /// The server's process behind the connection.
    public var serverProcess: Int32 { PQbackendPID(raw) }

    /// Runs statements without parameters, separated by semicolons, in one round trip; answers the last one's rows as text,
    /// nil for null.
    @discardableResult
    public func script(_ sql: String, atMost limit: Duration) throws(PostgresError) -> [[String?]] {
        let deadline = clock.now() + limit
        guard !sql.utf8.contains(0), PQsendQuery(raw, sql) == 1 else { throw PostgresError(.connectionLost) }
        try flush(until: deadline)
        var rows: [[String?]] = []
        try readAnswer(until: deadline) { result in rows = Self.texts(result) }
        return rows
    }

    /// Makes a statement that ``run(prepared:_:atMost:)`` runs by its name.
    public func prepare(_ name: String, _ sql: String, types: [UInt32], atMost limit: Duration) throws(PostgresError) {
        let deadline = clock.now() + limit
        let isSent = types.withUnsafeBufferPointer { types in
            PQsendPrepare(raw, name, sql, Int32(types.count), types.baseAddress)
        }
        guard isSent == 1 else { throw PostgresError(.connectionLost) }
        try flush(until: deadline)
        _ = try answer(until: deadline)
    }

    /// Runs a prepared statement. The server reads its values as one message, and waits for no further byte while it works.
    public func run(
        prepared name: String, _ parameters: PostgresParameters, atMost limit: Duration
    ) throws(PostgresError) -> PostgresAnswer {
        let deadline = clock.now() + limit
        let isSent = parameters.lend { count, values, lengths, formats in
            PQsendQueryPrepared(raw, name, count, values, lengths, formats, 1)
        }
        guard isSent == 1 else { throw PostgresError(.connectionLost) }
        try flush(until: deadline)
        return try answer(until: deadline)
    }

    /// Runs a statement that isn't kept.
    public func run(
        _ sql: String, _ parameters: PostgresParameters, atMost limit: Duration
    ) throws(PostgresError) -> PostgresAnswer {
        let deadline = clock.now() + limit
        let isSent = parameters.lend { count, values, lengths, formats in
            parameters.types.withUnsafeBufferPointer { types in
                PQsendQueryParams(raw, sql, count, types.baseAddress, values, lengths, formats, 1)
            }
        }
        guard isSent == 1 else { throw PostgresError(.connectionLost) }
        try flush(until: deadline)
        return try answer(until: deadline)
    }

    /// A text as a literal of SQL, with its quotes.
    public func literal(_ text: String) throws(PostgresError) -> String {
        guard !text.utf8.contains(0), let escaped = PQescapeLiteral(raw, text, text.utf8.count) else {
            throw PostgresError(.invalidParameter)
        }
        defer { PQfreemem(escaped) }
        return String(cString: escaped)
    }

    /// The answer to its end; throws the first refusal.
    private func answer(until deadline: Duration) throws(PostgresError) -> PostgresAnswer {
        var last: PostgresAnswer?
        var failure: PostgresError?
        while let result = try nextResult(until: deadline) {
            let answer = PostgresAnswer(result)
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK: last = answer
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: throw PostgresError(.malformed)
            default: failure = failure ?? Self.refusal(result)
            }
        }
        settle()
        if let failure { throw failure }
        guard let last else { throw PostgresError(.malformed) }
        return last
    }
}

// Notifications (PostgreSQL 15, NOTIFY).
extension PostgresConnection {
    /// Waits until a notification may have come, or `interrupt` was fired (which throws), or the time is up. Answers the
    /// payloads of those that other connections sent.
    public func notifications(within limit: Duration) throws(PostgresError) -> [String] {
        // Some may have come with the answer to the statement before.
        takeNotifications()
        if notified.isEmpty, try isReady(for: POLLIN, within: limit) { try takeIn(upTo: Self.longestAnswer) }
        settle()
        defer { notified = [] }
        return notified
    }
}
