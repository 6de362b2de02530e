import ConnectorAPI
import Domain
import JSON
import Logging
import StoreAPI
import TestSupport
import Testing

@testable import Engine

/// A worker that was stopped for longer than its lease, and what it does when it goes on (SYNC.md 3 and 4).
@Suite(.timeLimit(.minutes(5))) struct TakeoverTests {
    private let terms = ClaimTerms(workerID: "w", lease: .seconds(30), tenantLimit: 4)

    @Test("a frozen worker that wakes after another took its run over moves no record back")
    func frozen() async throws {
        let bench = try await Bench()
        let (freeze, hold) = (Gate(), Gate())
        bench.connector.willRead([
            .batch("items", .numbered(1...1, "old")), .wait(freeze), .batch("items", .numbered(1...3, "old")),
            .end("items"),
        ])
        bench.connector.willRead([.batch("items", .numbered(1...3, "new")), .wait(hold), .end("items")])
        let id = try await bench.queue()
        let first = bench.worker("w1")
        async let frozen = first.runOne()
        await freeze.arrival()
        try await bench.stored(1)
        // The lease ends by the store's clock alone: a frozen worker's own stands still.
        bench.wall.advance(by: .seconds(31))
        let second = bench.worker("w2")
        async let takenOver = second.runOne()
        await hold.arrival()
        try await bench.stored(3)
        freeze.open()
        #expect(try await frozen)
        let live = try await bench.live()
        #expect(live.values.allSatisfy { $0.contains("new") }, "\(live)")
        hold.open()
        #expect(try await takenOver)
        #expect(try await bench.run(id).status == .succeeded)
        #expect(try await bench.live() == live)
    }

    @Test("a worker whose run was taken over stops at once, though it has nothing to store")
    func noticed() async throws {
        let bench = try await Bench()
        let gate = Gate()
        bench.connector.willRead([.batch("items", .numbered(1...2)), .wait(gate)])
        let id = try await bench.queue()
        let worker = bench.worker("w1")
        async let done = worker.runOne()
        await gate.arrival()
        try await bench.stored(2)
        bench.wall.advance(by: .seconds(31))
        let claim = try await claim(id, bench)
        #expect(try await done)
        #expect(try await bench.run(id).fence == claim.fence)
    }

    @Test("a worker that lost its run while it read the end deletes nothing and ends nothing")
    func lostBeforeFinish() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...10)), .end("items")])
        let gate = Gate()
        bench.connector.willRead([.batch("items", .numbered(3...10)), .end("items"), .wait(gate)])
        let id = try await bench.queue()
        let worker = bench.worker()
        async let done = worker.runOne()
        await gate.arrival()
        try await bench.readToItsEnd(id)
        try await bench.takeAway()
        gate.open()
        #expect(try await done)
        #expect(try await bench.run(id).status == .running)
        #expect(try await bench.live().count == 10)
    }

    @Test("a worker that lost its run can't fail it")
    func lostBeforeFailure() async throws {
        let bench = try await Bench()
        let gate = Gate()
        let broken = AppError(ErrorCode("test.down", .source, "Down."), recovery: .waitForSource)
        bench.connector.willRead([.batch("items", .numbered(1...2)), .wait(gate), .fail(broken)])
        let id = try await bench.queue()
        let worker = bench.worker()
        async let done = worker.runOne()
        await gate.arrival()
        try await bench.stored(2)
        try await bench.takeAway()
        gate.open()
        #expect(try await done)
        #expect(try await bench.run(id).status == .running)
        #expect(try await bench.current().lastError == nil)
    }

    @Test("a worker that lost its run and stops can't give it back")
    func lostBeforeRelease() async throws {
        let bench = try await Bench()
        let gate = Gate()
        bench.connector.willRead([.batch("items", .numbered(1...2)), .wait(gate)])
        let id = try await bench.queue()
        let worker = bench.worker()
        let task = Task { try await worker.runOne() }
        await gate.arrival()
        try await bench.stored(2)
        try await bench.takeAway()
        task.cancel()
        _ = await task.result
        #expect(try await bench.run(id).status == .running)
    }

    @Test("a worker past its deadline sends nothing, even where nothing has woken it yet")
    func pastDeadline() async throws {
        let bench = try await Bench()
        let id = try await bench.queue()
        let claim = try await claim(id, bench)
        let parts = EngineParts(
            store: bench.store, vault: bench.vault, catalog: ConnectorCatalog([bench.connector]),
            threads: ConnectorThreads(), clock: bench.manual.clock, terms: terms,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let lease = Lease(claim: claim, store: bench.store, terms: terms, clock: bench.manual.clock)
        bench.connector.willRead([.batch("items", .numbered(1...2)), .end("items")])
        let context = ConnectorContext(tenant: bench.source.tenant, config: [:])
        var pump = try await Pump(claim: claim, parts: parts, lease: lease, context: context)
        bench.manual.advance(by: .seconds(28))
        do {
            try await pump.run()
            Issue.record("it stored past its deadline")
        } catch Interruption.leaseExpired {}
        #expect(try await bench.live().isEmpty)
    }

    @Test("no more runs of a tenant are claimed than it may have, whatever the candidates say")
    func tenantLimit() async throws {
        let bench = try await Bench()
        var twin = bench.source
        twin.id = bench.ids.next(DataSourceKind.self)
        let other = twin
        let (one, two) = (bench.ids.next(RunKind.self), bench.ids.next(RunKind.self))
        let (source, terms) = (bench.source, ClaimTerms(workerID: "w", lease: .seconds(30), tenantLimit: 1))
        let claimed = try await bench.store.write(bench.scope) { tx in
            try tx.sources.insert(other)
            _ = try tx.enqueue(RunRequest(trigger: .manual), for: source, id: one)
            _ = try tx.enqueue(RunRequest(trigger: .manual), for: other, id: two)
            return try [(source, one), (other, two)].map { source, run in
                let reference = RunReference(tenant: source.tenant, source: source.id, run: run)
                return try tx.claim(reference, terms: terms, sentAt: .zero) != nil
            }
        }
        #expect(claimed == [true, false])
    }

    /// Takes the run as a worker would, without carrying it out; its deadline is 28 s from the manual clock's start.
    private func claim(_ id: RunID, _ bench: Bench) async throws -> ClaimedRun {
        let reference = RunReference(tenant: bench.source.tenant, source: bench.source.id, run: id)
        let terms = terms
        return try #require(
            await bench.store.write(bench.scope) { try $0.claim(reference, terms: terms, sentAt: .zero) })
    }
}
