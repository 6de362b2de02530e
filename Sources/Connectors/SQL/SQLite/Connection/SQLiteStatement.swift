import GRDBSQLite

/// A prepared statement; parameters count from 1, columns from 0. Texts that a column gives last until the next step.
final class SQLiteStatement {
    let pointer: OpaquePointer
    private let connection: SQLiteConnection
    private let subject: String

    /// `subject` begins the sentence of an error: `the table orders`.
    init(_ sql: String, on connection: SQLiteConnection, subject: String) throws {
        self.connection = connection
        self.subject = subject
        connection.watch.advance()
        connection.authority.restart()
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v2(connection.handle, sql, -1, &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw connection.error(code, subject: subject) }
        pointer = prepared
    }

    deinit { sqlite3_finalize(pointer) }

    /// Takes one step; false when there are no more rows.
    @inline(__always)
    func step() throws -> Bool {
        connection.watch.advance()
        let code = sqlite3_step(pointer)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else { throw connection.error(code, subject: subject) }
        return false
    }

    func bind(_ index: Int32, _ value: CursorValue) throws {
        let code =
            switch value {
            case .integer(let value): sqlite3_bind_int64(pointer, index, value)
            case .real(let value): sqlite3_bind_double(pointer, index, value)
            case .text(let text): Self.bind(pointer, index, Array(text.utf8))
            }
        guard code == SQLITE_OK else { throw connection.error(code, subject: subject) }
    }

    /// SQLite frees the copy itself.
    private static func bind(_ pointer: OpaquePointer, _ index: Int32, _ text: [UInt8]) -> Int32 {
        guard let copy = sqlite3_malloc64(UInt64(text.count) + 1) else { return SQLITE_NOMEM }
        copy.copyMemory(from: text, byteCount: text.count)
        return sqlite3_bind_text64(
            pointer, index, copy.assumingMemoryBound(to: CChar.self), UInt64(text.count), sqlite3_free,
            UInt8(SQLITE_UTF8))
    }

    var columnCount: Int { Int(sqlite3_column_count(pointer)) }

    func columnName(_ column: Int) -> String {
        sqlite3_column_name(pointer, Int32(column)).map { String(cString: $0) } ?? ""
    }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }

    /// Nil for NULL and for what isn't UTF-8.
    func text(_ column: Int32) -> String? {
        guard let start = sqlite3_column_text(pointer, column) else { return nil }
        return String(
            validating: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column))),
            as: UTF8.self)
    }

    /// The value as a cursor can hold it: a finite number, or a text; nil for all others.
    func cursor(_ column: Int32) -> CursorValue? {
        switch sqlite3_column_type(pointer, column) {
        case SQLITE_INTEGER: return .integer(integer(column))
        case SQLITE_FLOAT:
            let value = sqlite3_column_double(pointer, column)
            return value.isFinite ? .real(value) : nil
        case SQLITE_TEXT:
            guard let start = sqlite3_column_text(pointer, column) else { return nil }
            let count = min(Int(sqlite3_column_bytes(pointer, column)), CursorValue.longestText)
            return CursorValue(startOfText: Array(UnsafeBufferPointer(start: start, count: count)))
        default: return nil
        }
    }
}
