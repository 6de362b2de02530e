public import Domain
import Meters
public import StoreAPI
import StoreRows

/// The store on PostgreSQL 15 and later: many processes on one database.
///
/// ``migrate()`` comes before any other use, by whichever process comes first. Every read is one snapshot; every write locks
/// the sync row of the DataSource that it changes before anything else of it.
public final class PostgresStore: Store {
    /// Hints of what this store committed, and of what other processes did.
    public let hints = HintBoard()

    private let maker: LinkMaker
    private let wallClock: WallClock?
    private let clock: MonotonicClock
    private let readers: LinkPool
    private let writers: LinkPool
    private let sourceText: SourceText?
    private let meters: StoreMeters
    private let log: @Sendable (String) -> Void
    private let seen = SeenRecords()
    private let migrator: Migrator
    private let wire: HintWire

    /// Opens nothing yet: connections are made when they are needed.
    ///
    /// - Parameters:
    ///   - clock: measures waits.
    ///   - wallClock: gives every stamp, for tests; nil = the database's own clock.
    ///   - lease: how long a silent worker keeps its run: half of it after which the server ends a transaction whose
    ///     process says nothing, so that its locks are free before another worker may have the run.
    ///   - readers: connections that read at once, 1 to 64.
    ///   - writers: connections that write at once, 1 to 64.
    ///   - listens: whether hints of other processes are listened for, on one more connection.
    ///   - sourceText: how answers show DataSources; without it the store shows none.
    ///   - meters: what is counted here.
    ///   - log: told what an operator should know, one sentence each.
    public init(
        _ location: PostgresLocation, clock: MonotonicClock, wallClock: WallClock? = nil,
        lease: Duration = .seconds(30), readers: Int = 4, writers: Int = 6, listens: Bool = true,
        sourceText: SourceText? = nil, meters: StoreMeters = StoreMeters(),
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        let maker = LinkMaker(location: location, clock: clock, silence: lease / 2)
        self.maker = maker
        self.wallClock = wallClock
        self.clock = clock
        self.sourceText = sourceText
        self.meters = meters
        self.log = log
        migrator = Migrator(migrations: Migration.all)
        self.readers = LinkPool(count: min(max(readers, 1), 64)) { try maker.open().link }
        self.writers = LinkPool(count: min(max(writers, 1), 64)) { try maker.open(keepsPlans: true).link }
        wire = HintWire(maker: maker, board: hints)
        if listens { wire.listen() }
    }

    /// A store that nobody closed lets its connections go.
    deinit { stop() }

    /// Begins to close, and waits for nothing.
    package func stop() {
        wire.close()
        readers.stop()
        writers.stop()
    }

    public func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        meters.reads.add(1, StoreMeters.ReadPath.pool)
        return try await perform(on: readers) { [self] holder in
            try Attempts(store: self, holder: holder, isReading: true).run(scope, body)
        }
    }

    public func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await perform(on: writers) { [self] holder in
            let begin = clock.now()
            let done = try Attempts(store: self, holder: holder, isReading: false).run(scope, body)
            meters.note(group: 1, clock.now() - begin)
            return done
        }
    }

    public func claimableRuns(limit: Int, tenantLimit: Int, hostLimit: Int) async throws -> [RunReference] {
        let now = wallClock?.now()
        return try await look { link in
            try WaitingWork(link: link, now: now).claimableRuns(
                limit: min(limit, 100), tenantLimit: tenantLimit, hostLimit: hostLimit)
        }
    }

    public func dueSources(limit: Int) async throws -> [SourceReference] {
        let now = wallClock?.now()
        return try await look { link in try WaitingWork(link: link, now: now).dueSources(limit: min(limit, 1_000)) }
    }

    public func tenants(after: TenantID?, limit: Int) async throws -> [TenantID] {
        try await look { link in try WaitingWork(link: link, now: nil).tenants(after: after, limit: min(limit, 1_000)) }
    }

    public func owner(of application: ApplicationID) async throws -> TenantID? {
        try await look { link in try WaitingWork(link: link, now: nil).owner(of: application) }
    }

    public func backlog() async throws -> Backlog {
        try await look { link in try WaitingWork(link: link, now: nil).backlog() }
    }

    public func migrate() async throws -> [String] {
        try await asOwner { [migrator, log] link in
            let (applied, isRestricted) = try migrator.migrate(link)
            if !isRestricted { log(Migrator.unrestricted) }
            return applied
        }
    }

    /// The migrations that ``migrate()`` would apply.
    public func pendingMigrations() async throws -> [String] {
        try await asOwner { [migrator] link in try migrator.missing(link).map(\.name) }
    }

    /// Does nothing: another process may own what is running; leases say when it doesn't any more.
    public func recover() async throws {}

    public func ping() async throws { try await look { link in _ = try link.integer("SELECT 1::bigint") } }

    public func close() async throws {
        wire.close()
        await readers.close()
        await writers.close()
    }

    /// Work outside any tenant that only reads: each statement is a transaction of its own.
    private func look<Value: Sendable>(_ body: @escaping @Sendable (Link) throws -> Value) async throws -> Value {
        meters.reads.add(1, StoreMeters.ReadPath.pool)
        return try await perform(on: readers) { holder in (try Attempts.look(holder, body), []) }
    }

    /// A connection for this call alone, as the user that the URL names.
    private func asOwner<Value: Sendable>(
        _ body: @escaping @Sendable (Link) throws -> Value
    ) async throws -> Value {
        try await perform(on: writers) { [maker] _ in
            do {
                return (try body(try maker.openAsOwner()), [])
            } catch let failure as StoreFailure {
                throw failure.error
            }
        }
    }

    private func perform<Value: Sendable>(
        on pool: LinkPool, _ body: @escaping @Sendable (LinkHolder) throws -> (Value, hints: [Hint])
    ) async throws -> Value {
        try Task.checkCancellation()
        let cancellation = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isTaken = pool.submit { [wire] holder in
                    guard !cancellation.isSet else { return continuation.resume(throwing: CancellationError()) }
                    let result = Result { try body(holder) }
                    continuation.resume(with: result.map { $0.0 })
                    // Nobody waits for other processes to be told.
                    if case .success((_, let hints)) = result { wire.send(hints, holder) }
                }
                if !isTaken { continuation.resume(throwing: StoreFailure.unavailable(nil)) }
            }
        } onCancel: {
            cancellation.set()
        }
    }

    // What an attempt needs.

    func begin(_ scope: Scope, on link: Link, isReading: Bool) throws -> PostgresTransaction {
        let time = try link.begin(scope.tenant, reading: isReading)
        return PostgresTransaction(
            scope: scope, now: wallClock?.now() ?? time, link: link, isReading: isReading, seen: seen,
            sourceText: sourceText)
    }

    /// Makes known in this process what a transaction changed.
    func settle(_ transaction: PostgresTransaction) {
        seen.apply(transaction.changes)
        for hint in Set(transaction.hints) { hints.post(hint) }
    }
}
