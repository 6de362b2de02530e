import Domain
import StoreAPI
import TestSupport
import Testing

@testable import Engine

@Suite struct RunTests {
    @Test("a first full read stores every record and tells the truth about the source")
    func firstRead() async throws {
        let bench = try await Bench()
        let run = try await bench.sync([
            .batch("items", .numbered(1...3)), .batch("items", .numbered(4...5)), .end("items"),
        ])
        #expect(run.status == .succeeded)
        #expect(run.entities.first?.read == 5)
        #expect(run.entities.first?.inserted == 5)
        #expect(run.entities.first?.isComplete == true)
        let source = try await bench.current()
        #expect(source.status == .connected)
        #expect(source.lastSyncAt == run.finishedAt)
        #expect(source.syncedEntities == ["items": 5])
        #expect(source.activeRun == nil)
        #expect(try await bench.live().count == 5)
    }

    @Test("a second equal read changes nothing: no version moves and the feed stays")
    func unchanged() async throws {
        let bench = try await Bench()
        let steps: [ScriptedConnector.Step] = [.batch("items", .numbered(1...50)), .end("items")]
        try await bench.sync(steps)
        let before = try await bench.feed()
        let run = try await bench.sync(steps)
        #expect(run.entities.first?.unchanged == 50)
        #expect(try await bench.feed() == before)
    }

    @Test("changed, removed and added records make exactly that many changes")
    func differences() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...100)), .end("items")])
        let last = try #require(try await bench.feed().last?.seq)
        let run = try await bench.sync([
            .batch("items", .numbered(1...5, "new") + .numbered(11...103)), .end("items"),
        ])
        #expect(run.status == .succeeded)
        let counts = try #require(run.entities.first)
        #expect((counts.inserted, counts.updated, counts.deleted, counts.unchanged) == (3, 5, 5, 90))
        let changes = try await bench.feed(after: last)
        #expect(changes.count == 13)
        #expect(changes.filter { $0.body == nil }.count == 5)
        #expect(try await bench.current().syncedEntities == ["items": 98])
    }

    @Test("a read that fails midway keeps what it stored, deletes nothing and is tried again later")
    func failsMidway() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...20)), .end("items")])
        let broken = AppError(
            ErrorCode("test.down", .source, "Down."), recovery: .waitForSource)
        let run = try await bench.sync([.batch("items", .numbered(1...2, "new")), .fail(broken)])
        #expect(run.status == .failed)
        #expect(run.error?.code == "test.down")
        #expect(try await bench.live().count == 20)
        #expect(try await bench.live()["[1]"]?.contains("new") == true)
        let source = try await bench.current()
        #expect(source.status == .error)
        #expect(source.consecutiveFailures == 1)
        #expect(source.lastError?.run == run.id)
        let next = try #require(source.nextSyncAt)
        #expect(next - bench.wall.now >= .seconds(60))
        #expect(run.error?.retryAt == next)
    }

    @Test("a run shows all its entities from its first batch on, and says which of them failed")
    func namesEntities() async throws {
        let bench = try await Bench(entities: [ScriptedConnector.entity("a"), ScriptedConnector.entity("b")])
        let down = AppError(ErrorCode("test.down", .source, "Down."), recovery: .waitForSource)
        let run = try await bench.sync([.batch("a", .numbered(1...2)), .end("a"), .fail(down)])
        #expect(run.entities.map(\.name) == ["a", "b"])
        #expect(run.error?.entity == "b")
    }

    @Test("a running run that reads all in full covers a request for a full read")
    func coversFull() async throws {
        let bench = try await Bench()
        let gate = Gate()
        bench.connector.willRead([.batch("items", .numbered(1...2)), .wait(gate), .end("items")])
        let id = try await bench.queue()
        let worker = bench.worker()
        async let done = worker.runOne()
        await gate.arrival()
        while try await bench.run(id).entities.isEmpty { await Task.yield() }
        #expect(try await bench.queue(RunRequest(trigger: .manual, mode: .full)) == id)
        gate.open()
        #expect(try await done)
    }

    @Test("an error that needs a person leaves no next run")
    func needsPerson() async throws {
        let bench = try await Bench(schedule: "@hourly")
        let denied = AppError(ErrorCode("test.denied", .source, "Denied."), recovery: .reauthorise)
        try await bench.sync([.fail(denied)])
        #expect(try await bench.current().nextSyncAt == nil)
    }

    @Test("records that come again in each batch of an incremental read are stored as they came last")
    func overlappingBatches() async throws {
        let bench = try await Bench(entities: [ScriptedConnector.entity("items", defaultMode: .incremental)])
        try await bench.sync([.batch("items", .numbered(1...300), state: "s1"), .end("items")])
        // What the second batch brings is what is stored while the first one is: it must not pass for unchanged.
        let run = try await bench.sync([
            .batch("items", .numbered(1...200, "b"), state: "s2"),
            .batch("items", .numbered(1...200, "a"), state: "s3"),
            .batch("items", .numbered(101...300, "c"), state: "s4"),
            .batch("items", .numbered(201...400, "d"), state: "s5"),
            .end("items"),
        ])
        #expect(run.status == .succeeded)
        #expect((run.entities.first?.updated, run.entities.first?.inserted) == (700, 100))
        let live = try await bench.live()
        for (id, value) in [(1, "a"), (100, "a"), (101, "c"), (200, "c"), (201, "d"), (400, "d")] {
            let key = "[\(id)]"
            #expect(live[key]?.contains("\"v\":\"\(value)\"") == true, "\(key)")
        }
    }

    @Test("a reader is told when nothing is left to store", .timeLimit(.minutes(5)))
    func hurries() async throws {
        let bench = try await Bench()
        let run = try await bench.sync([
            .batch("items", .numbered(1...2)), .waitUntilHurried, .batch("items", .numbered(3...4)),
            .waitUntilHurried, .end("items"),
        ])
        #expect(run.entities.first?.inserted == 4)
    }

    @Test("a source that fails for a moment before its first batch is asked again within the run")
    func retriesWithin() async throws {
        let bench = try await Bench()
        let flap = AppError(ErrorCode("test.flap", .source, "Flap."), recovery: .retry)
        bench.connector.willRead([.fail(flap)])
        bench.connector.willRead([.batch("items", .numbered(1...3)), .end("items")])
        let id = try await bench.queue()
        let worker = bench.worker()
        async let done = worker.runOne()
        while bench.connector.plans.count < 2 {
            bench.manual.wakeNext(within: .seconds(1))
            await Task.yield()
        }
        #expect(try await done)
        #expect(try await bench.run(id).status == .succeeded)
    }

    @Test("rejected items are counted and kept")
    func rejects() async throws {
        let bench = try await Bench()
        let reject = Reject(entity: "items", reason: "record.key_missing", excerpt: "line 3: {}")
        let run = try await bench.sync([.batch("items", .numbered(1...3)), .rejects("items", [reject]), .end("items")])
        #expect(run.status == .succeeded)
        #expect(run.entities.first?.rejected == 1)
        #expect(run.entities.first?.read == 4)
        let source = bench.source.id
        let kept = try await bench.store.read(bench.scope) {
            try $0.runs.rejects(of: run.id, source: source, after: 0, limit: 10).map(\.reject)
        }
        #expect(kept == [reject])
    }

    @Test("identical rows of an entity without a key count as duplicates")
    func duplicates() async throws {
        let bench = try await Bench(entities: [ScriptedConnector.entity("items", keyed: false)])
        let run = try await bench.sync([
            .batch("items", [.init(1), .init(1), .init(2)]), .end("items"),
        ])
        #expect(run.entities.first?.inserted == 2)
        #expect(run.entities.first?.duplicates == 1)
        #expect(run.entities.first?.read == 3)
    }

    @Test("an entity that the source doesn't offer fails the run with who must act")
    func unknownEntity() async throws {
        let bench = try await Bench(selection: [EntitySelection(name: "ghosts", mode: .full)])
        let run = try await bench.sync([])
        #expect(run.error?.code == "entity.unknown")
        #expect(run.error?.recovery == .fixConfig)
    }
}
