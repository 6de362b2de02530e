import Domain
import StoreAPI
import TestSupport
import Testing

@testable import Engine

/// The rules of deletions, one by one (SYNC.md 6). That erasing on purpose is a call of its own: `RecordRouteTests`.
@Suite struct DeletionRuleTests {
    private let confirmed = RunRequest(trigger: .manual, allowsDeletes: true)

    @Test("deletion rule 1: a read that didn't reach its end deletes nothing")
    func incomplete() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...10)), .end("items")])
        try await bench.sync([.batch("items", .numbered(1...9)), .end("items", isComplete: false)])
        #expect(try await bench.live().count == 10)
    }

    @Test("deletion rule 1: an incremental read deletes nothing that it doesn't meet")
    func keeps() async throws {
        let bench = try await Bench(entities: [ScriptedConnector.entity("items", defaultMode: .incremental)])
        try await bench.sync([.batch("items", .numbered(1...3), state: "s1"), .end("items")])
        let run = try await bench.sync([.end("items")])
        #expect(run.status == .succeeded)
        #expect(try await bench.live().count == 3)
    }

    @Test("deletion rule 1: two systems' reads aren't two in a row, and a review of one confirms nothing of the other")
    func generations() async throws {
        let bench = try await Bench()
        let end = ScriptedConnector.Step.end("items", isSnapshot: false)
        try await bench.sync([.batch("items", .numbered(1...30)), end])
        try await bench.sync([.batch("items", .numbered(6...30)), end])
        try await bench.beginGeneration()
        try await bench.sync([.batch("items", .numbered(6...30)), end])
        #expect(try await bench.live().count == 30)
        try await bench.sync([.batch("items", .numbered(6...30)), end])
        #expect(try await bench.live().count == 25)
        #expect(try await bench.sync([.end("items")]).status == .needsReview)
        try await bench.beginGeneration()
        #expect(try await bench.sync([.end("items")], confirmed).status == .needsReview)
        #expect(try await bench.live().count == 25)
    }

    @Test("deletion rule 2: with a snapshot one complete read is enough")
    func snapshot() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...10)), .end("items")])
        let run = try await bench.sync([.batch("items", .numbered(3...10)), .end("items")])
        #expect(run.entities.first?.deleted == 2)
        #expect(try await bench.live().count == 8)
    }

    @Test("deletion rule 3: without a snapshot only what two complete reads in a row missed is deleted")
    func twoReads() async throws {
        let bench = try await Bench()
        let end = ScriptedConnector.Step.end("items", isSnapshot: false)
        try await bench.sync([.batch("items", .numbered(1...10)), end])
        try await bench.sync([.batch("items", .numbered(3...10)), end])
        #expect(try await bench.live().count == 10)
        try await bench.sync([.batch("items", .numbered([1, 4, 5, 6, 7, 8, 9, 10])), end])
        #expect(Set(try await bench.live().keys) == ["[1]", "[3]", "[4]", "[5]", "[6]", "[7]", "[8]", "[9]", "[10]"])
    }

    @Test("deletion rule 3: a record that any read met in between wasn't missed by two in a row")
    func metInBetween() async throws {
        let bench = try await Bench()
        let end = ScriptedConnector.Step.end("items", isSnapshot: false)
        try await bench.sync([.batch("items", .numbered(1...10)), end])
        try await bench.sync([.batch("items", .numbered(3...10)), end])
        // 1 is back; the read that meets it doesn't come to its end, and the next one, whose pages shift, skips it.
        try await bench.sync([.batch("items", .numbered(1...1))])
        try await bench.sync([.batch("items", .numbered(3...10)), end])
        #expect(Set(try await bench.live().keys) == Set((1...10).filter { $0 != 2 }.map { "[\($0)]" }))
    }

    @Test("deletion rule 4: tombstones are made in the finish, in as many transactions as it takes")
    func chunks() async throws {
        let bench = try await Bench()
        let all = stride(from: 0, to: 100_000, by: 10_000).map {
            ScriptedConnector.Step.batch("items", .numbered($0..<$0 + 10_000))
        }
        try await bench.sync(all + [.end("items")])
        let kept = stride(from: 25_000, to: 100_000, by: 5_000).map {
            ScriptedConnector.Step.batch("items", .numbered($0..<$0 + 5_000))
        }
        let before = bench.faults.writes
        let run = try await bench.sync(kept + [.end("items")])
        #expect(run.status == .succeeded)
        #expect(run.entities.first?.deleted == 25_000)
        // The claim, 15 batches, the end's, and three of deletions, the last of which ends the run.
        #expect(bench.faults.writes - before == 1 + 15 + 1 + 3)
        #expect(try await bench.current().syncedEntities == ["items": 75_000])
    }

    @Test("deletion rule 5: a new attempt has seen nothing yet, whatever the one before it met")
    func newAttempt() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...10)), .end("items")])
        let gate = Gate()
        bench.connector.willRead([.batch("items", .numbered(1...5)), .wait(gate)])
        let id = try await bench.queue()
        let worker = bench.worker()
        let task = Task { try await worker.runOne() }
        await gate.arrival()
        task.cancel()
        _ = await task.result
        // The second attempt misses 1: what the first one saw must not count for it.
        bench.connector.willRead([.batch("items", .numbered(2...10)), .end("items")])
        #expect(try await bench.worker("w2").runOne())
        #expect(try await bench.run(id).status == .succeeded)
        #expect(try await bench.live()["[1]"] == nil)
        #expect(try await bench.live().count == 9)
    }

    @Test(
        "deletion rule 6: deletions pass up to 10 or 30 %, and wait above both",
        arguments: [(10, 20), (30, 100), (11, 20), (31, 100)])
    func threshold(removed: Int, live: Int) async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...live)), .end("items")])
        let run = try await bench.sync([.batch("items", .numbered(removed + 1...live)), .end("items")])
        let waits = removed > 10 && removed * 100 > live * 30
        #expect(run.status == (waits ? .needsReview : .succeeded))
        #expect(try await bench.live().count == (waits ? live : live - removed))
    }

    @Test("deletion rule 7: a read that gave nothing deletes nothing until a person confirms it")
    func emptied() async throws {
        let bench = try await Bench(schedule: "@hourly")
        try await bench.sync([.batch("items", .numbered(1...5)), .end("items")])
        let review = try await bench.sync([.end("items")])
        #expect(review.status == .needsReview)
        #expect(review.error?.recovery == .reviewDeletes)
        #expect(review.error?.message.contains("5 of 5") == true)
        #expect(try await bench.live().count == 5)
        let source = try await bench.current()
        #expect(source.status == .error)
        #expect(source.nextSyncAt != nil, "the schedule goes on")
        let after = try await bench.sync([.end("items")], confirmed)
        #expect(after.status == .succeeded)
        #expect(after.entities.first?.deleted == 5)
        #expect(try await bench.live().isEmpty)
        #expect(try await bench.current().status == .connected)
    }

    @Test("deletion rule 8: what was read stays, other entities and the schedule go on")
    func othersGoOn() async throws {
        let bench = try await Bench(entities: ["a", "b"].map { ScriptedConnector.entity($0) }, schedule: "@hourly")
        try await bench.sync(["a", "b"].flatMap { [.batch($0, .numbered(1...30)), .end($0)] })
        let run = try await bench.sync([
            .batch("a", .numbered(20...31, "new")), .end("a"), .batch("b", .numbered(2...30)), .end("b"),
        ])
        #expect(run.status == .needsReview)
        #expect(run.error?.recovery == .reviewDeletes)
        #expect(run.error?.entity == "a")
        #expect(run.error?.message.hasPrefix("19 of 31 records of a would be deleted.") == true)
        #expect(run.entities.map(\.deleted) == [0, 1])
        #expect(try await bench.live(of: "a").values.count { $0.contains("new") } == 12)
        #expect(try await bench.live(of: "a").count == 31)
        #expect(try await bench.live(of: "b").count == 29)
        let source = try await bench.current()
        #expect(source.status == .error)
        #expect(source.nextSyncAt != nil)
    }

    @Test("deletion rule 9: a confirmation covers the count that was reviewed and no more")
    func confirmsReviewedCount() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...100)), .end("items")])
        try await bench.sync([.batch("items", .numbered(51...100)), .end("items")])
        let more = try await bench.sync([.batch("items", .numbered(61...100)), .end("items")], confirmed)
        #expect(more.status == .needsReview)
        #expect(try await bench.live().count == 100)
        let again = try await bench.sync([.batch("items", .numbered(61...100)), .end("items")], confirmed)
        #expect(again.status == .succeeded)
        #expect(try await bench.live().count == 40)
    }

    @Test("deletion rule 9: a confirmation without a review confirms nothing")
    func confirmsNothing() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...5)), .end("items")])
        #expect(try await bench.sync([.end("items")], confirmed).status == .needsReview)
    }
}
