import CLibPQ
import Domain
import Glibc

extension PostgresConnection {
    /// Sends one statement and reads its rows, each value as text, nil for null.
    ///
    /// `columns` is how many values each row must have. Meant for catalogues: all rows are in memory at once, 64 MiB at
    /// most. Throws ``PostgresError``; `limit` bounds the whole call.
    @discardableResult
    public func rows(
        _ sql: String, _ values: [String?] = [], columns: Int = 0, atMost limit: Duration = .seconds(40)
    ) throws(PostgresError) -> [[String?]] {
        let deadline = clock.now() + limit
        try send(sql, values, until: deadline)
        var rows: [[String?]] = []
        try readAnswer(until: deadline) { result throws(PostgresError) in
            guard Int(PQnfields(result)) == columns else { throw PostgresError(.malformed) }
            rows = Self.texts(result)
        }
        return rows
    }

    /// Reads all that a statement answers to its end and lends `body` what has rows; then throws the first refusal.
    func readAnswer(
        until deadline: Duration, _ body: (OpaquePointer) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        var failure: PostgresError?
        while let result = try nextResult(until: deadline) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK: break
            case PGRES_TUPLES_OK: try body(result)
            // One that nobody asked for, and that would be given again for ever.
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: throw PostgresError(.malformed)
            default: failure = failure ?? Self.refusal(result)
            }
        }
        settle()
        if let failure { throw failure }
    }

    func send(_ sql: String, _ values: [String?], until deadline: Duration) throws(PostgresError) {
        guard !sql.utf8.contains(0), values.allSatisfy({ !($0?.utf8.contains(0) ?? false) }) else {
            throw PostgresError(.invalidParameter)
        }
        let copies = values.map { value in value.flatMap { strdup($0) } }
        defer { for copy in copies { free(copy) } }
        let isSent = copies.map { UnsafePointer($0) }.withUnsafeBufferPointer { pointers in
            PQsendQueryParams(raw, sql, Int32(values.count), nil, pointers.baseAddress, nil, nil, 0)
        }
        guard isSent == 1 else { throw PostgresError(.connectionLost) }
        try flush(until: deadline)
    }

    /// Sends what waits to be sent, and takes in what comes meanwhile.
    func flush(until deadline: Duration) throws(PostgresError) {
        while true {
            switch PQflush(raw) {
            case 0: return
            case 1: try wait(for: POLLIN | POLLOUT, until: deadline)
            default: throw lost()
            }
            try takeIn(upTo: Self.longestAnswer)
        }
    }

    /// The next result of what was sent; nil after the last.
    func nextResult(until deadline: Duration) throws(PostgresError) -> OpaquePointer? {
        while PQisBusy(raw) == 1 {
            try wait(for: POLLIN, until: deadline)
            try takeIn(upTo: Self.longestAnswer)
        }
        return PQgetResult(raw)
    }

    /// The connection broke: what the server said last, if it said why.
    func lost() -> PostgresError {
        while let result = PQgetResult(raw) {
            defer { PQclear(result) }
            if let state = Self.refusal(result).sqlState { return PostgresError(.refusal, sqlState: state) }
            // A broken connection gives one failed result; a COPY that is still open would give them for ever.
            if [PGRES_COPY_OUT, PGRES_COPY_IN].contains(PQresultStatus(result)) { break }
        }
        return PostgresError(.connectionLost)
    }

    /// What a failed result says.
    static func refusal(_ result: OpaquePointer) -> PostgresError {
        // PG_DIAG_SQLSTATE of `postgres_ext.h`, a C character that isn't imported.
        guard let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) else {
            return PostgresError(.connectionLost)
        }
        // Invariant 6: a server may put anything there.
        let text = String(cString: state)
        return PostgresError(.refusal, sqlState: text.isSQLState ? text : nil)
    }

    /// The types of a query's columns by their oids, and nothing of its rows: for a statement that ends in LIMIT 0. A domain's
    /// is its base type's.
    public func columnTypes(of sql: String, atMost limit: Duration = .seconds(40)) throws(PostgresError) -> [UInt32] {
        let deadline = clock.now() + limit
        try send(sql, [], until: deadline)
        var types: [UInt32]?
        try readAnswer(until: deadline) { result in types = (0..<PQnfields(result)).map { PQftype(result, $0) } }
        guard let types else { throw PostgresError(.malformed) }
        return types
    }

    static func texts(_ result: OpaquePointer) -> [[String?]] {
        let columns = PQnfields(result)
        return (0..<PQntuples(result)).map { row in
            (0..<columns).map { column in
                guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else {
                    return nil
                }
                return String(cString: value)
            }
        }
    }
}
