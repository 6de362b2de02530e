import ConnectorAPI
import Domain
import StoreAPI
import TestSupport
import Testing

@testable import Engine

/// When a state may be used, and when everything is read again (SYNC.md 5).
@Suite struct StateTests {
    private let incremental = [ScriptedConnector.entity("items", defaultMode: .incremental)]

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
        let down = AppError(ErrorCode("test.down", .source, "Down."), recovery: .waitForSource)
        try await bench.sync([.batch("items", .numbered(1...3), state: "s1"), .fail(down)])
        try await bench.sync([.batch("items", .numbered(1...3), state: "s1"), .end("items")])
        #expect(bench.connector.plans.map { $0.entities[0].mode } == [.full, .full])
        #expect(bench.connector.plans[1].entities[0].state == nil)
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
