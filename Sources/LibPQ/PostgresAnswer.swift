import CLibPQ

/// All that one statement answered, in libpq's memory; values are in PostgreSQL's binary form.
public final class PostgresAnswer {
    private let result: OpaquePointer

    init(_ result: OpaquePointer) { self.result = result }

    deinit { PQclear(result) }

    /// Rows of the answer.
    public var rows: Int32 { PQntuples(result) }

    /// Rows that the statement changed or answered.
    public var affected: Int { PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// Lends a value's bytes; nil for null. Valid as long as the answer.
    public func value(_ row: Int32, _ column: Int32) -> UnsafeRawBufferPointer? {
        guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else { return nil }
        return UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
    }
}
