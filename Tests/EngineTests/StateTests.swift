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
        try await bench.beginGeneration()
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
