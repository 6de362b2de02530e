import ConnectorAPI
import Domain
import StoreAPI
import TestSupport
import Testing

@testable import Engine

/// Who may write, and what happens to those who may no more (SYNC.md 1 to 4).
@Suite(.timeLimit(.minutes(5))) struct OwnershipTests {
    @Test("a worker whose fence was moved writes nothing more, not even the run's end")
    func fenced() async throws {
        let bench = try await Bench()
        let gate = Gate()
        bench.connector.willRead([
            .batch("items", .numbered(1...2)), .wait(gate), .batch("items", .numbered(3...4)), .end("items"),
        ])
        let id = try await bench.queue()
        let worker = bench.worker()
        async let done = worker.runOne()
        await gate.arrival()
        let source = bench.source.id
        try await bench.stored(2)
        try await bench.store.write(bench.scope) { _ = try $0.changeOwner(of: source) }
        gate.open()
        #expect(try await done)
        #expect(try await bench.live().count == 2)
        #expect(try await bench.run(id).status == .running, "its end is the new owner's to write")
    }

    @Test(
        "a worker writes nothing under another fence or behind batches that aren't its own",
        arguments: [(fence: 1 as Int64, batches: 0 as Int64), (0, 2)])
    func notItsTurn(fence: Int64, batches: Int64) async throws {
        let bench = try await Bench()
        let gate = Gate()
        bench.connector.willRead([.wait(gate), .batch("items", .numbered(1...2)), .end("items")])
        let id = try await bench.queue()
        let worker = bench.worker()
        async let done = worker.runOne()
        await gate.arrival()
        let source = bench.source.id
        try await bench.store.write(bench.scope) { tx in
            guard var state = try tx.sync.lock(source) else { return }
            state.fence += fence
            state.batchNumber += batches
            try tx.sync.save(state)
        }
        gate.open()
        #expect(try await done)
        #expect(try await bench.live().isEmpty)
        #expect(try await bench.run(id).status == .running)
    }

    @Test("a batch whose commit's answer was lost is sent again and counts once")
    func lostAnswer() async throws {
        let bench = try await Bench()
        let lost = AppError(.storeUnavailable)
        // Writes: 1 claim, 2 first batch, 3 the same again, 4 second batch…
        bench.faults.fail(write: 2, .after(lost))
        bench.connector.willRead([.batch("items", .numbered(1...3)), .batch("items", .numbered(4...6)), .end("items")])
        let id = try await bench.queue()
        let run = try await bench.carryOut(id)
        #expect(run.status == .succeeded)
        #expect(run.entities.first?.read == 6)
        #expect(run.entities.first?.inserted == 6)
        #expect(run.entities.first?.unchanged == 0)
    }

    @Test("a batch that didn't reach the store is sent again")
    func lostBatch() async throws {
        let bench = try await Bench()
        bench.faults.fail(write: 2, .before(AppError(.storeUnavailable)))
        bench.connector.willRead([.batch("items", .numbered(1...3)), .end("items")])
        let id = try await bench.queue()
        let run = try await bench.carryOut(id)
        #expect(run.status == .succeeded)
        #expect(run.entities.first?.inserted == 3)
    }

    @Test("a run that a person cancels ends cancelled; what it stored stays")
    func cancelled() async throws {
        let bench = try await Bench()
        let gate = Gate()
        bench.connector.willRead([.batch("items", .numbered(1...2)), .wait(gate), .end("items")])
        let id = try await bench.queue()
        let worker = bench.worker()
        async let done = worker.runOne()
        await gate.arrival()
        try await bench.stored(2)
        let source = bench.source.id
        try await bench.store.write(bench.scope) { tx in
            try tx.endActiveRun(of: source, because: .runCancelled)
        }
        #expect(try await done)
        let run = try await bench.run(id)
        #expect(run.status == .cancelled)
        let fence = try await bench.store.read(bench.scope) { try $0.sync.lock(source)?.fence }
        #expect(fence == run.fence.map { $0 + 1 })
        #expect(run.error?.code == "run.cancelled")
        #expect(try await bench.live().count == 2)
        #expect(try await bench.current().activeRun == nil)
    }

    @Test("a worker that stops gives its run back, and the next one finishes it")
    func released() async throws {
        let bench = try await Bench()
        let gate = Gate()
        bench.connector.willRead([.batch("items", .numbered(1...2)), .wait(gate), .end("items")])
        let id = try await bench.queue()
        let worker = bench.worker()
        let task = Task { try await worker.runOne() }
        await gate.arrival()
        try await bench.stored(2)
        task.cancel()
        _ = await task.result
        #expect(try await bench.run(id).status == .queued)
        bench.connector.willRead([.batch("items", .numbered(1...4)), .end("items")])
        #expect(try await bench.worker("w2").runOne())
        let run = try await bench.run(id)
        #expect(run.status == .succeeded)
        #expect(run.attempt == 2)
        #expect(try await bench.live().count == 4)
    }

    @Test("a run that waits for its next worker can be asked for more, and tells how that one read")
    func widened() async throws {
        let offer = ScriptedConnector.entity("items", defaultMode: .incremental)
        let bench = try await Bench(entities: [offer])
        try await bench.sync([.batch("items", .numbered(1...2), state: "s1"), .end("items")])
        let gate = Gate()
        bench.connector.willRead([.batch("items", .numbered(3...4), state: "s2"), .wait(gate), .end("items")])
        let id = try await bench.queue(RunRequest(trigger: .manual, mode: .incremental))
        let worker = bench.worker()
        let task = Task { try await worker.runOne() }
        await gate.arrival()
        try await bench.stored(4)
        task.cancel()
        _ = await task.result
        #expect(try await bench.run(id).entities.map(\.mode) == [.incremental])
        #expect(try await bench.queue(RunRequest(trigger: .manual, mode: .full)) == id)
        bench.connector.willRead([.batch("items", .numbered(1...4)), .end("items")])
        #expect(try await bench.worker("w2").runOne())
        #expect(bench.connector.plans.last?.entities.map(\.mode) == [.full])
        #expect(try await bench.run(id).entities.map(\.mode) == [.full])
    }

    @Test("a worker that can't renew its lease stops at its own deadline, and another takes over")
    func leaseExpires() async throws {
        let bench = try await Bench()
        let gate = Gate()
        bench.connector.willRead([.batch("items", .numbered(1...2)), .wait(gate), .batch("items", .numbered(3...4))])
        let id = try await bench.queue()
        let worker = bench.worker()
        async let done = worker.runOne()
        await gate.arrival()
        try await bench.stored(2)
        for write in 1...100 { bench.faults.fail(write: write, .before(AppError(.storeUnavailable))) }
        bench.manual.advance(by: .seconds(29))
        #expect(try await done)
        #expect(try await bench.run(id).status == .running)
        #expect(try await bench.live().count == 2)

        bench.wall.advance(by: .seconds(31))
        bench.connector.willRead([.batch("items", .numbered(1...5)), .end("items")])
        let successor = bench.worker("w2", over: bench.store)
        #expect(try await successor.runOne())
        #expect(try await bench.run(id).status == .succeeded)
    }

    @Test("a run that was claimed five times without storing a batch fails as a crash loop")
    func crashLoop() async throws {
        let bench = try await Bench()
        let id = try await bench.queue()
        let terms = ClaimTerms(workerID: "w", lease: .seconds(30), tenantLimit: 4)
        let reference = RunReference(tenant: bench.source.tenant, source: bench.source.id, run: id)
        for attempt in 1...5 {
            let claim = try await bench.store.write(bench.scope) {
                try $0.claim(reference, terms: terms, sentAt: .zero)
            }
            #expect(claim?.run.attempt == attempt)
            bench.wall.advance(by: .seconds(31))
        }
        #expect(try await bench.worker().runOne() == false)
        let run = try await bench.run(id)
        #expect(run.status == .failed)
        #expect(run.error?.code == "run.crash_loop")
        #expect(try await bench.current().status == .error)
    }

    @Test("a live lease keeps others away")
    func leaseHolds() async throws {
        let bench = try await Bench()
        let id = try await bench.queue()
        let terms = ClaimTerms(workerID: "w", lease: .seconds(30), tenantLimit: 4)
        let reference = RunReference(tenant: bench.source.tenant, source: bench.source.id, run: id)
        _ = try await bench.store.write(bench.scope) { try $0.claim(reference, terms: terms, sentAt: .zero) }
        bench.wall.advance(by: .seconds(29))
        #expect(try await bench.worker("w2").runOne() == false)
        // A candidate picked before the lease was renewed: the claim itself looks again.
        let taken = try await bench.store.write(bench.scope) { try $0.claim(reference, terms: terms, sentAt: .zero) }
        #expect(taken == nil, "the run was taken from its owner")
    }
}
