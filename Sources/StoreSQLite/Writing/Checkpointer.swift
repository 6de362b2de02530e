import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

/// Moves what was committed from the write-ahead log into the database file, on the writing connection alone: when nobody
/// has written for a while, or else when the log has become long.
final class Checkpointer: Sendable {
    /// For how long nobody must have written.
    static let rest = DispatchTimeInterval.milliseconds(50)
    /// Pages written to the log that are worth moving: 16 MiB.
    private static let worthwhile = 4_096
    /// Pages written to the log that are moved even while jobs wait: 96 MiB.
    private static let urgent = 24_576
    /// A log of this many pages, 128 MiB, is started over even if the writer must wait for readers.
    private static let longest: Int32 = 32_768
    /// For how long it waits for them, in milliseconds: who copies the database has a snapshot for much longer than any
    /// writer should stand still.
    private static let patience: Int32 = 200
    private static let usualPatience: Int32 = 5_000

    private let written = Mutex(0)
    private let nearReaders: NearReaders

    init(nearReaders: NearReaders) { self.nearReaders = nearReaders }

    /// Whether there is something to do once nobody has written for a while.
    var isWorthwhile: Bool { written.withLock { $0 >= Self.worthwhile } }

    func afterCommit(on connection: Connection) {
        guard let handle = connection.database.sqliteConnection else { return }
        let isUrgent = written.withLock { written in
            written += Self.pagesWritten(handle)
            return written >= Self.urgent
        }
        if isUrgent { checkpoint(on: connection) }
    }

    func checkpoint(on connection: Connection) {
        guard let handle = connection.database.sqliteConnection else { return }
        written.withLock { $0 = 0 }
        nearReaders.withoutSnapshots {
            let length = checkpoint(SQLITE_CHECKPOINT_PASSIVE, connection, handle)
            guard length > Self.longest else { return }
            sqlite3_busy_timeout(handle, Self.patience)
            _ = checkpoint(SQLITE_CHECKPOINT_RESTART, connection, handle)
            sqlite3_busy_timeout(handle, Self.usualPatience)
        }
    }

    /// The log's length in pages.
    private func checkpoint(_ mode: Int32, _ connection: Connection, _ handle: OpaquePointer) -> Int32 {
        var length: Int32 = 0
        var moved: Int32 = 0
        let code = sqlite3_wal_checkpoint_v2(handle, nil, mode, &length, &moved)
        // Only a failed sync matters, and `check` acts on that itself; whatever else went wrong (a busy reader, a full
        // disk), the log still has everything and the next checkpoint tries again.
        try? connection.check(code)
        return length
    }

    /// Since the last call.
    private static func pagesWritten(_ handle: OpaquePointer) -> Int {
        var pages: Int32 = 0
        var highest: Int32 = 0
        sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &highest, 1)
        return Int(pages)
    }
}
