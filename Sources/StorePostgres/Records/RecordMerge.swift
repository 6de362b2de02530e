import Domain
import LibPQ
import StoreAPI
import StoreRows

/// The upsert of one batch: looks up what is there, decides here what becomes of each item, and sends what is new or changed.
/// Bodies that are there already never leave this process.
struct RecordMerge {
    private let transaction: PostgresTransaction
    private let remembersMet: Bool
    /// Whether some of what is known wasn't looked up in this transaction.
    private var trustsLookAhead = false
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
        _ batch: RecordBatch, run: RunID?, read: ReadToken?, ahead: RecordsAhead?, sync: inout SyncState,
        transaction: PostgresTransaction
    ) throws -> MergeCounts {
        guard !batch.items.isEmpty else { return MergeCounts() }
        try transaction.requireTurn(at: sync.source)
        let entity = try EntityRow.findOrInsert(batch.entity, of: sync.source, transaction)
        var merge = RecordMerge(entity, remembersMet: read != nil, seq: sync.feedSeq, transaction: transaction)
        try batch.bytes.withUnsafeBytes { bytes in
            try merge.take(batch.items, bytes, ahead)
            try merge.finish(bytes, run: run, read: read, sync: &sync)
        }
        return merge.counts
    }

    private mutating func take(
        _ items: [RecordBatch.Item], _ bytes: UnsafeRawBufferPointer, _ ahead: RecordsAhead?
    ) throws {
        let places = ahead?.places ?? BatchDuplicates.lasting(in: items, bytes)
        counts.duplicates = items.count - places.count
        let keys = places.map { items[$0].key(in: bytes) }
        let stored = try ahead.map { try lookUp(items, keys, $0) } ?? lookUp(keys)
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
        return try RecordLookUp(of: entity, readsAll: remembersMet, link: transaction.link).records(of: keys)
    }

    /// What was seen ahead counts for records that will change: writing them shows whether it's still so. All else, of which
    /// nothing would show it, is looked up now.
    private mutating func lookUp(
        _ items: [RecordBatch.Item], _ keys: [UnsafeRawBufferPointer], _ ahead: RecordsAhead
    ) throws -> [KnownRecord?] {
        trustsLookAhead = true
        var stored = ahead.changed(by: items)
        let rest = stored.indices.filter { stored[$0] == nil }
        guard !rest.isEmpty else { return stored }
        for (number, record) in zip(rest, try lookUp(rest.map { keys[$0] })) { stored[number] = record }
        return stored
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
        update.append(item.key(in: bytes), item.body(in: bytes), item.hash, seq: seq, over: stored.version)
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
        update.appendTombstone(key, seq: seq, over: stored.version)
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
            let failure: any Error = trustsLookAhead ? StaleLookAhead() : Row.broken
            try update.send(to: entity.id, run: run, now: transaction.now, link, otherwise: failure)
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

/// What is stored under a batch's keys as it was seen before the batch's turn.
struct RecordsAhead: LookAhead {
    /// Of the items that no later one overrules.
    let places: [Int]
    /// As many, in that order.
    private let records: [KnownRecord?]

    /// Nil for an entity that has nothing.
    init?(of batch: RecordBatch, of source: DataSourceID, transaction: PostgresTransaction) throws {
        guard let entity = try EntityRow.find(batch.entity, of: source, transaction), entity.kept > 0 else {
            return nil
        }
        (places, records) = try batch.bytes.withUnsafeBytes { bytes in
            let places = BatchDuplicates.lasting(in: batch.items, bytes)
            let keys = places.map { batch.items[$0].key(in: bytes) }
            let lookUp = RecordLookUp(of: entity, readsAll: false, link: try transaction.link)
            return (places, try lookUp.records(of: keys))
        }
    }

    /// The records that were seen, where the item at the place will make another version; nil for the others.
    func changed(by items: [RecordBatch.Item]) -> [KnownRecord?] {
        zip(places, records).map { place, record in
            guard let record else { return nil }
            let item = items[place]
            return (item.isDeletion ? !record.isDeleted : record.isDeleted || record.hash != item.hash) ? record : nil
        }
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
