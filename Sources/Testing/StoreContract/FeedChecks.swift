import Domain
import StoreAPI
import TestSupport

let feedChecks = [
    StoreCheck("hands out changes in order, each record once at its newest version") { stage in
        let source = try await stage.source()
        _ = try await stage.merge([("a", "1"), ("b", "1"), ("c", "1")], of: source)
        _ = try await stage.merge([("x", "1")], into: "orders", of: source)
        _ = try await stage.merge([("a", "2"), ("b", nil)], of: source)
        try expectEqual(try await feed(source, stage), ["c 1", "x 1", "a 2", "b -"])
        try expectEqual(try await feed(source, stage, entity: "customers"), ["c 1", "a 2", "b -"])
        try expectEqual(try await feed(source, stage, after: 4), ["a 2", "b -"])
        try expectEqual(try await feed(source, stage, after: 6), [])
        try expectEqual(try await feed(source, stage, entity: "none"), [])
    },
    StoreCheck("ends a page of changes early when its bodies are large") { stage in
        let source = try await stage.source()
        let large = String(repeating: "x", count: 6 << 20)
        for key in ["a", "b", "c", "d"] { _ = try await stage.merge([(key, large)], of: source) }
        let first = try await stage.read { try $0.records.changes(of: source.id, entity: nil, after: 0, limit: 9) }
        try expectEqual(first.map(\.seq), [1, 2, 3])
        let rest = try await stage.read { try $0.records.changes(of: source.id, entity: nil, after: 3, limit: 9) }
        try expectEqual(rest.map(\.seq), [4])
    },
    StoreCheck("can be rebuilt from its feed whatever happened") { stage in
        for seed: UInt64 in [1, 2, 3, 4] {
            do {
                try await replay(seed, stage)
            } catch let failure as ContractFailure {
                throw ContractFailure(description: "seed \(seed): \(failure.description)")
            }
        }
    },
]

private func feed(
    _ source: DataSource, _ stage: ContractStage, entity: String? = nil, after: Int64 = 0
) async throws -> [String] {
    try await stage.read { transaction in
        try transaction.records.changes(of: source.id, entity: entity, after: after, limit: 100)
            .map { "\($0.keyText) \($0.bodyText ?? "-")" }
    }
}

/// Random batches and deletions against a model; a reader follows the feed as it goes.
private func replay(_ seed: UInt64, _ stage: ContractStage) async throws {
    var random = SeededRandom(seed: seed)
    let source = try await stage.source("seed \(seed)")
    var model = FeedModel()
    var reader = FeedReader()
    for step in 0..<60 {
        stage.clock.advance(by: .seconds(1))
        if step % 20 == 19 {
            let limit = Int.random(in: 1...10, using: &random)
            let gone = try await stage.change(source) { transaction, sync in
                try transaction.records.deleteAll(of: "customers", run: nil, limit: limit, sync: &sync)
            }
            try expectEqual(gone, model.deleteFirst(limit), "seed \(seed) step \(step): deletions")
        } else {
            let batch = model.randomBatch(&random)
            try expectEqual(
                try await stage.merge(batch, of: source), model.merge(batch), "seed \(seed) step \(step)")
        }
        if Bool.random(using: &random) { try await reader.follow(source, stage, limit: 7) }
    }
    try await reader.follow(source, stage, limit: 500)
    try expectEqual(reader.live, model.live, "what the feed's reader has")
    let stored = try await stage.records(of: source)
    try expectEqual(Dictionary(uniqueKeysWithValues: stored.map { ($0.keyText, $0.version) }), model.versions)
    try expectEqual(Set(stored.map(\.seq)).count, stored.count, "distinct seqs")
    try expectEqual(try await stage.live(of: source), model.live.count)
}

/// What the store should hold, kept in the plainest way.
private struct FeedModel {
    var live: [String: String] = [:]
    var versions: [String: Int] = [:]

    func randomBatch(_ random: inout SeededRandom) -> [(key: String, body: String?)] {
        (0..<Int.random(in: 1...20, using: &random)).map { _ in
            let key = "k\(Int.random(in: 0..<40, using: &random))"
            let isDeletion = Int.random(in: 0..<5, using: &random) == 0
            return (key, isDeletion ? nil : "\(Int.random(in: 0..<3, using: &random))")
        }
    }

    mutating func merge(_ batch: [(key: String, body: String?)]) -> MergeCounts {
        var counts = MergeCounts()
        for (place, item) in batch.enumerated() {
            if batch[(place + 1)...].contains(where: { $0.key == item.key }) {
                counts.duplicates += 1
            } else {
                apply(item.key, item.body, &counts)
            }
        }
        return counts
    }

    /// Deletes the first so many live records by key; answers how many there were.
    mutating func deleteFirst(_ limit: Int) -> Int {
        let keys = live.keys.sorted().prefix(limit)
        for key in keys {
            live[key] = nil
            versions[key, default: 0] += 1
        }
        return keys.count
    }

    private mutating func apply(_ key: String, _ body: String?, _ counts: inout MergeCounts) {
        guard live[key] != body else {
            if body == nil { counts.alreadyGone += 1 } else { counts.unchanged += 1 }
            return
        }
        if body == nil {
            counts.deleted += 1
        } else if live[key] != nil {
            counts.updated += 1
        } else {
            counts.inserted += 1
            if versions[key] != nil { counts.revived += 1 }
        }
        live[key] = body
        versions[key, default: 0] += 1
    }
}

private struct FeedReader {
    var live: [String: String] = [:]
    private var cursor: Int64 = 0

    mutating func follow(_ source: DataSource, _ stage: ContractStage, limit: Int) async throws {
        let after = cursor
        let page = try await stage.read {
            try $0.records.changes(of: source.id, entity: nil, after: after, limit: limit)
        }
        for change in page {
            try expect(change.seq > cursor, "the feed goes forward")
            cursor = change.seq
            live[change.keyText] = change.bodyText
        }
    }
}
