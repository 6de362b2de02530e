import Domain
import StoreAPI
import TestSupport

/// Batches large enough that a store takes other ways than for a few records: compared with a dictionary.
let largeMergeChecks = [
    StoreCheck("merges large batches in any order as a dictionary would, read from end to end or not") { stage in
        for seed in UInt64(1)...6 {
            var random = SeededRandom(seed: seed)
            let source = try await stage.source("large \(seed)")
            var model = RecordModel()
            for round in 0..<6 {
                let batch = model.batch(&random)
                let read = Bool.random(using: &random) ? ReadToken(source: source.id, fence: Int64(round)) : nil
                let merged = try await stage.merge(batch, of: source, read: read)
                try expectEqual(merged, model.merge(batch), "seed \(seed), round \(round)")
            }
            try await expectAll(of: source, as: model, "seed \(seed)", stage)
        }
    },
    StoreCheck("merges what was looked at ahead as a dictionary would, whatever changed since") { stage in
        for seed in UInt64(1)...6 {
            var random = SeededRandom(seed: seed)
            let source = try await stage.source("ahead \(seed)")
            var model = RecordModel()
            for round in 0..<8 {
                let (batch, other) = (model.batch(&random), model.batch(&random))
                let what = "seed \(seed), round \(round)"
                let ahead = try await stage.read {
                    try $0.records.lookAhead(at: .of("customers", batch), of: source.id)
                }
                let isDisturbed = Bool.random(using: &random)
                if isDisturbed { try expectEqual(try await stage.merge(other, of: source), model.merge(other), what) }
                let before = try await stage.read { try $0.sync.lock(source.id) }
                var merged: MergeCounts?
                do {
                    merged = try await stage.merge(batch, of: source, ahead: ahead)
                } catch is StaleLookAhead {
                    try expect(isDisturbed, "\(what): what nobody changed isn't stale")
                    try expectEqual(try await stage.read { try $0.sync.lock(source.id) }, before, what)
                    merged = try await stage.merge(batch, of: source)
                }
                try expectEqual(merged, model.merge(batch), what)
            }
            try await expectAll(of: source, as: model, "seed \(seed)", stage)
        }
    },
    StoreCheck("looks again at what seemed to need no change") { stage in
        let source = try await stage.source()
        _ = try await stage.merge([("a", "1"), ("b", nil), ("c", "1")], of: source)
        let batch: [(key: String, body: String?)] = [("a", "1"), ("b", nil), ("c", nil), ("d", "1")]
        let ahead = try await stage.read { try $0.records.lookAhead(at: .of("customers", batch), of: source.id) }
        _ = try await stage.merge([("a", "2"), ("b", "1"), ("d", "1")], of: source)
        try expectEqual(
            try await stage.merge(batch, of: source, ahead: ahead),
            counts {
                $0.updated = 1
                $0.deleted = 2
                $0.unchanged = 1
            })
        let records = try await stage.records(of: source)
        try expectEqual(records.map { "\($0.keyText) \($0.bodyText ?? "-")" }, ["a 1", "b -", "c -", "d 1"])
    },
]

/// Reads all of a DataSource page by page.
private func expectAll(of source: DataSource, as model: RecordModel, _ what: String, _ stage: ContractStage)
    async throws
{
    var query = RecordQuery(entity: "customers")
    query.includesDeleted = true
    query.limit = 500
    var found: [String: RecordModel.Version] = [:]
    var seqs: Set<Int64> = []
    while true {
        let asked = query
        let page = try await stage.read { try $0.records.list(asked, of: source.id) }
        for record in page {
            found[record.keyText] = RecordModel.Version(body: record.bodyText, number: record.version)
            seqs.insert(record.seq)
        }
        guard let last = page.last else { break }
        query.after = last.key
    }
    try expectEqual(found, model.versions, what)
    try expectEqual(seqs.count, model.versions.count, "\(what): places in the feed")
    try expectEqual(try await stage.live(of: source), model.versions.values.count { $0.body != nil }, what)
}

/// What a DataSource's records must be, kept the simple way.
private struct RecordModel {
    struct Version: Equatable {
        var body: String?
        var number: Int
    }

    private(set) var versions: [String: Version] = [:]

    /// 1 to 900 records of 1,000 keys: a stretch of them, some of all of them, or behind all so far; in their order or in none.
    mutating func batch(_ random: inout SeededRandom) -> [(key: String, body: String?)] {
        let count = Int.random(in: 1...900, using: &random)
        let start = Int.random(in: 0...1_000, using: &random)
        let spread = [1, 1, 2, 7].randomElement(using: &random) ?? 1
        var batch: [(key: String, body: String?)] = (0..<count).map { place in
            let key = "key \(10_000 + start + place * spread)"
            let isDeletion = Int.random(in: 0..<20, using: &random) == 0
            return (key, isDeletion ? nil : "\(Int.random(in: 0..<3, using: &random))")
        }
        if Bool.random(using: &random) { batch.shuffle(using: &random) }
        if Bool.random(using: &random) { batch += batch.prefix(3) }
        return batch
    }

    mutating func merge(_ batch: [(key: String, body: String?)]) -> MergeCounts {
        var counts = MergeCounts()
        var last: [String: String?] = [:]
        for (key, body) in batch { last.updateValue(body, forKey: key) }
        counts.duplicates = batch.count - last.count
        for (key, body) in last {
            let stored = versions[key]
            switch (stored?.body, body) {
            case (nil, nil): counts.alreadyGone += 1
            case (_, nil): counts.deleted += 1
            case (nil, _):
                counts.inserted += 1
                if stored != nil { counts.revived += 1 }
            case (let old?, let new?) where old == new: counts.unchanged += 1
            default: counts.updated += 1
            }
            if stored?.body != body { versions[key] = Version(body: body, number: (stored?.number ?? 0) + 1) }
        }
        return counts
    }
}
