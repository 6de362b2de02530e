import Domain
import Logging
import StoreAPI
import TestStores
import TestSupport
import Testing

@testable import Scheduler

/// Clocks that jump while two schedulers tick at once (SYNC.md 8).
@Suite struct ClockJumpTests {
    private let database: TestDatabase
    private let wall = TestClock()
    private let store: any Store
    private let schedulers: [Scheduler]
    private let ids: ULIDGenerator
    private let scope = Scope(tenant: .named("acme"))

    init() async throws {
        database = try await TestDatabase(clock: wall.wall)
        let store = database.store
        let ids = ULIDGenerator(clock: wall.wall, random: SeededRandom.shared(seed: 11))
        self.store = store
        self.ids = ids
        schedulers = (0..<2).map { _ in
            Scheduler(
                store: store, ids: ids, clock: ManualClock().clock,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }
    }

    private func register(_ schedules: [String]) async throws -> [DataSourceID] {
        var registered: [DataSourceID] = []
        for schedule in schedules {
            var source = DataSource(
                id: ids.next(DataSourceKind.self), tenant: scope.tenant, app: nil, createdAt: wall.now,
                createdBy: "me", name: schedule, type: "scripted")
            source.schedule = schedule
            source.nextSyncAt = source.nextRun(after: wall.now)
            let row = source
            try await store.write(scope) { try $0.sources.insert(row) }
            registered.append(source.id)
        }
        return registered
    }

    private func runs(_ source: DataSourceID) async throws -> [SyncRun] {
        try await store.read(scope) { try $0.runs.list(of: source, after: nil, limit: 500) }
    }

    /// Both schedulers tick at the same time; then every run ends and the next time is reckoned anew, as an end does.
    private func tick(_ sources: [DataSourceID]) async throws {
        async let first = schedulers[0].tick()
        async let second = schedulers[1].tick()
        _ = try await (first, second)
        for id in sources {
            try await store.write(scope) { tx in
                guard try tx.runs.active(of: id) != nil, var source = try tx.sources.find(id) else { return }
                try tx.endActiveRun(of: id, because: .runCancelled)
                source.nextSyncAt = source.nextRun(after: tx.now)
                try tx.sources.update(source)
            }
        }
    }

    @Test("a clock that jumps an hour ahead makes one run of the ticks in between")
    func ahead() async throws {
        let sources = try await register(["PT5M", "*/5 * * * *", "@hourly"])
        wall.advance(by: .seconds(600))
        try await tick(sources)
        let before = try await counts(sources)
        wall.advance(by: .seconds(3600))
        for _ in 0..<3 { try await tick(sources) }
        let after = try await counts(sources)
        for (before, after) in zip(before, after) { #expect((0...1).contains(after - before)) }
        #expect(after[0] == before[0] + 1)
        wall.advance(by: .seconds(301))
        try await tick(sources)
        #expect(try await counts(sources)[0] == after[0] + 1, "it goes on at its pace")
    }

    @Test("a clock that jumps two hours back fires nothing twice and comes back to its pace")
    func back() async throws {
        let sources = try await register(["PT15M", "*/15 * * * *"])
        for _ in 0..<12 {
            wall.advance(by: .seconds(900))
            try await tick(sources)
        }
        let before = try await counts(sources)
        wall.advance(by: .seconds(-7200))
        for _ in 0..<7 {
            wall.advance(by: .seconds(900))
            try await tick(sources)
        }
        #expect(try await counts(sources) == before)
        for _ in 0..<4 {
            wall.advance(by: .seconds(900))
            try await tick(sources)
        }
        for (before, after) in zip(before, try await counts(sources)) { #expect((2...4).contains(after - before)) }
    }

    @Test(
        "whatever the clock does, no tick fires twice and no source gets more than one run at a time", arguments: 1...5)
    func anywhere(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let schedules = ["PT7M", "*/5 * * * *", "CRON_TZ=Europe/Berlin 10,40 */2 * * *", "@hourly"]
        let sources = try await register(schedules)
        var before = try await counts(sources)
        for step in 0..<60 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: wall.advance(by: .seconds(3600))
            case 1: wall.advance(by: .seconds(-7200))
            default: wall.advance(by: .seconds(Int.random(in: 30...1200, using: &random)))
            }
            try await tick(sources)
            let after = try await counts(sources)
            for (before, after) in zip(before, after) {
                #expect((0...1).contains(after - before), "seed \(seed), step \(step)")
            }
            before = after
        }
        for (id, text) in zip(sources, schedules) {
            let schedule = try Schedule(parsing: text)
            let ticks = try await runs(id).compactMap(\.scheduledFor)
            #expect(Set(ticks).count == ticks.count, "seed \(seed)")
            let createdAt = try #require(try await store.read(scope) { try $0.sources.find(id) }).createdAt
            for tick in ticks {
                let due = schedule.next(
                    after: tick - .milliseconds(1), anchor: createdAt, jitterSeed: Jitter.seed(of: id.rawValue))
                #expect(due == tick, "seed \(seed): no tick of \(text)")
            }
        }
    }

    private func counts(_ sources: [DataSourceID]) async throws -> [Int] {
        var counts: [Int] = []
        for id in sources { counts.append(try await runs(id).count) }
        return counts
    }
}
