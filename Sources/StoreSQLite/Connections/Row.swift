import Domain
import GRDBSQLite
import StoreAPI
import StoreRows

/// The row that a statement stands on, read from its first column to its last.
struct Row {
    private let pointer: OpaquePointer
    private var column: Int32 = 0

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    mutating func int64() -> Int64 { sqlite3_column_int64(pointer, next()) }

    mutating func int() -> Int { Int(int64()) }

    mutating func flag() -> Bool { int64() != 0 }

    mutating func time() -> Timestamp { Timestamp(milliseconds: int64()) }

    mutating func optionalInt64() -> Int64? { skipNull() ? nil : int64() }

    mutating func optionalInt() -> Int? { skipNull() ? nil : int() }

    mutating func optionalTime() -> Timestamp? { skipNull() ? nil : time() }

    mutating func optionalText() -> String? {
        let column = next()
        guard let start = sqlite3_column_text(pointer, column) else { return nil }
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column)))
        return String(decoding: bytes, as: UTF8.self)
    }

    mutating func text() throws -> String {
        guard let text = optionalText() else { throw Self.broken }
        return text
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

    mutating func app() throws -> AppID? {
        guard let text = optionalText() else { return nil }
        guard let app = AppID(text) else { throw Self.broken }
        return app
    }

    mutating func id<Kind>(_: Kind.Type = Kind.self) throws -> Identifier<Kind> {
        guard let id = Identifier<Kind>(try text()) else { throw Self.broken }
        return id
    }

    mutating func choice<Choice: RawRepresentable<String>>(_: Choice.Type = Choice.self) throws -> Choice {
        guard let choice = Choice(rawValue: try text()) else { throw Self.broken }
        return choice
    }

    mutating func optionalChoice<Choice: RawRepresentable<String>>(
        _: Choice.Type = Choice.self
    ) throws -> Choice? {
        skipNull() ? nil : try choice()
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
