import Domain
import StoreAPI
import TestSupport
import Testing

@testable import Engine

@Suite struct DeletionTests {
    private let confirmed = RunRequest(trigger: .manual, allowsDeletes: true)

    @Test("an empty read deletes nothing until a person confirms it")
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

    @Test(
        "deletes pass up to 30 % and beyond 10, and wait above", arguments: [(10, 20), (30, 100), (11, 20), (31, 100)])
    func threshold(removed: Int, live: Int) async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...live)), .end("items")])
        let run = try await bench.sync([.batch("items", .numbered(removed + 1...live)), .end("items")])
        let waits = removed > 10 && removed * 100 > live * 30
        #expect(run.status == (waits ? .needsReview : .succeeded))
        #expect(try await bench.live().count == (waits ? live : live - removed))
    }

    @Test("a confirmation covers the count that was reviewed and no more")
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

    @Test("a confirmation without a review confirms nothing")
    func confirmsNothing() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...5)), .end("items")])
        #expect(try await bench.sync([.end("items")], confirmed).status == .needsReview)
    }

    @Test("without a snapshot only what two complete reads in a row missed is deleted")
    func twoReads() async throws {
        let bench = try await Bench()
        let end = ScriptedConnector.Step.end("items", isSnapshot: false)
        try await bench.sync([.batch("items", .numbered(1...10)), end])
        try await bench.sync([.batch("items", .numbered(3...10)), end])
        #expect(try await bench.live().count == 10)
        try await bench.sync([.batch("items", .numbered([1, 4, 5, 6, 7, 8, 9, 10])), end])
        #expect(Set(try await bench.live().keys) == ["[1]", "[3]", "[4]", "[5]", "[6]", "[7]", "[8]", "[9]", "[10]"])
    }

    @Test("a read that didn't reach its end deletes nothing")
    func incomplete() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...10)), .end("items")])
        try await bench.sync([.batch("items", .numbered(1...9)), .end("items", isComplete: false)])
        #expect(try await bench.live().count == 10)
    }

    @Test("items that couldn't be read hold deletions back, since any record may be one of them")
    func unreadable() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...10)), .end("items")])
        let garbled = Reject(entity: "items", reason: "csv.invalid_utf8", excerpt: "line 2")
        let run = try await bench.sync([
            .batch("items", .numbered(2...10)), .rejects("items", [garbled]), .end("items"),
        ])
        #expect(run.status == .needsReview)
        #expect(try await bench.live().count == 10)
    }

    @Test("a read whose items have all lost their keys deletes nothing, under new key fields neither")
    func keyless() async throws {
        let bench = try await Bench()
        let keyless = (1...5).map { Reject(entity: "items", reason: "record.key_missing", excerpt: "line \($0)") }
        try await bench.sync([.batch("items", .numbered(1...5)), .end("items")])
        #expect(try await bench.sync([.rejects("items", keyless), .end("items")]).status == .needsReview)
        var source = try await bench.current()
        source.entities = [EntitySelection(name: "items", mode: .full, primaryKey: ["idd"])]
        let misspelt = source
        try await bench.store.write(bench.scope) { try $0.sources.update(misspelt) }
        #expect(try await bench.sync([.rejects("items", keyless), .end("items")]).status == .needsReview)
        #expect(try await bench.live().count == 5)
    }

    @Test("new key fields under which few records come back delete nothing until a person confirms it")
    func rekeyedAndLost() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...40)), .end("items")])
        var source = try await bench.current()
        source.entities = [EntitySelection(name: "items", mode: .full, primaryKey: ["v", "id"])]
        let changed = source
        try await bench.store.write(bench.scope) { try $0.sources.update(changed) }
        let run = try await bench.sync([.batch("items", .numbered(1...5)), .end("items")])
        #expect(run.status == .needsReview)
        #expect(try await bench.live().count == 45)
        let sure = try await bench.sync([.batch("items", .numbered(1...5)), .end("items")], confirmed)
        #expect(sure.status == .succeeded)
        #expect(try await bench.live().count == 5)
    }

    @Test("more deletions than a transaction holds are made in several")
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
        // The claim, 15 batches, the end's, three of deletions, and the read forgotten.
        #expect(bench.faults.writes - before == 1 + 15 + 1 + 3 + 1)
        #expect(try await bench.current().syncedEntities == ["items": 75_000])
    }

    @Test("a deletion that the source reports makes a tombstone, and the record may come back")
    func reported() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...3)), .end("items")])
        let run = try await bench.sync([
            .batch("items", .numbered([1, 3]) + [.init(2, isDeletion: true)]), .end("items"),
        ])
        #expect(run.entities.first?.deleted == 1)
        #expect(try await bench.live().count == 2)
        try await bench.sync([.batch("items", .numbered(1...3)), .end("items")])
        #expect(try await bench.feed().first { $0.version == 3 } != nil)
    }
}
