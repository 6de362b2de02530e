import ConnectorAPI
import Domain
import StoreAPI
import TestSupport
import Testing

@testable import Engine

/// What a run reads in full though it might not, and what it says of that.
@Suite struct ReasonTests {
    private let offer = ScriptedConnector.entity("items", defaultMode: .incremental)
    private let incremental = RunRequest(trigger: .manual, mode: .incremental)
    private let down = AppError(ErrorCode("test.down", .source, "Down."), recovery: .waitForSource)

    @Test("a run that is asked to be incremental is full where there is no state to go on from")
    func asked() async throws {
        let bench = try await Bench(
            entities: [offer], selection: [EntitySelection(name: "items", mode: .full)])
        let first = try await bench.sync(
            [.batch("items", .numbered(1...3), state: "s1"), .end("items")], incremental)
        #expect(first.entities.first?.fullReason == .first)
        let second = try await bench.sync([.end("items")], incremental)
        #expect(second.entities.first?.fullReason == nil)
        #expect(bench.connector.plans.map { $0.entities[0].mode } == [.full, .incremental])
        #expect(try await bench.live().count == 3)
    }

    @Test("a confirmed deletion is why an incremental entity is read in full")
    func confirmed() async throws {
        let bench = try await Bench(entities: [offer])
        try await bench.sync([.batch("items", .numbered(1...5), state: "s1"), .end("items")])
        let review = try await bench.sync([.end("items")], RunRequest(trigger: .manual, mode: .full))
        #expect(review.status == .needsReview)
        let sure = try await bench.sync(
            [.end("items")], RunRequest(trigger: .manual, allowsDeletes: true))
        #expect(sure.entities.first?.fullReason == .deletesConfirmed)
        #expect(try await bench.live().isEmpty)
    }

    @Test("an entity that can't be read incrementally isn't")
    func unsupported() async throws {
        var offer = offer
        (offer.modes, offer.defaultMode) = ([.full], .full)
        let bench = try await Bench(entities: [offer])
        for _ in 0..<2 {
            try await bench.sync([.batch("items", .numbered(1...3), state: "s"), .end("items")], incremental)
        }
        #expect(bench.connector.plans.allSatisfy { $0.entities[0].mode == .full })
        let other = try await Bench(
            entities: [offer], selection: [EntitySelection(name: "items", mode: .incremental)])
        let run = try await other.sync([.end("items")])
        #expect(run.error?.code == "entity.incremental_unsupported")
        #expect(run.error?.recovery == .fixConfig)
    }

    @Test(
        "other key fields before the first full read has ended change nothing: it is still the first")
    func early() async throws {
        let bench = try await Bench(entities: [offer])
        try await bench.sync([.batch("items", .numbered(1...3), state: "s1"), .fail(down)])
        var source = try await bench.current()
        source.entities = [EntitySelection(name: "items", mode: .incremental, primaryKey: ["v", "id"])]
        let changed = source
        try await bench.store.write(bench.scope) { try $0.sources.update(changed) }
        let run = try await bench.sync([.batch("items", .numbered(1...3), state: "s1"), .end("items")])
        #expect(run.entities.first?.fullReason == .first)
    }
}
