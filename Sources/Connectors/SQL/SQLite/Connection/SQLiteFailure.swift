import ConnectorAPI
import Domain
import GRDBSQLite
import Glibc
import TenantFiles

/// Turns SQLite's result codes into errors for people (https://www.sqlite.org/rescode.html). SQLite's own messages are
/// left out: they may hold values.
enum SQLiteFailure {
    /// The error for what just failed on `handle`; `subject` begins the sentence: `the table orders`.
    static func error(_ code: Int32, on handle: OpaquePointer, watch: ReadWatch?, subject: String) -> any Error {
        switch code & 0xFF {
        case SQLITE_INTERRUPT: interrupted(watch, subject)
        case SQLITE_NOTADB: failure(.sqliteNotADatabase, recovery: .fixConfig)
        case SQLITE_CORRUPT: failure(.sqliteDamaged, "\(subject) can't be read: the file is damaged", .fixConfig)
        case SQLITE_BUSY, SQLITE_LOCKED: failure(.sqliteLocked, recovery: .retry)
        case SQLITE_CANTOPEN: unopenable(handle)
        case SQLITE_READONLY: failure(.sqliteRecoveryNeeded, recovery: .waitForSource)
        case SQLITE_SCHEMA: failure(.sqliteSchemaChanged, recovery: .retry)
        case SQLITE_TOOBIG:
            failure(
                .sqliteTooBig, "\(subject) has a value or statement beyond the limits; use a view that leaves it out",
                .fixConfig)
        case SQLITE_FULL:
            failure(
                .sqliteTooBig,
                "\(subject) takes more temporary space than the connector allows; an index on the cursor_field helps",
                .fixConfig)
        case SQLITE_ERROR, SQLITE_AUTH: refused(handle, subject)
        case SQLITE_NOMEM: failure(.sqliteReadFailed, "the server lacks the memory to read \(subject)", .retry)
        default:
            failure(.sqliteReadFailed, "\(subject) can't be read: SQLite's code is \(code)", .retry)
        }
    }

    private static func failure(_ code: ErrorCode, recovery: Recovery) -> AppError {
        failure(code, code.summary, recovery)
    }

    private static func failure(_ code: ErrorCode, _ message: String, _ recovery: Recovery) -> AppError {
        .source(code, message, recovery: recovery)
    }

    private static func interrupted(_ watch: ReadWatch?, _ subject: String) -> any Error {
        guard watch?.verdict == .stalled else { return CancellationError() }
        return failure(
            .sqliteStalled, "\(subject) gave no row for longer than the connector waits", .fixConfig)
    }

    private static func unopenable(_ handle: OpaquePointer) -> AppError {
        let number = sqlite3_system_errno(handle)
        guard number == EACCES || number == EPERM else { return failure(.sqliteReadFailed, recovery: .retry) }
        return failure(
            .filePermission,
            "the server has no permission to read the database or a file beside it (-wal, -shm)", .fixConfig)
    }

    /// Whether the schema asks for what isn't there is told from the message alone; it isn't passed on.
    private static func refused(_ handle: OpaquePointer, _ subject: String) -> AppError {
        let message = sqlite3_errmsg(handle).map { String(cString: $0) } ?? ""
        let isUnsupported =
            sqlite3_errcode(handle) == SQLITE_AUTH
            || [
                "no such", "unknown", "unsafe use", "not authorized", "prohibited", "unrecognized", "syntax error",
                "too many", "parser stack", "unable to use function", "wrong number of arguments", "circularly",
                "too large", "access to", "ambiguous column",
            ].contains { message.contains($0) }
        return isUnsupported
            ? failure(
                .sqliteUnsupported,
                "\(subject) uses a table, module, function, collation or feature that isn't there or isn't allowed",
                .fixConfig)
            : failure(.sqliteQueryFailed, "\(subject) computes something that fails", .fixConfig)
    }
}
