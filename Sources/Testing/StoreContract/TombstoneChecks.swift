import Domain
import StoreAPI
import TestSupport

let tombstoneChecks = [
    StoreCheck("makes tombstones of all of an entity, or of all entities, a few at a time") { stage in
        let source = try await stage.source()
        for entity in ["customers", "orders"] {
            _ = try await stage.merge((0..<5).map { ("k\($0)", "1") }, into: entity, of: source)
        }
        var gone: [Int] = []
        for _ in 0..<3 { gone.append(try await deleteAll("orders", 3, source, stage)) }
        try expectEqual(gone, [3, 2, 0])
        try expectEqual(try await stage.live(of: source), 5)
        try expectEqual(try await stage.live(of: source, in: "orders"), 0)
        _ = try await stage.merge([("k1", "1")], into: "orders", of: source)
        try expectEqual(try await deleteAll(nil, 100, source, stage), 6)
        let records = try await stage.records(of: source)
        try expect(records.allSatisfy { $0.run == nil && $0.body == nil }, "an erasure has no run and leaves no body")
        try expectEqual(try await deleteAll(nil, 100, source, stage), 0)
    },
    StoreCheck("purges old tombstones and says how far the feed reaches back") { stage in
        let source = try await stage.source()
        _ = try await stage.merge((0..<6).map { ("k\($0)", "1") }, of: source)
        _ = try await stage.merge((0..<4).map { ("k\($0)", nil) }, of: source)
        stage.clock.advance(by: .seconds(10))
        let boundary = stage.clock.now
        _ = try await stage.merge([("k4", nil)], of: source)
        let purged = try await stage.change(source) { transaction, sync in
            try (0..<3).map { _ in
                try transaction.records.purgeTombstones(before: boundary, limit: 3, sync: &sync)
            }
        }
        try expectEqual(purged, [3, 1, 0])
        try expectEqual(try await stage.read { try $0.sync.lock(source.id)?.purgedThrough }, 10)
        try expectEqual(try await stage.records(of: source).map(\.keyText), ["k4", "k5"])
        var query = RecordQuery(entity: "customers")
        query.includesDeleted = true
        let all = query
        try expectEqual(try await stage.read { try $0.records.count(all, of: source.id) }, 2)
        // Purged, so it is new again.
        _ = try await stage.merge([("k0", "1")], of: source)
        try expectEqual(try await stage.records(of: source).first?.version, 1)
    },
    StoreCheck("deletes only what is there for a later read after purging") { stage in
        let source = try await stage.source()
        _ = try await stage.merge([("a", "1"), ("b", "1")], of: source)
        let read = ReadToken(source: source.id, fence: 2)
        _ = try await stage.merge([("a", "1")], of: source, read: read)
        _ = try await stage.merge([("b", nil)], of: source, read: read)
        stage.clock.advance(by: .seconds(1))
        try await stage.change(source) { transaction, sync in
            _ = try transaction.records.purgeTombstones(before: transaction.now, limit: 9, sync: &sync)
        }
        _ = try await stage.merge([("c", "1")], of: source)
        try expectEqual(
            try await stage.read { try $0.records.countUnseen(read, of: "customers", in: source.id) }, 1)
    },
]

private func deleteAll(
    _ entity: String?, _ limit: Int, _ source: DataSource, _ stage: ContractStage
) async throws -> Int {
    try await stage.change(source) { transaction, sync in
        try transaction.records.deleteAll(of: entity, run: nil, limit: limit, sync: &sync)
    }
}

let listChecks = [
    StoreCheck("lists an entity's records by key, filtered and paged") { stage in
        let source = try await stage.source()
        let begin = stage.clock.now
        _ = try await stage.merge((0..<9).reversed().map { ("k\($0)", "1") }, of: source)
        stage.clock.advance(by: .seconds(1))
        _ = try await stage.merge([("k1", nil), ("k2", "2"), ("k7", "2")], of: source)
        var query = RecordQuery(entity: "customers")
        query.limit = 3
        var keys: [String] = []
        while true {
            let asked = query
            let page = try await stage.read { try $0.records.list(asked, of: source.id) }
            guard let last = page.last else { break }
            keys += page.map(\.keyText)
            query.after = last.key
        }
        try expectEqual(keys, ["k0", "k2", "k3", "k4", "k5", "k6", "k7", "k8"])
        query.after = nil
        query.limit = 50
        query.updatedAfter = begin
        try await expectKeys(query, ["k2", "k7"], count: 2, source, stage)
        query.includesDeleted = true
        try await expectKeys(query, ["k1", "k2", "k7"], count: 3, source, stage)
        query.updatedAfter = nil
        query.keys = ["k7", "none", "k1", "k0", "k7"].map { Array($0.utf8) }
        try await expectKeys(query, ["k0", "k1", "k7"], count: 3, source, stage)
        query.includesDeleted = false
        query.after = Array("k0".utf8)
        try await expectKeys(query, ["k7"], count: 2, source, stage)
        try await expectKeys(RecordQuery(entity: "none"), [], count: 0, source, stage)
    }
]

private func expectKeys(
    _ query: RecordQuery, _ keys: [String], count: Int, _ source: DataSource, _ stage: ContractStage,
    line: Int = #line
) async throws {
    let listed = try await stage.read { try $0.records.list(query, of: source.id).map(\.keyText) }
    try expectEqual(listed, keys, line: line)
    try expectEqual(try await stage.read { try $0.records.count(query, of: source.id) }, count, line: line)
}
