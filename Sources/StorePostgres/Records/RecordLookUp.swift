import Domain
import LibPQ
import StoreRows

/// A record that is there under one of a batch's keys.
struct KnownRecord: Sendable {
    let version: RecordVersion
    let born: Int64
    let hash: ContentHash
    let isDeleted: Bool
}

/// Finds what is stored under a batch's keys.
///
/// A source that is read in its key's order gives a stretch of the primary key, or what lies behind its end: that is read
/// in one go, which costs a sixth of as many look-ups. As soon as the stretch holds much that the batch doesn't, the rest
/// is looked up, each key by itself.
struct RecordLookUp {
    /// Fewer keys are looked up each by itself.
    private static let fewKeys = 32

    private static let stretch = """
        SELECT key, ctid, seq, born, hash_high, hash_low, deleted_at IS NOT NULL FROM records
        WHERE tenant_id = $1 AND source_no = $2 AND entity_no = $3 AND key >= $4 AND key <= $5 ORDER BY key LIMIT $6
        """
    /// One look-up in the primary key for each key. Asked for the first record of a range, the planner has no use for another
    /// index: else, of a table that has grown since it was last analyzed, it would take the feed's, and go through all of a
    /// DataSource for each key. Without the range's end the rest of the index's page would be read, which takes as long again.
    private static let single = """
        SELECT k.place, r.ctid, r.seq, r.born, r.hash_high, r.hash_low, r.deleted_at IS NOT NULL
        FROM unnest($4::bytea[]) WITH ORDINALITY AS k (key, place)
        CROSS JOIN LATERAL (
          SELECT key, ctid, seq, born, hash_high, hash_low, deleted_at FROM records
          WHERE tenant_id = $1 AND source_no = $2 AND entity_no = $3 AND key >= k.key AND key <= k.key
          ORDER BY key LIMIT 1) r
        """

    let entity: EntityName
    /// Whether the source is being read from end to end.
    let readsAll: Bool
    let link: Link

    init(of entity: EntityRow, readsAll: Bool, link: Link) {
        self.entity = entity.id
        self.readsAll = readsAll
        self.link = link
    }

    /// What is there of each key, in their order; all keys differ.
    func records(of keys: [UnsafeRawBufferPointer]) throws -> [KnownRecord?] {
        var found = [KnownRecord?](repeating: nil, count: keys.count)
        guard keys.count >= Self.fewKeys else {
            try lookUp(keys.indices, of: keys, &found)
            return found
        }
        let ascends = zip(keys, keys.dropFirst()).allSatisfy { $0.precedes($1) }
        let order = ascends ? Array(keys.indices) : keys.indices.sorted { keys[$0].precedes(keys[$1]) }
        // Of a read in another order the keys lie scattered, as those of a few changes do.
        let limit = readsAll && ascends ? keys.count * 2 : keys.count / 4
        let rest = try readStretch(order, of: keys, limit: limit, &found)
        if !rest.isEmpty { try lookUp(rest, of: keys, &found) }
        return found
    }

    /// Reads what lies from the first key to the last, at most `limit` records; answers the places that it didn't come to.
    private func readStretch(
        _ order: [Int], of keys: [UnsafeRawBufferPointer], limit: Int, _ found: inout [KnownRecord?]
    ) throws -> ArraySlice<Int> {
        var waiting = order[...]
        guard let first = order.first, let last = order.last else { return waiting }
        let answer = try link.kept(
            Self.stretch,
            [entity.tenant, entity.sourceNumber, entity.number, Array(keys[first]), Array(keys[last]), limit])
        for number in 0..<answer.rows {
            var row = Row(answer, number)
            let key = row.lentBlob()
            while let place = waiting.first, keys[place].precedes(key) { waiting.removeFirst() }
            guard let place = waiting.first, !key.precedes(keys[place]) else { continue }
            found[place] = KnownRecord(&row)
            waiting.removeFirst()
        }
        return answer.rows < limit ? [] : waiting
    }

    private func lookUp(
        _ places: some Collection<Int>, of keys: [UnsafeRawBufferPointer], _ found: inout [KnownRecord?]
    ) throws {
        var list = ByteList()
        for place in places { list.append(keys[place]) }
        let places = Array(places)
        let answer = try link.kept(Self.single, [entity.tenant, entity.sourceNumber, entity.number, list])
        for number in 0..<answer.rows {
            var row = Row(answer, number)
            let place = row.int() - 1
            guard places.indices.contains(place) else { throw Row.broken }
            found[places[place]] = KnownRecord(&row)
        }
    }
}

extension KnownRecord {
    /// Reads it from where `ctid` stands.
    fileprivate init(_ row: inout Row) {
        version = RecordVersion(&row)
        born = row.int64()
        hash = ContentHash(high: UInt64(bitPattern: row.int64()), low: UInt64(bitPattern: row.int64()))
        isDeleted = row.flag()
    }
}
