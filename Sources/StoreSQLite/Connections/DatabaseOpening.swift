import CSQLite
import Domain
import GRDB
import StoreAPI

/// How connections are opened and set up (https://www.sqlite.org/pragma.html).
enum DatabaseOpening {
    /// Of the page cache, in KiB.
    private static let writerCache = 16_000
    private static let readerCache = 2_000
    /// The write-ahead log is cut back to this many bytes when it starts over.
    private static let logLimit = 64 << 20

    /// The one connection that writes and checkpoints. SQLite before 3.51.3 can corrupt a database when two
    /// connections write or checkpoint at once.
    static func writer(path: String) throws -> DatabaseQueue {
        var configuration = shared()
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA journal_mode = WAL;
                    PRAGMA synchronous = FULL;
                    PRAGMA cache_size = -\(writerCache);
                    PRAGMA secure_delete = ON;
                    PRAGMA journal_size_limit = \(logLimit);
                    \(sharedPragmas)
                    """)
        }
        let queue = try open(path, configuration)
        try verify(queue)
        return queue
    }

    /// A connection that can't write, by its file handle and by pragma, and never checkpoints.
    static func reader(path: String) throws -> DatabaseQueue {
        var configuration = shared()
        configuration.readonly = true
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA query_only = ON;
                    PRAGMA cache_size = -\(readerCache);
                    \(sharedPragmas)
                    """)
        }
        return try open(path, configuration)
    }

    /// A connection to a file that nobody else has yet and that is thrown away when its process dies: nothing is synced, no
    /// file appears beside it.
    static func scratch(path: String) throws -> DatabaseQueue {
        var configuration = shared()
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA journal_mode = MEMORY;
                    PRAGMA synchronous = OFF;
                    PRAGMA cache_size = -\(writerCache);
                    \(sharedPragmas)
                    """)
        }
        return try open(path, configuration)
    }

    /// The writer checkpoints by its own decision, so that a failed one is seen: an automatic checkpoint hides it.
    private static let sharedPragmas = """
        PRAGMA wal_autocheckpoint = 0;
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
        PRAGMA mmap_size = 0;
        PRAGMA temp_store = MEMORY;
        """

    private static func shared() -> Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        // Transactions are begun and ended by this module's own statements; a failed end must not stop the process.
        configuration.allowsUnsafeTransactions = true
        configuration.observesSuspensionNotifications = false
        return configuration
    }

    /// Two threads that read at once would wait for each other at the count's lock. Where SQLite is in use already it goes
    /// on counting, which is no fault.
    private static let countsNoMemory = csqlite_count_no_memory() == 0

    private static func open(_ path: String, _ configuration: Configuration) throws -> DatabaseQueue {
        _ = countsNoMemory
        _ = GatheringFileSystem.isDefault
        do {
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw StoreFailure.error(error)
        }
    }

    /// Invariant 1: what is acknowledged was synced, which `synchronous = FULL` (2) sees to.
    private static func verify(_ queue: DatabaseQueue) throws {
        let (journal, synchronous) = try queue.inDatabase { database in
            (
                try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(database, sql: "PRAGMA synchronous")
            )
        }
        guard journal == "wal", synchronous == 2 else {
            throw AppError(.storeBroken, "The database file system doesn't allow a write-ahead log with full syncs.")
        }
    }
}
