import Domain
import LibPQ
import StoreAPI
import StoreRows

/// The upsert of one batch: looks up what is there, decides here what becomes of each item, and sends what is new or changed.
/// Bodies that are there already never leave this process.
struct RecordMerge {
    /// One look-up in the primary key for each key. Asked for the first record at or behind the key, the planner has no use for
    /// another index: else, of a table that has grown since it was last analyzed, it would take the feed's, and go through
    /// all of a DataSource for each key.
    private static let find = """
        SELECT k.place, r.born, r.hash_high, r.hash_low, r.deleted_at IS NOT NULL
        FROM unnest($4::bytea[]) WITH ORDINALITY AS k (key, place)
        CROSS JOIN LATERAL (
          SELECT key, born, hash_high, hash_low, deleted_at FROM records
          WHERE tenant_id = $1 AND ds_id = $2 AND entity_no = $3 AND key >= k.key ORDER BY key LIMIT 1) r
        WHERE r.key = k.key
        """

    private struct Stored {
        let born: Int64
        let hash: ContentHash
        let isDeleted: Bool
    }

    private let transaction: PostgresTransaction
    private let remembersMet: Bool
    private var entity: EntityRow
    private var seq: Int64
    private var write = RecordWrite()
    private var counts = MergeCounts()
    private var met: [Int64] = []
    private var gone: [Int64] = []
    /// Records that the complete read before may have missed and this batch brings.
    private var found = ByteList()

    private init(_ entity: EntityRow, remembersMet: Bool, seq: Int64, transaction: PostgresTransaction) {
        self.entity = entity
        self.remembersMet = remembersMet
        self.seq = seq
        self.transaction = transaction
    }

    /// Invariant 2: the whole batch or nothing; the caller's transaction sees to it.
    static func run(
        _ batch: RecordBatch, run: RunID?, read: ReadToken?, sync: inout SyncState, transaction: PostgresTransaction
    ) throws -> MergeCounts {
        guard !batch.items.isEmpty else { return MergeCounts() }
        try transaction.requireTurn(at: sync.source)
        let entity = try EntityRow.findOrInsert(batch.entity, of: sync.source, transaction)
        var merge = RecordMerge(entity, remembersMet: read != nil, seq: sync.feedSeq, transaction: transaction)
        try batch.bytes.withUnsafeBytes { bytes in try merge.take(batch.items, bytes) }
        try merge.finish(run: run, read: read, sync: &sync)
        return merge.counts
    }

    private mutating func take(_ items: [RecordBatch.Item], _ bytes: UnsafeRawBufferPointer) throws {
        let overruled = BatchDuplicates.overruled(in: items, bytes)
        counts.duplicates = overruled.count
        let places = overruled.isEmpty ? Array(items.indices) : items.indices.filter { !overruled.contains($0) }
        let stored = try lookUp(places, items, bytes)
        if remembersMet { met.reserveCapacity(places.count) }
        for (place, stored) in zip(places, stored) {
            let item = items[place]
            let key = UnsafeRawBufferPointer(rebasing: bytes[item.keyRange])
            if item.isDeletion {
                delete(key, stored)
            } else {
                upsert(key, UnsafeRawBufferPointer(rebasing: bytes[item.bodyRange]), item.hash, stored)
            }
        }
    }

    /// What is there of each item; nothing is asked of an entity that has nothing.
    private func lookUp(
        _ places: [Int], _ items: [RecordBatch.Item], _ bytes: UnsafeRawBufferPointer
    ) throws -> [Stored?] {
        var stored = [Stored?](repeating: nil, count: places.count)
        guard entity.kept > 0 else { return stored }
        var keys = ByteList()
        for place in places { keys.append(UnsafeRawBufferPointer(rebasing: bytes[items[place].keyRange])) }
        let answer = try transaction.link.kept(
            Self.find, [entity.id.tenant, entity.id.source, entity.id.number, keys])
        for number in 0..<answer.rows {
            var row = Row(answer, number)
            let place = row.int() - 1
            let born = row.int64()
            let hash = ContentHash(
                high: UInt64(bitPattern: row.int64()), low: UInt64(bitPattern: row.int64()))
            guard stored.indices.contains(place) else { throw Row.broken }
            stored[place] = Stored(born: born, hash: hash, isDeleted: row.flag())
        }
        return stored
    }

    private mutating func upsert(
        _ key: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer, _ hash: ContentHash, _ stored: Stored?
    ) {
        // Whatever read meets it: two reads that miss a record aren't in a row when a third met it in between.
        if entity.hasMissing, stored != nil { found.append(key) }
        if let stored, !stored.isDeleted, stored.hash == hash {
            counts.unchanged += 1
            if remembersMet { met.append(stored.born) }
            return
        }
        seq += 1
        write.append(key, body, hash, seq: seq)
        if remembersMet { met.append(stored?.born ?? seq) }
        guard let stored else {
            entity.live += 1
            entity.kept += 1
            counts.inserted += 1
            return
        }
        guard stored.isDeleted else {
            counts.updated += 1
            return
        }
        entity.live += 1
        counts.inserted += 1
        counts.revived += 1
    }

    private mutating func delete(_ key: UnsafeRawBufferPointer, _ stored: Stored?) {
        guard let stored, !stored.isDeleted else {
            counts.alreadyGone += 1
            return
        }
        seq += 1
        write.appendTombstone(key, seq: seq)
        entity.live -= 1
        gone.append(stored.born)
        counts.deleted += 1
    }

    private func finish(run: RunID?, read: ReadToken?, sync: inout SyncState) throws {
        if seq != sync.feedSeq {
            let link = try transaction.link
            try write.send(to: entity.id, run: run, now: transaction.now, link)
            try entity.save(link)
        }
        if found.count > 0 {
            try RecordSweep(transaction: transaction).forget(found, in: entity, transaction.link)
        }
        sync.feedSeq = seq
        if let read { transaction.note(.met(read, entity: entity.id, ids: met)) }
        if !gone.isEmpty { transaction.note(.gone(entity: entity.id, ids: gone)) }
    }
}
