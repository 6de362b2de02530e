import Domain
import GRDB
import GRDBSQLite
import Glibc
import StoreAPI

/// What an SQLite result code means to a caller (https://www.sqlite.org/rescode.html). Messages hold the code alone:
/// never SQL, never a bound value.
enum StoreFailure {
    /// After a failed fsync the kernel may have dropped pages that it then calls clean, so nothing read from the file
    /// can be trusted any more.
    static func isFatal(_ code: Int32) -> Bool {
        code == extended(SQLITE_IOERR, 4) || code == extended(SQLITE_IOERR, 5)
    }

    /// - Parameters:
    ///   - code: extended result code.
    ///   - systemError: the `errno` behind it, 0 where unknown.
    static func error(code: Int32, systemError: Int32) -> AppError {
        let primary = code & 0xFF
        if primary == SQLITE_FULL || (primary == SQLITE_IOERR && isOutOfSpace(systemError)) {
            return AppError(.storeFull)
        }
        switch primary {
        case SQLITE_READONLY where code == SQLITE_READONLY:
            return AppError(.storeBroken, "A read transaction tried to write (SQLite code \(code)).")
        case SQLITE_READONLY, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_IOERR, SQLITE_NOMEM, SQLITE_CANTOPEN, SQLITE_INTERRUPT:
            return AppError(.storeUnavailable, "The database can't be used now (SQLite code \(code)).")
        default:
            return AppError(.storeBroken, "The database refused a statement (SQLite code \(code)).")
        }
    }

    /// What GRDB throws when it opens a connection or prepares a statement, in our terms.
    static func error(_ error: any Error) -> any Error {
        guard let failure = error as? DatabaseError else { return error }
        return self.error(code: failure.extendedResultCode.rawValue, systemError: 0)
    }

    /// EFBIG: the process may make no file as large (RLIMIT_FSIZE), or the file system can't.
    private static func isOutOfSpace(_ systemError: Int32) -> Bool {
        [ENOSPC, EDQUOT, EFBIG].contains(systemError)
    }

    private static func extended(_ primary: Int32, _ detail: Int32) -> Int32 { primary | detail << 8 }
}
