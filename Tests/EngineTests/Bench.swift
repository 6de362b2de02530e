import ConnectorAPI
import Domain
import JSON
import Logging
import Meters
import StoreAPI
import Synchronization
import TestStores
import TestSupport
import Testing
import Vault

@testable import Engine

/// A store, a scripted connector and one worker, for one test.
struct Bench {
    let database: TestDatabase
    let wall = TestClock()
    let manual = ManualClock()
    let store: any Store
    let faults: FaultyStore
    let connector: ScriptedConnector
    let meters = RunMeters()
    let vault: Vault
    let source: DataSource
    let ids: ULIDGenerator

    init(
        entities: [EntityDescription] = [ScriptedConnector.entity("items")], selection: [EntitySelection]? = nil,
        schedule: String? = nil
    ) async throws {
        database = try await TestDatabase(clock: wall.wall)
        store = database.store
        faults = FaultyStore(store)
        vault = Vault(masterKeys: try MasterKeys(setting: Secret("k1:" + String(repeating: "A", count: 43) + "=")))
        try await vault.prepare(in: store)
        connector = ScriptedConnector(entities: entities)
        ids = ULIDGenerator(clock: wall.wall, random: { 7 })
        let tenant = try #require(TenantID("acme"))
        var source = DataSource(
            id: ids.next(DataSourceKind.self), tenant: tenant, app: nil, createdAt: wall.now,
            createdBy: "me", name: "Test", type: "scripted")
        source.entities = selection
        source.schedule = schedule
        let row = source
        try await store.write(Scope(tenant: tenant)) { try $0.sources.insert(row) }
        self.source = source
    }

    var scope: Scope { Scope(tenant: source.tenant) }

    /// A worker, by default over the store that can be made to fail.
    func worker(
        _ id: String = "w1", lanes: Int = 1, over store: (any Store)? = nil, logger: Logger? = nil,
        random: @escaping @Sendable () -> UInt64 = { 0 }
    ) -> Worker {
        Worker(
            store: store ?? faults, vault: vault, catalog: ConnectorCatalog([connector]),
            threads: ConnectorThreads(), clock: manual.clock, workerID: id, lanes: lanes,
            lease: .seconds(30), tenantRuns: 4,
            logger: logger ?? Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            random: random, meters: meters)
    }

    /// Queues a run; answers its id.
    @discardableResult
    func queue(_ request: RunRequest = RunRequest(trigger: .manual)) async throws -> RunID {
        let (source, id) = (source, ids.next(RunKind.self))
        return try await store.write(scope) { tx in
            let current = try tx.sources.find(source.id) ?? source
            return try tx.enqueue(request, for: current, id: id).run.id
        }
    }

    /// Scripts a read, queues a run, carries it out, answers its end.
    @discardableResult
    func sync(
        _ steps: [ScriptedConnector.Step], _ request: RunRequest = RunRequest(trigger: .manual)
    ) async throws -> SyncRun {
        connector.willRead(steps)
        let id = try await queue(request)
        #expect(try await worker().runOne())
        return try await run(id)
    }

    /// Carries out a run while moving the clock, for workers that pause.
    func carryOut(_ id: RunID) async throws -> SyncRun {
        let worker = worker()
        let hasEnded = Mutex(false)
        let task = Task {
            defer { hasEnded.withLock { $0 = true } }
            return try await worker.runOne()
        }
        while !hasEnded.withLock({ $0 }) {
            try Task.checkCancellation()
            manual.wakeNext(within: .seconds(5))
            await Task.yield()
        }
        _ = try await task.value
        return try await run(id)
    }

    func run(_ id: RunID) async throws -> SyncRun {
        let source = source
        return try #require(try await store.read(scope) { try $0.runs.find(id, of: source.id) })
    }

    func current() async throws -> DataSource {
        let source = source
        return try #require(try await store.read(scope) { try $0.sources.find(source.id) })
    }

    func state(_ entity: String = "items") async throws -> EntityState? {
        let source = source
        return try await store.read(scope) { try $0.sync.entity(entity, of: source.id) }
    }

    /// The entity's state as the connector gave it.
    func openedState(_ entity: String = "items") async throws -> String? {
        let (source, vault) = (source, vault)
        return try await store.read(scope) { tx in
            try tx.sync.entity(entity, of: source.id)?.state.map { sealed in
                let opened = try vault.openState(sealed, of: entity, in: source.id, transaction: tx)
                return String(decoding: opened, as: UTF8.self)
            }
        }
    }

    /// Moves the fence without telling anybody.
    func takeAway() async throws {
        let source = source
        try await store.write(scope) { _ = try $0.changeOwner(of: source.id) }
    }

    /// Moves the generation, as a config that leads to another system does.
    func beginGeneration() async throws {
        let source = source
        try await store.write(scope) { try $0.beginGeneration(of: source.id) }
    }

    /// Waits until so many records are live.
    func stored(_ count: Int) async throws {
        while try await live().count < count { await Task.yield() }
    }

    /// Waits until the run has stored its entity's end.
    func readToItsEnd(_ id: RunID) async throws {
        while try await run(id).entities.first?.isComplete != true { await Task.yield() }
    }

    /// The whole feed.
    func feed(after seq: Int64 = 0) async throws -> [StoredRecord] {
        let source = source
        return try await store.read(scope) {
            try $0.records.changes(of: source.id, entity: nil, after: seq, limit: 5000)
        }
    }

    /// Live records as `key: body`, of one entity or of all.
    func live(of entity: String? = nil) async throws -> [String: String] {
        var live: [String: String] = [:]
        for record in try await feed() where record.entity == entity ?? record.entity {
            guard let body = record.body else { continue }
            live[try record.keyText] = String(decoding: body, as: UTF8.self)
        }
        return live
    }

    /// Keys of the entity's records that are gone.
    func tombstones(of entity: String) async throws -> [String] {
        try await feed().filter { $0.entity == entity && $0.body == nil }.map { try $0.keyText }
    }
}

extension StoreTransaction {
    /// Moves the fence and the generation.
    func beginGeneration(of source: DataSourceID) throws {
        guard var state = try changeOwner(of: source) else { return }
        state.generation += 1
        try sync.save(state)
    }
}

extension StoredRecord {
    /// The key as JSON.
    var keyText: String {
        get throws { String(decoding: try JSONKey.decodeOrdered(key), as: UTF8.self) }
    }
}

extension [ScriptedConnector.Row] {
    static func numbered(_ range: some Sequence<Int>, _ value: String = "a") -> Self {
        range.map { ScriptedConnector.Row($0, value) }
    }
}
