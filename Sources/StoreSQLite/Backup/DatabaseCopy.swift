import Domain
import GRDB
import StoreAPI

/// Copies of a database, each as it stood at one instant.
enum DatabaseCopy {
    /// Which database a failure is about.
    enum Role {
        /// The one that is served.
        case store
        /// A file that came from outside.
        case backup
    }

    /// Fills `draft` with the database at `path` as it stands now, whoever writes it meanwhile, and looks whether it is
    /// whole. The reading connection can't write or checkpoint (SYNC.md 9) and holds one snapshot all the time.
    ///
    /// Errors: `store.newer`, `store.full`, `store.unavailable`; what is wrong with the database is `store.broken` or, of a
    /// backup, `backup.unreadable`.
    static func fill(_ draft: borrowing DraftFile, from path: String, as role: Role) throws {
        let target = draft.path
        do {
            let source = try DatabaseOpening.reader(path: path)
            let copy = try DatabaseOpening.scratch(path: target)
            try source.inDatabase { source in
                try refuseUnknown(Connection(database: source, onFatal: { _ in }), path, role)
                try copy.inDatabase { try source.backup(to: $0) }
            }
            try copy.close()
            try source.close()
        } catch let error as DatabaseError {
            throw failure(error, path, target, role)
        } catch let error as AppError where error.code == ErrorCode.storeBroken.code {
            throw damaged("\(path) is no SQLite database, or a damaged one.", role)
        } catch let error as AppError where error.code == ErrorCode.storeUnavailable.code {
            throw AppError(.backupPathUnusable, "There is no database at \(path), or it can't be read now.")
        }
        try draft.markAsSingleFile()
        try check(target, source: path, role)
    }

    private static func refuseUnknown(_ connection: Connection, _ path: String, _ role: Role) throws {
        let migrator = Migrator(migrations: Migration.all, clock: WallClock { Timestamp(milliseconds: 0) })
        try migrator.refuseNewer(connection)
        let known = try connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'source_sync'")
        guard known == 1 else { throw damaged("\(path) isn't a database that Tributary served.", role) }
    }

    /// A copy that can't be restored is no backup.
    private static func check(_ copy: String, source: String, _ role: Role) throws {
        let queue = try DatabaseOpening.scratch(path: copy)
        let answer = try queue.inDatabase { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") }
        try queue.close()
        guard answer == "ok" else { throw damaged("The database \(source) is damaged.", role) }
    }

    private static func damaged(_ message: String, _ role: Role) -> AppError {
        AppError(role == .store ? .storeBroken : .backupUnreadable, message)
    }

    private static func failure(_ error: DatabaseError, _ path: String, _ target: String, _ role: Role) -> any Error {
        switch error.resultCode {
        case .SQLITE_FULL: DraftFile.full(target)
        case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_WRITE: DraftFile.full(target)
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            damaged("\(path) is no SQLite database, or a damaged one.", role)
        default: StoreFailure.error(error)
        }
    }
}
