import CSQLite
import Domain
import GRDB
import GRDBSQLite
import StoreAPI
import StoreRows

/// One open SQLite connection, lent for the time of a call on the thread that owns it.
struct Connection {
    let database: Database
    /// Called with one line of text when the process must end.
    let onFatal: @Sendable (String) -> Void

    /// The C handle; throws after the connection was closed.
    var handle: OpaquePointer {
        get throws {
            guard let handle = database.sqliteConnection else { throw AppError(.storeUnavailable) }
            return handle
        }
    }

    /// Whether a transaction is open: SQLite ends one by itself when the disk is full or memory is short.
    var isInTransaction: Bool {
        guard let handle = database.sqliteConnection else { return false }
        return sqlite3_get_autocommit(handle) == 0
    }

    /// A statement that is prepared once a connection. `sql` must come from a bounded set of texts.
    func statement(_ sql: String) throws -> Statement {
        do {
            return try Statement(try database.cachedStatement(sql: sql), on: self)
        } catch {
            throw StoreFailure.error(error)
        }
    }

    /// A statement that is prepared for this call only.
    func oneTimeStatement(_ sql: String) throws -> Statement {
        do {
            return try Statement(try database.makeStatement(sql: sql), on: self)
        } catch {
            throw StoreFailure.error(error)
        }
    }

    /// Runs a statement that answers no rows; answers how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: any Bindable...) throws -> Int {
        try statement(sql).run(values)
    }

    /// The first row of an answer.
    func first<Value>(
        _ sql: String, _ values: any Bindable..., read: (inout Row) throws -> Value
    ) throws -> Value? {
        try statement(sql).first(values, read)
    }

    /// All rows of an answer; the statement bounds how many.
    func all<Value>(
        _ sql: String, _ values: any Bindable..., read: (inout Row) throws -> Value
    ) throws -> [Value] {
        try statement(sql).all(values, read)
    }

    /// A count, 0 for an answer without rows.
    func integer(_ sql: String, _ values: any Bindable...) throws -> Int {
        try statement(sql).first(values) { row in row.int() } ?? 0
    }

    /// Throws what `code` means unless it is a success.
    func check(_ code: Int32) throws {
        guard code != SQLITE_OK, code != SQLITE_ROW, code != SQLITE_DONE else { return }
        throw failure(code)
    }

    /// GRDB turns extended result codes on, so `code` tells the kind of an I/O error.
    private func failure(_ code: Int32) -> AppError {
        if StoreFailure.isFatal(code) {
            onFatal("the disk failed to keep what was written (SQLite code \(code)); stopping to stay consistent")
        }
        return StoreFailure.error(code: code, systemError: database.sqliteConnection.map(csqlite_log_errno) ?? 0)
    }
}
