import ConnectorAPI
import Domain
import StoreAPI
import TestSupport
import Testing

@testable import Engine

/// When a state may be used, and when everything is read again (SYNC.md 5).
@Suite struct StateTests {
    private let incremental = [ScriptedConnector.entity("items", defaultMode: .incremental)]
    private let down = AppError(ErrorCode("test.down", .source, "Down."), recovery: .waitForSource)

    @Test("an incremental entity is read in full first, then from the state that its last batch left")
    func goesOn() async throws {
        let bench = try await Bench(entities: incremental)
        try await bench.sync([.batch("items", .numbered(1...3), state: "s1"), .end("items")])
        try await bench.sync([.batch("items", .numbered(4...4), state: "s2"), .end("items")])
        try await bench.sync([.end("items")])
        #expect(bench.connector.plans.map { $0.entities[0].mode } == [.full, .incremental, .incremental])
        #expect(
            bench.connector.plans.map { $0.entities[0].state.map { String(decoding: $0, as: UTF8.self) } } == [
                nil, "s1", "s2",
            ])
        #expect(try await bench.live().count == 4)
    }

    @Test("an incremental read deletes nothing that it doesn't meet")
    func keeps() async throws {
        let bench = try await Bench(entities: incremental)
        try await bench.sync([.batch("items", .numbered(1...3), state: "s1"), .end("items")])
        let run = try await bench.sync([.end("items")])
        #expect(run.status == .succeeded)
        #expect(try await bench.live().count == 3)
    }

    @Test("after a full read that failed halfway the next one is full again, without a state")
    func failedFullRead() async throws {
        let bench = try await Bench(entities: incremental)
        try await bench.sync([.batch("items", .numbered(1...3), state: "s1"), .fail(down)])
        try await bench.sync([.batch("items", .numbered(1...3), state: "s1"), .end("items")])
        #expect(bench.connector.plans.map { $0.entities[0].mode } == [.full, .full])
        #expect(bench.connector.plans[1].entities[0].state == nil)
    }

    @Test("a full read that failed halfway spoils the state that an earlier one left")
    func failedLaterFullRead() async throws {
        let bench = try await Bench(entities: incremental)
        let full = RunRequest(trigger: .manual, mode: .full)
        try await bench.sync([.batch("items", .numbered(1...3), state: "whole"), .end("items")])
        try await bench.sync([.batch("items", .numbered(1...1), state: "half"), .fail(down)], full)
        try await bench.sync([.batch("items", .numbered(1...3), state: "whole"), .end("items")])
        #expect(bench.connector.plans.map { $0.entities[0].mode } == [.full, .full, .full])
        #expect(bench.connector.plans[2].entities[0].state == nil)
    }

    @Test("an entity's full read counts only once its run has ended well")
    func failedOtherEntity() async throws {
        let two = ["a", "b"].map { ScriptedConnector.entity($0, defaultMode: .incremental) }
        let bench = try await Bench(entities: two)
        let whole = ["a", "b"].flatMap {
            [ScriptedConnector.Step.batch($0, .numbered(1...3), state: "s"), .end($0)]
        }
        try await bench.sync(whole)
        try await bench.sync(whole.prefix(3) + [.fail(down)], RunRequest(trigger: .manual, mode: .full))
        try await bench.sync(whole)
        #expect(bench.connector.plans[2].entities.map(\.mode) == [.full, .full])
    }

    @Test("a state is stored with the records before it, or not at all")
    func stateWithRecords() async throws {
        let bench = try await Bench(entities: incremental)
        // Writes: 1 claim, 2 first batch; the second never arrives.
        for write in 3...100 { bench.faults.fail(write: write, .before(AppError(.storeUnavailable))) }
        bench.connector.willRead([
            .batch("items", .numbered(1...2), state: "s1"), .batch("items", .numbered(3...4), state: "s2"),
        ])
        try await bench.queue()
        let worker = bench.worker()
        async let done = worker.runOne()
        while bench.faults.writes < 3 { await Task.yield() }
        bench.manual.advance(by: .seconds(29))
        #expect(try await done)
        #expect(try await bench.openedState() == "s1")
        #expect(Set(try await bench.live().keys) == ["[1]", "[2]"])
    }

    @Test("a state of 1 MiB is kept, a larger one ends the run")
    func stateSize() async throws {
        let bench = try await Bench(entities: incremental)
        let largest = String(repeating: "s", count: 1 << 20)
        let kept = try await bench.sync([.batch("items", .numbered(1...1), state: largest), .end("items")])
        #expect(kept.status == .succeeded)
        #expect(try await bench.openedState() == largest)
        let refused = try await bench.sync([.batch("items", .numbered(2...2), state: largest + "s"), .end("items")])
        #expect(refused.error?.code == "connector.state_too_large")
        #expect(try await bench.live().count == 1)
    }

    @Test("a full read is due again after full_every")
    func fullEvery() async throws {
        let bench = try await Bench(
            entities: incremental,
            selection: [EntitySelection(name: "items", mode: .incremental, fullEvery: "P1D")])
        let steps: [ScriptedConnector.Step] = [.batch("items", .numbered(1...3), state: "s1"), .end("items")]
        try await bench.sync(steps)
        bench.wall.advance(by: .seconds(86_399))
        try await bench.sync([.end("items")])
        bench.wall.advance(by: .seconds(2))
        try await bench.sync(steps)
        #expect(bench.connector.plans.map { $0.entities[0].mode } == [.full, .incremental, .full])
    }

    @Test("a new generation starts from the beginning")
    func generation() async throws {
        let bench = try await Bench(entities: incremental)
        let steps: [ScriptedConnector.Step] = [.batch("items", .numbered(1...3), state: "s1"), .end("items")]
        try await bench.sync(steps)
        let source = bench.source.id
        try await bench.store.write(bench.scope) { tx in
            guard var state = try tx.sync.lock(source) else { return }
            state.generation += 1
            try tx.sync.save(state)
        }
        try await bench.sync(steps)
        #expect(bench.connector.plans[1].entities[0].mode == .full)
    }

    @Test("a run says why an entity that is selected incrementally was read in full")
    func fullReason() async throws {
        let bench = try await Bench(entities: incremental)
        let steps: [ScriptedConnector.Step] = [.batch("items", .numbered(1...3), state: "s1"), .end("items")]
        let stateless: [ScriptedConnector.Step] = [.batch("items", .numbered(1...3)), .end("items")]
        func reason(_ steps: [ScriptedConnector.Step], _ mode: SyncMode? = nil) async throws -> String? {
            try await bench.sync(steps, RunRequest(trigger: .manual, mode: mode)).entities.first?.fullReason?.rawValue
        }
        #expect(try await reason(stateless) == "first")
        #expect(try await reason(steps) == "no_state")
        #expect(try await reason([.end("items")]) == nil)
        #expect(try await reason(steps, .full) == "requested")
        bench.wall.advance(by: .seconds(8 * 86_400))
        #expect(try await reason(steps) == "due")
        let source = bench.source.id
        try await bench.store.write(bench.scope) { tx in
            guard var state = try tx.sync.lock(source) else { return }
            state.generation += 1
            try tx.sync.save(state)
        }
        #expect(try await reason(steps) == "identity_changed")
        var changed = try await bench.current()
        changed.entities = [EntitySelection(name: "items", mode: .incremental, primaryKey: ["v", "id"])]
        let row = changed
        try await bench.store.write(bench.scope) { try $0.sources.update(row) }
        #expect(try await reason(steps) == "key_changed")
    }

    @Test("an entity that can't be read is left out, and fails the run only if it is asked for")
    func refused() async throws {
        var shut = ScriptedConnector.entity("shut")
        shut.refusal = AppError(ErrorCode("test.shut", .source, "Shut."), recovery: .reauthorise)
        let bench = try await Bench(entities: [ScriptedConnector.entity("items"), shut])
        let all = try await bench.sync([.batch("items", .numbered(1...1)), .end("items")])
        #expect(all.status == .succeeded)
        #expect(bench.connector.plans[0].entities.map(\.name) == ["items"])
        let asked = try await bench.sync([], RunRequest(trigger: .manual, entities: ["shut"]))
        #expect(asked.error?.code == "test.shut")
        #expect(asked.error?.entity == "shut")
        #expect(asked.error?.recovery == .reauthorise)
    }

    @Test("the state lies in the database sealed")
    func sealed() async throws {
        let bench = try await Bench(entities: incremental)
        try await bench.sync([.batch("items", .numbered(1...1), state: "cursor-in-clear"), .end("items")])
        let stored = try #require(try await bench.state()?.state)
        #expect(!String(decoding: stored, as: UTF8.self).contains("cursor-in-clear"))
    }

    @Test("changed key fields give the old records up, whatever their number")
    func rekeyed() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...40)), .end("items")])
        var source = try await bench.current()
        source.entities = [EntitySelection(name: "items", mode: .full, primaryKey: ["v", "id"])]
        let changed = source
        try await bench.store.write(bench.scope) { try $0.sources.update(changed) }
        let run = try await bench.sync([.batch("items", .numbered(1...40)), .end("items")])
        #expect(run.status == .succeeded)
        #expect(Set(try await bench.live().keys) == Set((1...40).map { "[\"a\",\($0)]" }))
    }

    @Test("the modes and entities of a run overrule the selection's")
    func overrules() async throws {
        let two = [ScriptedConnector.entity("a", defaultMode: .incremental), ScriptedConnector.entity("b")]
        let bench = try await Bench(entities: two)
        try await bench.sync(
            [.batch("a", .numbered(1...1), state: "s"), .end("a")],
            RunRequest(trigger: .manual, mode: .full, entities: ["a"]))
        #expect(bench.connector.plans[0].entities.map(\.name) == ["a"])
        try await bench.sync([.end("a")], RunRequest(trigger: .manual, mode: .full, entities: ["a"]))
        #expect(bench.connector.plans[1].entities[0].mode == .full)
    }
}
