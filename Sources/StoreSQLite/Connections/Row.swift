import Domain
import GRDBSQLite
import StoreAPI
import StoreRows

/// The row that a statement stands on, read from its first column to its last.
struct Row: StoredRow {
    private let pointer: OpaquePointer
    private var column: Int32 = 0

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    mutating func int64() -> Int64 { sqlite3_column_int64(pointer, next()) }

    mutating func flag() -> Bool { int64() != 0 }

    mutating func optionalInt64() -> Int64? { skipNull() ? nil : int64() }

    mutating func optionalText() -> String? {
        let column = next()
        guard let start = sqlite3_column_text(pointer, column) else { return nil }
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column)))
        return String(decoding: bytes, as: UTF8.self)
    }

    mutating func optionalBlob() -> [UInt8]? { skipNull() ? nil : blob() }

    /// Empty for NULL.
    mutating func blob() -> [UInt8] {
        let column = next()
        guard let start = sqlite3_column_blob(pointer, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column))))
    }

    /// Lends a value's bytes; empty for NULL.
    mutating func withBlob(_ body: (UnsafeRawBufferPointer) -> Void) {
        let column = next()
        let start = sqlite3_column_blob(pointer, column)
        body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column))))
    }

    /// Passes over a value and says whether it was NULL.
    mutating func isNull() -> Bool { sqlite3_column_type(pointer, next()) == SQLITE_NULL }

    /// Passes over a value.
    mutating func skip() { column += 1 }

    mutating func tenant() throws -> TenantID {
        let text = try text()
        if text.isEmpty { return .installation }
        guard let tenant = TenantID(text) else { throw Self.broken }
        return tenant
    }

    private mutating func next() -> Int32 {
        defer { column += 1 }
        return column
    }

    private mutating func skipNull() -> Bool {
        guard sqlite3_column_type(pointer, column) == SQLITE_NULL else { return false }
        column += 1
        return true
    }

    static var broken: AppError { StoredDocument.broken }
}
