import Domain
import StoreAPI
import TestSupport

let seenChecks = [
    StoreCheck("counts and deletes what a full read didn't meet") { stage in
        let source = try await stage.source()
        _ = try await stage.merge((0..<10).map { ("k\($0)", "1") }, of: source)
        let read = ReadToken(source: source.id, fence: 2)
        _ = try await stage.merge([("k0", "1"), ("k1", "2"), ("new", "1")], of: source, read: read)
        try expectEqual(try await unseen(read, source, stage), 8)
        stage.clock.advance(by: .seconds(1))
        let run = stage.ids.next(RunKind.self)
        var deleted: [Int] = []
        for _ in 0..<3 { deleted.append(try await deleteUnseen(read, source, stage, run: run, limit: 4)) }
        try expectEqual(deleted, [4, 4, 0])
        try expectEqual(try await unseen(read, source, stage), 0)
        let records = try await stage.records(of: source)
        try expectEqual(records.filter { $0.deletedAt == nil }.map(\.keyText), ["k0", "k1", "new"])
        let gone = records.filter { $0.deletedAt != nil }
        try expectEqual(gone.map(\.seq), Array(13...20))
        for tombstone in gone {
            try expect(tombstone.body == nil && tombstone.version == 2, "a tombstone has no body and a new version")
            try expect(tombstone.deletedAt == stage.clock.now && tombstone.run == run, "a tombstone is stamped")
        }
        try expectEqual(try await stage.live(of: source), 3)
    },
    StoreCheck("remembers what a read met batch by batch, unchanged records too, and only once committed") { stage in
        let source = try await stage.source()
        _ = try await stage.merge([("a", "1"), ("b", "1"), ("c", "1")], of: source)
        let read = ReadToken(source: source.id, fence: 2)
        _ = try await stage.merge([("a", "1")], of: source, read: read)
        let run = stage.ids.next(RunKind.self)
        // The error is the check's own and comes on purpose.
        try? await stage.change(source) { transaction, sync in
            let batch = RecordBatch.of("customers", [("b", "1")])
            _ = try transaction.records.merge(batch, run: run, read: read, sync: &sync)
            try expectEqual(try transaction.records.countUnseen(read, of: "customers", in: source.id), 1)
            throw Interruption()
        }
        try expectEqual(try await unseen(read, source, stage), 2)
        _ = try await stage.merge([("c", "1")], of: source, read: read)
        try expectEqual(try await unseen(read, source, stage), 1)
        try expectEqual(try await deleteUnseen(read, source, stage, limit: 9), 1)
        try expectEqual(
            try await stage.records(of: source, includesDeleted: false).map(\.keyText), ["a", "c"])
    },
    StoreCheck("doesn't take a record met and then deleted for a live one") { stage in
        let source = try await stage.source()
        _ = try await stage.merge([("a", "1"), ("b", "1")], of: source)
        let read = ReadToken(source: source.id, fence: 2)
        _ = try await stage.merge([("a", "1")], of: source, read: read)
        _ = try await stage.merge([("a", nil)], of: source, read: read)
        // One live record, none of it met: a bare count of what was met would say that none is missing.
        try expectEqual(try await unseen(read, source, stage), 1)
        _ = try await stage.merge([("a", "1")], of: source, read: read)
        try expectEqual(try await unseen(read, source, stage), 1)
    },
    StoreCheck("starts every attempt with nothing met and forgets a read when told") { stage in
        let source = try await stage.source()
        let read = ReadToken(source: source.id, fence: 2)
        _ = try await stage.merge([("a", "1")], of: source, read: read)
        try expectEqual(try await unseen(read, source, stage), 0)
        try expectEqual(try await unseen(ReadToken(source: source.id, fence: 3), source, stage), 1)
        do {
            try await stage.write { transaction in
                transaction.records.forget(read)
                throw Interruption()
            }
        } catch is Interruption {}
        try expectEqual(try await unseen(read, source, stage), 0, "a rolled back forget")
        try await stage.write { $0.records.forget(read) }
        try expectEqual(try await unseen(read, source, stage), 1)
    },
    StoreCheck("keeps entities apart in what a read met") { stage in
        let source = try await stage.source()
        let read = ReadToken(source: source.id, fence: 2)
        _ = try await stage.merge([("a", "1")], into: "orders", of: source)
        _ = try await stage.merge([("a", "1")], of: source, read: read)
        try expectEqual(try await unseen(read, source, stage), 0)
        try expectEqual(try await stage.read { try $0.records.countUnseen(read, of: "orders", in: source.id) }, 1)
        try expectEqual(try await stage.read { try $0.records.countUnseen(read, of: "never", in: source.id) }, 0)
    },
    StoreCheck("deletes only what two complete reads in a row missed, where asked to") { stage in
        let source = try await stage.source()
        _ = try await stage.merge([("a", "1"), ("b", "1"), ("c", "1"), ("d", "1")], of: source)
        let met: [[(key: String, body: String?)]] = [[("a", "1"), ("b", "1")], [("a", "1"), ("c", "1")]]
        for (place, records) in met.enumerated() {
            let read = ReadToken(source: source.id, fence: Int64(place + 2))
            _ = try await stage.merge(records, of: source, read: read)
            try expectEqual(try await absentTwice(read, source, stage), place)
            try expectEqual(try await deleteUnseen(read, source, stage, absentBefore: true, limit: 9), place)
            try await stage.write { try $0.records.rememberAbsent(read, of: "customers", in: source.id) }
        }
        try expectEqual(
            try await stage.records(of: source, includesDeleted: false).map(\.keyText), ["a", "b", "c"])
        // The second read missed b, the third meets it: nothing is left that two missed.
        let third = ReadToken(source: source.id, fence: 9)
        _ = try await stage.merge([("a", "1"), ("b", "1")], of: source, read: third)
        try expectEqual(try await absentTwice(third, source, stage), 0)
        try await stage.write { try $0.records.rememberAbsent(third, of: "customers", in: source.id) }
        let fourth = ReadToken(source: source.id, fence: 10)
        _ = try await stage.merge([("a", "1"), ("b", "1")], of: source, read: fourth)
        try expectEqual(try await absentTwice(fourth, source, stage), 1)
    },
    StoreCheck("counts two reads as in a row only for records that nothing met in between") { stage in
        let source = try await stage.source()
        let all: [(key: String, body: String?)] = [("a", "1"), ("b", "1"), ("c", "1"), ("d", "1"), ("e", "1")]
        _ = try await stage.merge(all, of: source)
        let first = ReadToken(source: source.id, fence: 2)
        _ = try await stage.merge([("a", "1")], of: source, read: first)
        try await stage.write { try $0.records.rememberAbsent(first, of: "customers", in: source.id) }
        // b unchanged and without a full read, c changed by a read that never ends, d gone and back, e met by nothing.
        _ = try await stage.merge([("b", "1")], of: source)
        let halfway = ReadToken(source: source.id, fence: 3)
        _ = try await stage.merge([("c", "2"), ("d", nil)], of: source, read: halfway)
        _ = try await stage.merge([("d", "1")], of: source)
        let second = ReadToken(source: source.id, fence: 4)
        _ = try await stage.merge([("a", "1")], of: source, read: second)
        try expectEqual(try await absentTwice(second, source, stage), 1)
        try expectEqual(try await deleteUnseen(second, source, stage, absentBefore: true, limit: 9), 1)
        try expectEqual(
            try await stage.records(of: source, includesDeleted: false).map(\.keyText), ["a", "b", "c", "d"])
    },
    StoreCheck("deletes records that came back behind an unfinished deletion") { stage in
        let source = try await stage.source()
        _ = try await stage.merge((0..<6).map { ("k\($0)", "1") }, of: source)
        let read = ReadToken(source: source.id, fence: 2)
        try expectEqual(try await deleteUnseen(read, source, stage, limit: 4), 4)
        _ = try await stage.merge([("k0", "2")], of: source)
        try expectEqual(try await deleteUnseen(read, source, stage, limit: 9), 3)
        try expectEqual(try await stage.live(of: source), 0)
    },
]

private func unseen(_ read: ReadToken, _ source: DataSource, _ stage: ContractStage) async throws -> Int {
    try await stage.read { try $0.records.countUnseen(read, of: "customers", in: source.id) }
}

private func absentTwice(_ read: ReadToken, _ source: DataSource, _ stage: ContractStage) async throws -> Int {
    try await stage.read { try $0.records.countAbsentTwice(read, of: "customers", in: source.id) }
}

private func deleteUnseen(
    _ read: ReadToken, _ source: DataSource, _ stage: ContractStage, run: RunID? = nil, absentBefore: Bool = false,
    limit: Int
) async throws -> Int {
    let run = run ?? stage.ids.next(RunKind.self)
    return try await stage.change(source) { transaction, sync in
        try transaction.records.deleteUnseen(
            read, of: "customers", run: run, absentBefore: absentBefore, limit: limit, sync: &sync)
    }
}
