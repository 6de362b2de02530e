import Domain
import StoreAPI
import TestSupport
import Testing

@testable import Engine

@Suite struct DeletionTests {
    private let confirmed = RunRequest(trigger: .manual, allowsDeletes: true)

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
