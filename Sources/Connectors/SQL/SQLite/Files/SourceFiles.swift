import ConnectorAPI
import Domain
import TenantFiles

/// How a database's files allow it to be read without writing anything beside it (https://www.sqlite.org/wal.html,
/// "Read-Only Databases").
enum SourceFiles {
    /// A rollback journal: the read holds a shared lock, which keeps writers waiting.
    case locked
    /// A write-ahead log with its index: writers go on while the read sees one state.
    case sharedLog
    /// The header says that there is a log, but the log is empty or gone, as after a clean end: all is in the file.
    case withoutLog

    /// Throws ``Domain/ErrorCode/sqliteRecoveryNeeded`` for a log whose index would have to be made anew, which only
    /// one that may write can do, and ``Domain/ErrorCode/fileNotRegular``.
    init(_ place: FilePlace, isLogged: Bool) throws {
        // Each must be a regular file, whether it is used or not: SQLite would wait for ever to open a pipe.
        _ = try place.currentFingerprint(of: "-journal")
        let log = try place.currentFingerprint(of: "-wal")
        let index = try place.currentFingerprint(of: "-shm")
        guard isLogged else {
            self = .locked
            return
        }
        guard log == nil || index == nil else {
            self = .sharedLog
            return
        }
        guard (log?.size ?? 0) == 0 else {
            throw AppError.source(
                .sqliteRecoveryNeeded,
                """
                the database has a write-ahead log without its -shm file: a program holds it for itself, or the log \
                was copied or left over; open and close it once with its own program, or copy it with VACUUM INTO
                """, recovery: .waitForSource)
        }
        self = .withoutLog
    }
}
