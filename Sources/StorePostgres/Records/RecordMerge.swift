import Domain
import LibPQ
import StoreAPI
import StoreRows

/// The upsert of one batch: looks up what is there, decides here what becomes of each item, and sends what is new or changed.
/// Bodies that are there already never leave this process.
struct RecordMerge {
    private let transaction: PostgresTransaction
    private let remembersMet: Bool
    private var entity: EntityRow
    private var seq: Int64
    private var update = RecordUpdate()
    /// New records with their places in the feed.
    private var new: [(item: RecordBatch.Item, seq: Int64)] = []
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
        try batch.bytes.withUnsafeBytes { bytes in
            try merge.take(batch.items, bytes)
            try merge.finish(bytes, run: run, read: read, sync: &sync)
        }
        return merge.counts
    }

    private mutating func take(_ items: [RecordBatch.Item], _ bytes: UnsafeRawBufferPointer) throws {
        let overruled = BatchDuplicates.overruled(in: items, bytes)
        counts.duplicates = overruled.count
        let places = overruled.isEmpty ? Array(items.indices) : items.indices.filter { !overruled.contains($0) }
        let keys = places.map { items[$0].key(in: bytes) }
        let stored = try lookUp(keys)
        if remembersMet { met.reserveCapacity(places.count) }
        for (number, place) in places.enumerated() {
            if items[place].isDeletion {
                delete(keys[number], stored[number])
            } else {
                upsert(items[place], bytes, stored[number])
            }
        }
    }

    /// What is there of each key; nothing is asked of an entity that has nothing.
    private func lookUp(_ keys: [UnsafeRawBufferPointer]) throws -> [KnownRecord?] {
        guard entity.kept > 0 else { return Array(repeating: nil, count: keys.count) }
        return try RecordLookUp(entity: entity.id, readsAll: remembersMet, link: transaction.link).records(of: keys)
    }

    private mutating func upsert(
        _ item: RecordBatch.Item, _ bytes: UnsafeRawBufferPointer, _ stored: KnownRecord?
    ) {
        // Whatever read meets it: two reads that miss a record aren't in a row when a third met it in between.
        if entity.hasMissing, stored != nil { found.append(item.key(in: bytes)) }
        if let stored, !stored.isDeleted, stored.hash == item.hash {
            counts.unchanged += 1
            if remembersMet { met.append(stored.born) }
            return
        }
        seq += 1
        if remembersMet { met.append(stored?.born ?? seq) }
        guard let stored else {
            new.append((item, seq))
            entity.live += 1
            entity.kept += 1
            counts.inserted += 1
            return
        }
        update.append(item.key(in: bytes), item.body(in: bytes), item.hash, seq: seq, at: stored.tuple)
        guard stored.isDeleted else {
            counts.updated += 1
            return
        }
        entity.live += 1
        counts.inserted += 1
        counts.revived += 1
    }

    private mutating func delete(_ key: UnsafeRawBufferPointer, _ stored: KnownRecord?) {
        guard let stored, !stored.isDeleted else {
            counts.alreadyGone += 1
            return
        }
        seq += 1
        update.appendTombstone(key, seq: seq, at: stored.tuple)
        entity.live -= 1
        gone.append(stored.born)
        counts.deleted += 1
    }

    private mutating func finish(
        _ bytes: UnsafeRawBufferPointer, run: RunID?, read: ReadToken?, sync: inout SyncState
    ) throws {
        if seq != sync.feedSeq {
            let link = try transaction.link
            try insert(bytes, run: run, link)
            try update.send(to: entity.id, run: run, now: transaction.now, link)
            try entity.save(link)
        }
        if found.count > 0 {
            try RecordSweep(transaction: transaction).forget(found, in: entity, transaction.link)
        }
        sync.feedSeq = seq
        if let read { transaction.note(.met(read, entity: entity.id, ids: met)) }
        if !gone.isEmpty { transaction.note(.gone(entity: entity.id, ids: gone)) }
    }

    /// Many new records go by COPY, where it is to be had.
    private func insert(_ bytes: UnsafeRawBufferPointer, run: RunID?, _ link: Link) throws {
        guard new.count >= RecordLoad.fewRecords, link.canLoad else {
            var insert = RecordInsert()
            for (item, seq) in new { insert.append(item.key(in: bytes), item.body(in: bytes), item.hash, seq: seq) }
            return try insert.send(to: entity.id, run: run, now: transaction.now, link)
        }
        try RecordLoad(of: entity.id, run: run, now: transaction.now).send(new, bytes, link)
    }
}

extension RecordBatch.Item {
    fileprivate func key(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[keyRange])
    }

    fileprivate func body(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[bodyRange])
    }
}
