import Dispatch
public import Domain
import GRDB
import Glibc
import StoreAPI

/// Backups of a SQLite database, made beside the process that serves it, and their way back.
public enum SQLiteBackup {
    /// What a restore did.
    public struct Restored: Sendable {
        /// Where the database is kept that was there before; nil where none was.
        public var kept: String?
    }

    /// Copies the database at `path`, as it stands at one instant, to the new file `file`: checked, synced to the disk,
    /// mode 0600, and under its name only when it is whole. Answers how many bytes it has.
    ///
    /// Nothing is locked: a server writes on. Takes time and space as the database is large.
    ///
    /// Errors: `backup.exists`, `backup.running`, `backup.path_unusable`, `store.full`, `store.newer`, `store.broken`.
    public static func write(_ path: String, to file: String) async throws -> Int {
        try await onOwnThread {
            guard access(file, F_OK) != 0 else { throw AppError(.backupExists, "\(file) is there already.") }
            let draft = try DraftFile(path: file + ".partial")
            do {
                try DatabaseCopy.fill(draft, from: path, as: .store)
                let bytes = try draft.sync()
                try draft.publish(as: file)
                return bytes
            } catch {
                draft.discard()
                throw error
            }
        }
    }

    /// Puts the database that the backup `file` holds at `path`, for a server that starts then. Each source's fence and
    /// feed epoch have moved: what was under way can't commit, and feed cursors of before answer `changes.cursor_expired`.
    /// Runs that were running are queued again. A process that dies on the way leaves the old database or the new one.
    ///
    /// - Parameters:
    ///   - isReplacing: whether a database that is there gives way; it is kept beside, under another name.
    ///   - clock: gives the epoch, which is never one that a feed had before.
    ///
    /// Errors: `store.locked` while a server has the folder, `restore.exists`, `backup.unreadable`,
    /// `backup.path_unusable`, `store.full`, `store.newer`.
    public static func restore(
        _ file: String, to path: String, isReplacing: Bool, clock: WallClock
    ) async throws -> Restored {
        try await onOwnThread {
            let lock = try FolderLock(path: path)
            defer { lock.release() }
            // What an earlier restore left to do is done first, so that nothing of it is left when this one begins.
            try Replacement.finish(path)
            guard isReplacing || access(path, F_OK) != 0 else {
                throw AppError(
                    .restoreExists, "There is a database at \(path); --replace keeps it beside under another name.")
            }
            let draft = try DraftFile(path: Replacement.draft(of: path))
            do {
                try DatabaseCopy.fill(draft, from: file, as: .backup)
                try beginAnew(draft.path, now: clock.now())
                _ = try draft.sync()
                try draft.replace(Replacement.ready(of: path))
            } catch {
                draft.discard()
                throw error
            }
            return Restored(kept: try Replacement.finish(path))
        }
    }

    /// Versions move by as much as no database that was lost can have been ahead, so that an entity tag of then matches
    /// nothing now.
    private static let versionStep = 1_000_000

    /// Invariants 2 and 3: what came after the backup happened in another history.
    private static func beginAnew(_ path: String, now: Timestamp) throws {
        let queue = try DatabaseOpening.scratch(path: path)
        try queue.inDatabase { database in
            let connection = Connection(database: database, onFatal: { _ in })
            try connection.transaction {
                try connection.run(
                    """
                    UPDATE source_sync SET fence = fence + ?1, batch_no = 0, feed_epoch = max(feed_epoch + 1, ?2)
                    """, versionStep, now)
                try connection.run(
                    """
                    UPDATE datasources SET config_version = config_version + ?1, sync_version = sync_version + ?1
                    """, versionStep)
                _ = try SQLiteStore.requeueRunning(connection, now: now)
            }
        }
        try queue.close()
    }

    private static func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws
        -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
