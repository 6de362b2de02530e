public import Domain
import GRDB
import Glibc
public import StoreAPI
import StoreRows

/// The store on SQLite: one folder, one process.
///
/// Opening makes the folder (0700) and the files (0600) and locks the folder; ``migrate()`` comes before any other use.
/// All writes go through one connection, in groups that share a transaction; reads run beside them on snapshots.
public final class SQLiteStore: Store {
    /// Hints of what this store committed.
    public let hints = HintBoard()

    private let clock: WallClock
    private let files: StoreFiles?
    let writer: Writer?
    private let readers: ReaderPool
    private let nearReaders: NearReaders
    private let sourceText: SourceText?
    private let seen: SeenRecords
    private let migrator: Migrator

    /// Opens or makes the database at `path`; its folder is made too.
    ///
    /// - Parameters:
    ///   - clock: gives every stamp.
    ///   - readers: connections that read at once, 1 to 16, each with up to 2 MB of cache.
    ///   - nearReaders: further connections for brief reads on the calling threads, 0 to 16; with 0 these go to the others.
    ///   - sourceText: how answers show DataSources; without it the store shows none.
    ///   - meters: what is counted here.
    ///   - onFatal: ends the process after a failed sync of the disk, given one line that says why; the default writes
    ///     it to standard error and exits with 74 (EX_IOERR of sysexits.h). Should it return, every later write fails.
    ///
    /// Throws `store.locked` while another process has the folder, `store.newer`, `store.full`, `store.unavailable`.
    public convenience init(
        path: String, clock: WallClock, readers: Int = 3, nearReaders: Int = 2, sourceText: SourceText? = nil,
        meters: StoreMeters = StoreMeters(), onFatal: @escaping @Sendable (String) -> Void = SQLiteStore.exit
    ) throws {
        try self.init(
            path: path, clock: clock, readers: readers, nearReaders: nearReaders, sourceText: sourceText,
            meters: meters, migrations: Migration.all, onFatal: onFatal)
    }

    init(
        path: String, clock: WallClock, readers: Int, nearReaders: Int = 0, sourceText: SourceText? = nil,
        meters: StoreMeters = StoreMeters(), migrations: [Migration], onFatal: @escaping @Sendable (String) -> Void
    ) throws {
        self.clock = clock
        self.sourceText = sourceText
        files = try StoreFiles(path: path)
        seen = SeenRecords()
        migrator = Migrator(migrations: migrations, clock: clock)
        let queue = try DatabaseOpening.writer(path: path)
        let commits = CommitCount()
        self.readers = try ReaderPool(path: path, count: min(max(readers, 1), 16), meters: meters)
        self.nearReaders = try NearReaders(
            path: path, count: min(max(nearReaders, 0), 16), commits: commits, meters: meters)
        writer = Writer(
            queue: queue, clock: clock, board: hints, seen: seen, sourceText: sourceText, meters: meters,
            commits: commits, nearReaders: self.nearReaders, onFatal: onFatal)
        try queue.inDatabase { [migrator] database in
            try migrator.refuseNewer(Connection(database: database, onFatal: onFatal))
        }
    }

    private init(readingOnly path: String, clock: WallClock) throws {
        self.clock = clock
        sourceText = nil
        files = nil
        writer = nil
        seen = SeenRecords()
        migrator = Migrator(migrations: Migration.all, clock: clock)
        let meters = StoreMeters()
        readers = try ReaderPool(path: path, count: 1, meters: meters)
        nearReaders = try NearReaders(path: path, count: 0, commits: CommitCount(), meters: meters)
    }

    /// Opens a database that another process may be serving: nothing is locked and only `read` works; what writes
    /// throws `store.unavailable`. Throws that also where there is no database, `store.newer` at the first read.
    public static func openReadOnly(path: String, clock: WallClock) throws -> SQLiteStore {
        try SQLiteStore(readingOnly: path, clock: clock)
    }

    public func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await onReader { [self] connection in try run(scope, on: connection, body) }
    }

    public func readBriefly<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        if let value = try nearReaders.read({ try run(scope, on: $0, body) }) { return value }
        return try await read(scope, body)
    }

    public func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        let writer = try requireWriter()
        let cancellation = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                writer.submit(
                    WriteJob(
                        scope: scope, cancellation: cancellation,
                        body: { transaction in
                            let value = try body(transaction)
                            return { continuation.resume(returning: value) }
                        },
                        fail: { continuation.resume(throwing: $0) }))
            }
        } onCancel: {
            cancellation.set()
        }
    }

    public func claimableRuns(limit: Int, tenantLimit: Int, hostLimit: Int) async throws -> [RunReference] {
        try await onReader { [clock] connection in
            try WaitingWork(connection: connection, now: clock.now())
                .claimableRuns(limit: min(limit, 100), tenantLimit: tenantLimit, hostLimit: hostLimit)
        }
    }

    public func dueSources(limit: Int) async throws -> [SourceReference] {
        try await onReader { [clock] connection in
            try WaitingWork(connection: connection, now: clock.now()).dueSources(limit: min(limit, 1_000))
        }
    }

    public func tenants(after: TenantID?, limit: Int) async throws -> [TenantID] {
        try await onReader { [clock] connection in
            try WaitingWork(connection: connection, now: clock.now()).tenants(after: after, limit: min(limit, 1_000))
        }
    }

    public func owner(of application: ApplicationID) async throws -> TenantID? {
        try await onReader { connection in
            let owners = try connection.all(
                "SELECT tenant_id FROM applications INDEXED BY applications_owner WHERE app_id = ?1 LIMIT 2",
                application
            ) { row in try row.tenant() }
            return owners.count == 1 ? owners.first : nil
        }
    }

    public func backlog() async throws -> Backlog {
        try await onReader { [clock] connection in
            try WaitingWork(connection: connection, now: clock.now()).backlog()
        }
    }

    public func migrate() async throws -> [String] {
        try await requireWriter().exclusively { [migrator] connection in try migrator.migrate(connection) }
    }

    /// The migrations that ``migrate()`` would apply.
    public func pendingMigrations() async throws -> [String] {
        try await onReader { [migrator] connection in try migrator.missing(connection).map(\.name) }
    }

    /// Every migration, for a database that isn't there yet.
    public static var allMigrations: [String] { Migration.all.map(\.name) }

    public func recover() async throws {
        let count = try await requireWriter().exclusively { [clock] connection in
            try connection.transaction { try Self.requeueRunning(connection, now: clock.now()) }
        }
        if count > 0 { hints.post(.runQueued) }
    }

    public func ping() async throws {
        try await onReader { connection in _ = try connection.integer("SELECT 1") }
    }

    /// Reading connections first, so that the writer, closing last, leaves a database without a log.
    public func close() async throws {
        try await readers.close()
        try await nearReaders.close()
        try await writer?.close()
        files?.unlock()
    }

    /// The default end after a failed sync: nothing is flushed or run, since nothing in memory can be trusted.
    public static let exit: @Sendable (String) -> Void = { message in
        let line = Array("tributary: \(message)\n".utf8)
        _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
        _exit(74)
    }

    private func run<Value>(
        _ scope: Scope, on connection: Connection, _ body: (any StoreTransaction) throws -> Value
    ) throws -> Value {
        if writer == nil { try migrator.refuseNewer(connection) }
        let transaction = SQLiteTransaction(
            scope: scope, now: clock.now(), connection: connection, seen: seen, sourceText: sourceText)
        defer { transaction.end() }
        let value = try body(transaction)
        seen.apply(transaction.changes)
        for hint in transaction.hints { hints.post(hint) }
        return value
    }

    /// Runs `body` on one snapshot.
    private func onReader<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { continuation in
            let isTaken = readers.submit { connection in
                continuation.resume(with: Result { try connection.snapshot(body) })
            }
            if !isTaken { continuation.resume(throwing: AppError(.storeUnavailable)) }
        }
    }

    private func requireWriter() throws -> Writer {
        guard let writer else {
            throw AppError(.storeUnavailable, "The database was opened for reading only.")
        }
        return writer
    }

    /// Invariant 2: the fences move, so nothing that the dead process may have left under way can commit.
    static func requeueRunning(_ connection: Connection, now: Timestamp) throws -> Int {
        try connection.run(
            """
            UPDATE source_sync SET fence = fence + 1, batch_no = 0
            WHERE (tenant_id, ds_id) IN (SELECT tenant_id, ds_id FROM runs WHERE status = 'running')
            """)
        return try connection.run(
            """
            UPDATE runs SET status = 'queued', run_after = ?1, worker_id = NULL, fence = NULL, lease_until = NULL
            WHERE status = 'running'
            """, now)
    }
}

extension Connection {
    /// Runs `body` in a read transaction.
    func snapshot<Value>(_ body: (Connection) throws -> Value) throws -> Value {
        try run("BEGIN")
        do {
            let value = try body(self)
            try run("COMMIT")
            return value
        } catch {
            try rollBackIfOpen()
            throw error
        }
    }
}
