import Domain
import StoreAPI
import TestSupport

let mergeChecks = [
    StoreCheck("inserts, updates and leaves alone what a batch brings") { stage in
        let source = try await stage.source()
        let first = stage.ids.next(RunKind.self)
        let begin = stage.clock.now
        try expectEqual(
            try await stage.merge([("a", "1"), ("b", "1")], of: source, run: first), counts { $0.inserted = 2 })
        stage.clock.advance(by: .seconds(1))
        let second = stage.ids.next(RunKind.self)
        let merged = try await stage.merge([("a", "1"), ("b", "2"), ("c", "3")], of: source, run: second)
        try expectEqual(
            merged,
            counts {
                $0.unchanged = 1
                $0.updated = 1
                $0.inserted = 1
            })
        let records = try await stage.records(of: source)
        let now = stage.clock.now
        try expectEqual(
            records,
            [
                record("a", "1", seq: 1, version: 1, begin, begin, first),
                record("b", "2", seq: 3, version: 2, begin, now, second),
                record("c", "3", seq: 4, version: 1, now, now, second),
            ])
        try expectEqual(try await stage.read { try $0.sync.lock(source.id)?.feedSeq }, 4)
    },
    StoreCheck("writes nothing for a batch that changes nothing") { stage in
        let source = try await stage.source()
        _ = try await stage.merge([("a", "1"), ("b", "2")], of: source)
        let before = try await stage.records(of: source)
        stage.clock.advance(by: .seconds(1))
        try expectEqual(try await stage.merge([("b", "2"), ("a", "1")], of: source), counts { $0.unchanged = 2 })
        try expectEqual(try await stage.records(of: source), before)
        try expectEqual(try await stage.read { try $0.sync.lock(source.id)?.feedSeq }, 2)
    },
    StoreCheck("makes a tombstone of a deletion and a record of a tombstone") { stage in
        let source = try await stage.source()
        let begin = stage.clock.now
        _ = try await stage.merge([("a", "1")], of: source)
        stage.clock.advance(by: .seconds(1))
        let run = stage.ids.next(RunKind.self)
        let deleted = try await stage.merge([("a", nil), ("never", nil)], of: source, run: run)
        try expectEqual(
            deleted,
            counts {
                $0.deleted = 1
                $0.alreadyGone = 1
            })
        var tombstone = record("a", nil, seq: 2, version: 2, begin, stage.clock.now, run)
        tombstone.deletedAt = stage.clock.now
        try expectEqual(try await stage.records(of: source), [tombstone])
        try expectEqual(try await stage.live(of: source), 0)
        try expectEqual(try await stage.merge([("a", nil)], of: source), counts { $0.alreadyGone = 1 })
        stage.clock.advance(by: .seconds(1))
        // The body is what it was before the deletion: the record comes back all the same.
        let revived = try await stage.merge([("a", "1")], of: source, run: run)
        try expectEqual(
            revived,
            counts {
                $0.inserted = 1
                $0.revived = 1
            })
        try expectEqual(
            try await stage.records(of: source), [record("a", "1", seq: 3, version: 3, begin, stage.clock.now, run)])
        try expectEqual(try await stage.live(of: source), 1)
    },
    StoreCheck("lets the last of a key win within a batch, as one change") { stage in
        let source = try await stage.source()
        let batch: [(key: String, body: String?)] = [
            ("a", "1"), ("b", "1"), ("a", "2"), ("c", nil), ("b", nil), ("c", "3"), ("a", "4"),
        ]
        let merged = try await stage.merge(batch, of: source)
        try expectEqual(
            merged,
            counts {
                $0.duplicates = 4
                $0.inserted = 2
                $0.alreadyGone = 1
            })
        let records = try await stage.records(of: source)
        try expectEqual(records.map { "\($0.keyText) \($0.bodyText ?? "-") \($0.version)" }, ["a 4 1", "c 3 1"])
        let again = try await stage.merge([("a", "5"), ("a", "4"), ("c", "6"), ("c", nil)], of: source)
        try expectEqual(
            again,
            counts {
                $0.duplicates = 2
                $0.unchanged = 1
                $0.deleted = 1
            })
        try expectEqual(try await stage.records(of: source).map(\.version), [1, 2])
    },
    StoreCheck("never moves a record's stamps back") { stage in
        let source = try await stage.source()
        let begin = stage.clock.now
        _ = try await stage.merge([("a", "1"), ("b", "1")], of: source)
        stage.clock.set(begin - .seconds(60))
        _ = try await stage.merge([("a", "2"), ("b", nil)], of: source)
        let records = try await stage.records(of: source)
        try expectEqual(records.map(\.updatedAt), [begin, begin])
        try expectEqual(records[1].deletedAt, begin)
    },
    StoreCheck("tells keys apart by their bytes and DataSources and entities from each other") { stage in
        let source = try await stage.source()
        let other = try await stage.source()
        let keys = ["a", "A", "ab", "a\u{0}", "é", "e\u{301}"]
        for (place, key) in keys.enumerated() {
            try expectEqual(try await stage.merge([(key, "\(place)")], of: source).inserted, 1, key)
        }
        try expectEqual(try await stage.merge([("a", "x")], into: "orders", of: source).inserted, 1)
        try expectEqual(try await stage.merge([("a", "x")], of: other).inserted, 1)
        try expectEqual(try await stage.records(of: source).count, keys.count)
        try expectEqual(try await stage.records(of: other).map(\.seq), [1])
    },
    StoreCheck("takes records that no run brought") { stage in
        let source = try await stage.source()
        for body in ["1", "2"] {
            try await stage.change(source) { transaction, sync in
                let batch = RecordBatch.of("customers", [("a", body), ("b", "1")])
                _ = try transaction.records.merge(batch, run: nil, read: nil, sync: &sync)
            }
        }
        let records = try await stage.records(of: source)
        try expectEqual(records.map(\.run), [nil, nil])
        try expectEqual(records.map(\.version), [2, 1])
    },
    StoreCheck("keeps nothing of a batch whose transaction throws") { stage in
        let source = try await stage.source()
        let run = stage.ids.next(RunKind.self)
        do {
            try await stage.change(source) { transaction, sync in
                let batch = RecordBatch.of("customers", [("a", "1")])
                _ = try transaction.records.merge(batch, run: run, read: nil, sync: &sync)
                throw Interruption()
            }
        } catch is Interruption {}
        try expectEqual(try await stage.records(of: source), [])
        try expectEqual(try await stage.merge([("a", "1")], of: source).inserted, 1)
        try expectEqual(try await stage.live(of: source), 1)
    },
    StoreCheck("takes bodies and keys of every size") { stage in
        let source = try await stage.source()
        let large = String(repeating: "x", count: 3 << 20)
        let longKey = String(repeating: "k", count: 512)
        _ = try await stage.merge([("big", large), ("empty", ""), (longKey, "1"), ("nul", "a\u{0}b")], of: source)
        let records = try await stage.records(of: source)
        try expectEqual(records.map { $0.body?.count }, [3 << 20, 0, 1, 3])
        try expectEqual(records[2].keyText, longKey)
    },
]

func counts(_ fill: (inout MergeCounts) -> Void) -> MergeCounts {
    var counts = MergeCounts()
    fill(&counts)
    return counts
}

private func record(
    _ key: String, _ body: String?, seq: Int64, version: Int, _ createdAt: Timestamp, _ updatedAt: Timestamp,
    _ run: RunID
) -> StoredRecord {
    StoredRecord(
        entity: "customers", key: Array(key.utf8), body: body.map { Array($0.utf8) }, seq: seq, version: version,
        createdAt: createdAt, updatedAt: updatedAt, deletedAt: nil, run: run)
}
