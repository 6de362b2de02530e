import Domain
import GRDB
import GRDBSQLite
import StoreAPI

/// A prepared statement on SQLite's own interface: the one place that binds and steps.
///
/// Parameters count from 1, columns from 0. After each use it is reset, and cleared where it borrowed memory.
struct Statement {
    /// Keeps the statement alive.
    private let prepared: GRDB.Statement
    private let connection: Connection
    let pointer: OpaquePointer

    init(_ prepared: GRDB.Statement, on connection: Connection) throws {
        self.prepared = prepared
        self.connection = connection
        self.pointer = prepared.sqliteStatement
        guard sqlite3_stmt_busy(pointer) == 0 else {
            throw AppError(.storeBroken, "A statement was used again before its answer was read.")
        }
    }

    @inline(__always)
    func bind(_ index: Int32, _ value: Int64) throws { try check(sqlite3_bind_int64(pointer, index, value)) }

    func bindNull(_ index: Int32) throws { try check(sqlite3_bind_null(pointer, index)) }

    /// Copies the text.
    func bind(_ index: Int32, _ text: String) throws {
        var text = text
        let code = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                // A null pointer would bind NULL.
                guard let start = characters.baseAddress else { return sqlite3_bind_text(pointer, index, "", 0, nil) }
                return sqlite3_bind_text(pointer, index, start, Int32(characters.count), Self.copies)
            }
        }
        try check(code)
    }

    /// Copies the bytes.
    func bind(_ index: Int32, _ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try bind(index, $0, keeping: Self.copies) }
    }

    /// Borrows the bytes: they must stay where they are until the statement is stepped and the parameter bound anew or
    /// cleared.
    @inline(__always)
    func bind(_ index: Int32, borrowing bytes: UnsafeRawBufferPointer) throws {
        try bind(index, bytes, keeping: nil)
    }

    /// Takes one step; false when there are no more rows.
    @inline(__always)
    func step() throws -> Bool {
        let code = sqlite3_step(pointer)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        try check(code)
        return false
    }

    /// Makes it ready for the next use; the parameters stay bound.
    @inline(__always)
    func reset() { sqlite3_reset(pointer) }

    /// Lets go of the parameters.
    func clear() { sqlite3_clear_bindings(pointer) }

    @inline(__always)
    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }

    /// Runs it for its effect; answers how many rows it changed.
    @discardableResult
    func run(_ values: [any Bindable]) throws -> Int {
        try bindAll(values)
        defer { finish() }
        guard try !step() else { return 0 }
        return Int(sqlite3_changes(try connection.handle))
    }

    func first<Value>(_ values: [any Bindable], _ read: (inout Row) throws -> Value) throws -> Value? {
        try bindAll(values)
        defer { finish() }
        guard try step() else { return nil }
        var row = Row(pointer)
        return try read(&row)
    }

    func all<Value>(_ values: [any Bindable], _ read: (inout Row) throws -> Value) throws -> [Value] {
        var answer: [Value] = []
        try each(values) { row in
            answer.append(try read(&row))
            return true
        }
        return answer
    }

    /// Hands over row after row until there are no more or `body` answers false.
    func each(_ values: [any Bindable], _ body: (inout Row) throws -> Bool) throws {
        try bindAll(values)
        defer { finish() }
        while try step() {
            var row = Row(pointer)
            guard try body(&row) else { return }
        }
    }

    private func bindAll(_ values: [any Bindable]) throws {
        for (place, value) in values.enumerated() { try value.bind(to: self, at: Int32(place + 1)) }
    }

    private func finish() {
        reset()
        clear()
    }

    @inline(__always)
    private func bind(_ index: Int32, _ bytes: UnsafeRawBufferPointer, keeping: sqlite3_destructor_type?) throws {
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            return try check(sqlite3_bind_zeroblob(pointer, index, 0))
        }
        try check(sqlite3_bind_blob64(pointer, index, start, sqlite3_uint64(bytes.count), keeping))
    }

    @inline(__always)
    private func check(_ code: Int32) throws {
        if code != SQLITE_OK { try connection.check(code) }
    }

    /// SQLITE_TRANSIENT, which C spells as a cast that Swift can't import (https://www.sqlite.org/c3ref/c_static.html).
    private static var copies: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
