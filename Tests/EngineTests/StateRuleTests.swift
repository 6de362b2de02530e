import ConnectorAPI
import Domain
import StoreAPI
import TestSupport
import Testing

@testable import Engine

/// The rules of states, one by one, each from a real loss of data elsewhere (SYNC.md 5). Rule 3's are the connectors' own
/// (`SQLConnectorsTests`) but for its last; rule 4 has nothing to hold for before a connector has something to be told.
@Suite struct StateRuleTests {
    private let incremental = [ScriptedConnector.entity("items", defaultMode: .incremental)]
    private let down = AppError(ErrorCode("test.down", .source, "Down."), recovery: .waitForSource)

    @Test("state rule 1: a state is stored with the records before it, or not at all")
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

    @Test("state rule 1: records behind the last state are read again after a crash")
    func readAgain() async throws {
        let bench = try await Bench(entities: incremental)
        try await bench.sync([.batch("items", .numbered(1...2), state: "s1"), .end("items")])
        let steps: [ScriptedConnector.Step] = [
            .batch("items", .numbered(3...4), state: "s2"), .batch("items", .numbered(5...6)), .fail(down),
        ]
        try await bench.sync(steps)
        #expect(try await bench.live().count == 6)
        #expect(try await bench.openedState() == "s2")
        let run = try await bench.sync([.batch("items", .numbered(5...8), state: "s3"), .end("items")])
        #expect(bench.connector.plans.last?.entities[0].state.map { String(decoding: $0, as: UTF8.self) } == "s2")
        #expect((run.entities.first?.unchanged, run.entities.first?.inserted) == (2, 2))
    }

    @Test("state rule 2: after a full read that failed halfway the next one is full again, without a state")
    func failedFullRead() async throws {
        let bench = try await Bench(entities: incremental)
        try await bench.sync([.batch("items", .numbered(1...3), state: "s1"), .fail(down)])
        try await bench.sync([.batch("items", .numbered(1...3), state: "s1"), .end("items")])
        #expect(bench.connector.plans.map { $0.entities[0].mode } == [.full, .full])
        #expect(bench.connector.plans[1].entities[0].state == nil)
    }

    @Test("state rule 2: a full read that failed halfway spoils the state that an earlier one left")
    func failedLaterFullRead() async throws {
        let bench = try await Bench(entities: incremental)
        let full = RunRequest(trigger: .manual, mode: .full)
        try await bench.sync([.batch("items", .numbered(1...3), state: "whole"), .end("items")])
        try await bench.sync([.batch("items", .numbered(1...1), state: "half"), .fail(down)], full)
        try await bench.sync([.batch("items", .numbered(1...3), state: "whole"), .end("items")])
        #expect(bench.connector.plans.map { $0.entities[0].mode } == [.full, .full, .full])
        #expect(bench.connector.plans[2].entities[0].state == nil)
    }

    @Test("state rule 2: an entity's full read counts only once its run has ended well")
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

    @Test("state rule 2: a read without its completion leaves no final state", arguments: [true, false])
    func noCompletion(hasEnd: Bool) async throws {
        let bench = try await Bench(entities: incremental)
        let steps = [ScriptedConnector.Step.batch("items", .numbered(1...3), state: "s1")]
        try await bench.sync(hasEnd ? steps + [.end("items", isComplete: false)] : steps)
        try await bench.sync([.batch("items", .numbered(1...3), state: "s2"), .end("items")])
        #expect(bench.connector.plans.map { $0.entities[0].mode } == [.full, .full])
        #expect(bench.connector.plans[1].entities[0].state == nil)
    }

    @Test("state rule 3: an incremental entity is read in full again after full_every")
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

    @Test("state rule 5: a state of 1 MiB is kept, a larger one ends the run")
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

    @Test("state rule 5: a state comes back as the bytes that it was")
    func roundTrip() async throws {
        let bench = try await Bench(entities: incremental)
        let odd = "{\"value\": 1.0,\u{0}\r\n \u{FEFF}é\u{1F600}}"
        try await bench.sync([.batch("items", .numbered(1...1), state: odd), .end("items")])
        try await bench.sync([.batch("items", [], state: ""), .end("items")])
        try await bench.sync([.end("items")])
        #expect(bench.connector.plans.map { $0.entities[0].state } == [nil, Array(odd.utf8), []])
    }

    @Test("state rule 6: a new generation starts from the beginning")
    func generation() async throws {
        let bench = try await Bench(entities: incremental)
        let steps: [ScriptedConnector.Step] = [.batch("items", .numbered(1...3), state: "s1"), .end("items")]
        try await bench.sync(steps)
        try await bench.beginGeneration()
        try await bench.sync(steps)
        #expect(bench.connector.plans[1].entities[0].mode == .full)
    }

    @Test("state rule 6: whoever reads another system says so, until it was read whole")
    func saysSo() async throws {
        let bench = try await Bench(entities: incremental)
        let steps: [ScriptedConnector.Step] = [.batch("items", .numbered(1...3), state: "s1"), .end("items")]
        try await bench.sync(steps)
        try await bench.beginGeneration()
        for _ in 0..<2 {
            let failed = try await bench.sync([.batch("items", .numbered(1...3), state: "s2"), .fail(down)])
            #expect(failed.entities.first?.fullReason == .identityChanged)
        }
        #expect(try await bench.sync(steps).entities.first?.fullReason == .identityChanged)
        #expect(try await bench.sync([.end("items")]).entities.first?.mode == .incremental)
    }

    @Test("state rule 7: pause and resume, a failed full read and a removed entity delete no record")
    func keepsAll() async throws {
        let two = ["a", "b"].map { ScriptedConnector.entity($0) }
        let bench = try await Bench(entities: two)
        let all = ["a", "b"].flatMap { [ScriptedConnector.Step.batch($0, .numbered(1...30)), .end($0)] }
        try await bench.sync(all)
        func edit(_ body: @escaping @Sendable (inout DataSource) -> Void) async throws {
            var source = try await bench.current()
            body(&source)
            let edited = source
            try await bench.store.write(bench.scope) { try $0.sources.update(edited) }
        }
        try await edit { $0.status = .paused }
        await #expect(throws: AppError.self) { try await bench.queue() }
        try await edit { $0.status = .connected }
        try await bench.sync([.batch("a", .numbered(1...1)), .fail(down)], RunRequest(trigger: .manual, mode: .full))
        #expect(try await bench.live(of: "a").count == 30)
        try await edit { $0.entities = [EntitySelection(name: "b", mode: .full)] }
        for _ in 0..<2 {
            let run = try await bench.sync([.batch("b", .numbered(1...30)), .end("b")])
            #expect(run.entities.map(\.name) == ["b"])
        }
        #expect(try await bench.live(of: "a").count == 30)
        #expect(try await bench.current().syncedEntities == ["a": 30, "b": 30])
    }
}
