import Domain
import StoreAPI
import Synchronization
import TestSupport

/// What a check works with: a migrated store, a clock that it moves, and short ways to do what checks do often.
final class ContractStage: Sendable {
    let clock = TestClock()
    let ids: ULIDGenerator
    let scope = Scope(tenant: .named("acme"))
    private let open: StoreCheck.Opening
    private let current: Mutex<any Store>

    init(_ open: @escaping StoreCheck.Opening) async throws {
        self.open = open
        ids = ULIDGenerator(clock: clock.wall, random: SeededRandom.shared(seed: 1))
        let store = try await open(clock.wall)
        _ = try await store.migrate()
        current = Mutex(store)
    }

    var store: any Store { current.withLock { $0 } }

    func reopen() async throws {
        try await store.close()
        let store = try await open(clock.wall)
        current.withLock { $0 = store }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await store.read(scope, body)
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await store.write(scope, body)
    }

    func newSource(
        _ name: String = "crm", in scope: Scope? = nil, _ change: (inout DataSource) -> Void = { _ in }
    ) -> DataSource {
        let scope = scope ?? self.scope
        var source = DataSource(
            id: ids.next(DataSourceKind.self), tenant: scope.tenant, app: scope.app, createdAt: clock.now,
            createdBy: "ann", name: name, type: "file")
        change(&source)
        return source
    }

    /// Stores a new DataSource.
    func source(
        _ name: String = "crm", in scope: Scope? = nil, _ change: (inout DataSource) -> Void = { _ in }
    ) async throws -> DataSource {
        let source = newSource(name, in: scope, change)
        try await store.write(scope ?? self.scope) { try $0.sources.insert(source) }
        return source
    }

    func newRun(of source: DataSource, _ change: (inout SyncRun) -> Void = { _ in }) -> SyncRun {
        var run = SyncRun(
            id: ids.next(RunKind.self), tenant: source.tenant, app: source.app, source: source.id, trigger: .manual,
            createdAt: clock.now)
        change(&run)
        return run
    }

    /// Stores a new run, which the store must accept.
    func run(of source: DataSource, _ change: (inout SyncRun) -> Void = { _ in }) async throws -> SyncRun {
        let run = newRun(of: source, change)
        let isNew = try await store.write(Scope(tenant: source.tenant)) { try $0.runs.insert(run) }
        try expect(isNew, "the run is accepted")
        return run
    }

    /// Merges records and saves the sync row.
    func merge(
        _ records: [(key: String, body: String?)], into entity: String = "customers", of source: DataSource,
        run: RunID? = nil, read: ReadToken? = nil, ahead: (any LookAhead)? = nil
    ) async throws -> MergeCounts {
        let batch = RecordBatch.of(entity, records)
        let run = run ?? ids.next(RunKind.self)
        return try await write { transaction in
            var sync = try require(transaction.sync.lock(source.id))
            let counts = try transaction.records.merge(batch, run: run, read: read, ahead: ahead, sync: &sync)
            try transaction.sync.save(sync)
            return counts
        }
    }

    /// Runs a change of the DataSource's records under its sync row.
    func change<Value: Sendable>(
        _ source: DataSource, _ body: @escaping @Sendable (any StoreTransaction, inout SyncState) throws -> Value
    ) async throws -> Value {
        try await write { transaction in
            var sync = try require(transaction.sync.lock(source.id))
            let value = try body(transaction, &sync)
            try transaction.sync.save(sync)
            return value
        }
    }

    func records(
        of source: DataSource, in entity: String = "customers", includesDeleted: Bool = true
    ) async throws -> [StoredRecord] {
        var query = RecordQuery(entity: entity)
        query.includesDeleted = includesDeleted
        query.limit = 500
        let asked = query
        return try await read { try $0.records.list(asked, of: source.id) }
    }

    func live(of source: DataSource, in entity: String = "customers") async throws -> Int {
        try await read { try $0.records.count(RecordQuery(entity: entity), of: source.id) }
    }
}

extension StoredRecord {
    var keyText: String { String(decoding: key, as: UTF8.self) }
    var bodyText: String? { body.map { String(decoding: $0, as: UTF8.self) } }
}

/// Thrown by checks on purpose.
struct Interruption: Error {}
