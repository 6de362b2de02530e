import Domain
import Logging
import Meters
import StoreAPI
import TestStores
import TestSupport
import Testing

@testable import Scheduler

@Suite struct TickTests {
    private let database: TestDatabase
    private let wall = TestClock()
    private let store: any Store
    private let scheduler: Scheduler
    private let meters = SchedulerMeters()
    private let ids: ULIDGenerator
    private let tenant: TenantID

    init() async throws {
        database = try await TestDatabase(clock: wall.wall)
        store = database.store
        ids = ULIDGenerator(clock: wall.wall, random: { 3 })
        tenant = try #require(TenantID("acme"))
        scheduler = Scheduler(
            store: store, ids: ids, clock: ManualClock().clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, meters: meters)
    }

    private func register(_ edit: (inout DataSource) -> Void = { _ in }) async throws -> DataSourceID {
        var source = DataSource(
            id: ids.next(DataSourceKind.self), tenant: tenant, app: nil, createdAt: wall.now, createdBy: "me",
            name: "S", type: "scripted")
        source.schedule = "PT15M"
        source.nextSyncAt = wall.now + .seconds(60)
        edit(&source)
        let row = source
        try await store.write(Scope(tenant: tenant)) { try $0.sources.insert(row) }
        return source.id
    }

    private func runs(_ source: DataSourceID) async throws -> [SyncRun] {
        try await store.read(Scope(tenant: tenant)) { try $0.runs.list(of: source, after: nil, limit: 100) }
    }

    private func source(_ id: DataSourceID) async throws -> DataSource {
        try #require(try await store.read(Scope(tenant: tenant)) { try $0.sources.find(id) })
    }

    private func end(_ id: DataSourceID) async throws {
        try await store.write(Scope(tenant: tenant)) { try $0.endActiveRun(of: id, because: .runCancelled) }
    }

    @Test("a due source gets one queued run for its tick, and its next time")
    func fires() async throws {
        let id = try await register()
        #expect(try await scheduler.tick() == 0)
        wall.advance(by: .seconds(61))
        #expect(try await scheduler.tick() == 1)
        #expect(try await scheduler.tick() == 0)
        let runs = try await runs(id)
        #expect(runs.map(\.trigger) == [.schedule])
        #expect(meters.lag.count() == 1 && meters.lag.sum == .seconds(1))
        #expect(meters.ticks.count() > 0)
        #expect(runs[0].status == .queued)
        #expect(runs[0].scheduledFor == wall.now - .seconds(1))
        let next = try #require(try await source(id).nextSyncAt)
        #expect(next > wall.now)
        #expect(next <= wall.now + .seconds(1800))
    }

    @Test("missed ticks collapse into one run")
    func collapses() async throws {
        let id = try await register()
        wall.advance(by: .seconds(86_400))
        try await scheduler.tick()
        try await scheduler.tick()
        #expect(try await runs(id).count == 1)
    }

    @Test("a tick while a run is active queues nothing and moves on")
    func active() async throws {
        let id = try await register()
        wall.advance(by: .seconds(61))
        try await scheduler.tick()
        wall.advance(by: .seconds(3600))
        #expect(try await scheduler.tick() == 1)
        #expect(try await runs(id).count == 1)
    }

    @Test("a clock that goes back fires no tick twice")
    func clockGoesBack() async throws {
        let id = try await register()
        wall.advance(by: .seconds(61))
        let due = try #require(try await source(id).nextSyncAt)
        try await scheduler.tick()
        try await end(id)
        // As if the same tick were due again.
        var row = try await source(id)
        row.nextSyncAt = due
        let again = row
        try await store.write(Scope(tenant: tenant)) { try $0.sources.update(again) }
        try await scheduler.tick()
        #expect(try await runs(id).count == 1)
    }

    @Test("a tick that two schedulers saw fires once and skips no later one")
    func twoSchedulers() async throws {
        let id = try await register()
        wall.advance(by: .seconds(61))
        let (first, second) = (ids.next(RunKind.self), ids.next(RunKind.self))
        _ = try await store.write(Scope(tenant: tenant)) { try $0.fire(id, run: first) }
        let next = try await source(id).nextSyncAt
        try await end(id)
        _ = try await store.write(Scope(tenant: tenant)) { try $0.fire(id, run: second) }
        #expect(try await runs(id).map(\.id) == [first])
        #expect(try await source(id).nextSyncAt == next)
    }

    @Test("the retry of a failed run says so")
    func retry() async throws {
        let id = try await register { source in
            source.schedule = nil
            source.status = .error
            source.lastError = RunError(
                code: "x.y", message: "m", recovery: .retry, at: wall.now, run: ids.next(RunKind.self),
                retryAt: source.nextSyncAt)
        }
        wall.advance(by: .seconds(61))
        try await scheduler.tick()
        #expect(try await runs(id).map(\.trigger) == [.retry])
        #expect(try await source(id).nextSyncAt == nil)
    }

    @Test("paused and deleted sources don't tick", arguments: [true, false])
    func paused(isDeleted: Bool) async throws {
        let id = try await register { source in
            if isDeleted { source.deletedAt = wall.now } else { source.status = .paused }
        }
        wall.advance(by: .seconds(61))
        try await scheduler.tick()
        #expect(try await runs(id).isEmpty)
        #expect(try await scheduler.tick() == 0, "it isn't due for ever")
    }
}
