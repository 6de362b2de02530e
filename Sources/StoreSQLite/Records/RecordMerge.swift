import Domain
import GRDBSQLite
import StoreAPI
import StoreRows

/// The upsert of one batch: the only place that inserts or changes records.
///
/// Speaks to SQLite through statements that borrow the batch's memory; what is the same for all items is bound once.
struct RecordMerge {
    private static let find = """
        SELECT id, hash_high, hash_low, deleted_at IS NOT NULL FROM records WHERE entity_no = ?1 AND key = ?2
        """
    private static let insert = """
        INSERT INTO records
          (entity_no, key, hash_high, hash_low, seq, data, source_no, created_at, updated_at, run, version)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, 1)
        ON CONFLICT (entity_no, key) DO NOTHING
        """
    private static let revise = """
        UPDATE records SET version = version + 1, seq = ?1, data = ?2, hash_high = ?3, hash_low = ?4,
          updated_at = max(updated_at, ?5), deleted_at = NULL, run = ?6
        WHERE id = ?7
        """
    private static let hasMissing = "SELECT 1 FROM absent WHERE entity_no = ?1 LIMIT 1"
    private static let forgetMissing = "DELETE FROM absent WHERE entity_no = ?1 AND record_id = ?2"

    private struct Stored {
        let id: Int64
        let hash: ContentHash
        let isDeleted: Bool
    }

    private let transaction: SQLiteTransaction
    private let handle: OpaquePointer
    private let find: Statement
    private let insert: Statement
    private let revise: Statement
    private let bury: Burial
    private let new: NewRecords
    /// Strikes a record off those that the complete read before missed; nil while it missed none.
    private let forgetMissing: Statement?
    private let remembersMet: Bool
    private var entity: EntityRow
    private var seq: Int64
    /// Whether the next item is likely new: then it is inserted without a look-up, which finds out as well.
    private var expectsNew: Bool
    private(set) var counts = MergeCounts()
    private var met: [Int64] = []
    private var gone: [Int64] = []

    init(
        _ batch: RecordBatch, run: RunID?, read: ReadToken?, sync: SyncState, transaction: SQLiteTransaction
    ) throws {
        let connection = try transaction.connection
        let source = try transaction.requiredNumber(of: sync.source)
        self.transaction = transaction
        handle = try connection.handle
        entity = try EntityRow.findOrInsert(batch.entity, of: source, connection)
        seq = sync.feedSeq
        remembersMet = read != nil
        expectsNew = entity.kept == 0
        find = try connection.statement(Self.find)
        insert = try connection.statement(Self.insert)
        revise = try connection.statement(Self.revise)
        bury = try Burial(run: run, now: transaction.now, connection: connection)
        new = try NewRecords(of: entity, source: source, run: run, now: transaction.now, connection: connection)
        let hasMissing = try connection.statement(Self.hasMissing).first([entity.number]) { _ in true } != nil
        forgetMissing = hasMissing ? try connection.statement(Self.forgetMissing) : nil
        try find.bind(1, entity.number)
        try insert.bind(1, entity.number)
        try insert.bind(7, source)
        try insert.bind(8, transaction.now.milliseconds)
        try run.map(\.mark).bind(to: insert, at: 9)
        try revise.bind(5, transaction.now.milliseconds)
        try run.map(\.mark).bind(to: revise, at: 6)
    }

    /// Invariant 2: the whole batch or nothing; the caller's transaction sees to it.
    static func run(
        _ batch: RecordBatch, run: RunID?, read: ReadToken?, sync: inout SyncState, transaction: SQLiteTransaction
    ) throws -> MergeCounts {
        guard !batch.items.isEmpty else { return MergeCounts() }
        var merge = try RecordMerge(batch, run: run, read: read, sync: sync, transaction: transaction)
        defer { merge.release() }
        try batch.bytes.withUnsafeBytes { bytes in try merge.take(batch.items, bytes) }
        try merge.finish(read: read, sync: &sync)
        return merge.counts
    }

    private mutating func take(_ items: [RecordBatch.Item], _ bytes: UnsafeRawBufferPointer) throws {
        let overruled = BatchDuplicates.overruled(in: items, bytes)
        counts.duplicates = overruled.count
        if remembersMet { met.reserveCapacity(items.count) }
        var first = 0
        if overruled.isEmpty, try NewRecords.holds(items, bytes, of: entity, transaction.connection) {
            while items.count - first >= NewRecords.rows {
                try insertNew(items[first..<first + NewRecords.rows], bytes)
                first += NewRecords.rows
            }
        }
        for place in first..<items.count {
            if !overruled.isEmpty, overruled.contains(place) { continue }
            if items[place].isDeletion {
                try delete(items[place], bytes)
            } else {
                try upsert(items[place], bytes)
            }
        }
    }

    private mutating func upsert(_ item: RecordBatch.Item, _ bytes: UnsafeRawBufferPointer) throws {
        let key = UnsafeRawBufferPointer(rebasing: bytes[item.keyRange])
        let body = UnsafeRawBufferPointer(rebasing: bytes[item.bodyRange])
        if expectsNew, try insertNew(key, body, item.hash) { return }
        if let stored = try lookUp(key) {
            expectsNew = false
            try update(stored, body, item.hash)
        } else if try !insertNew(key, body, item.hash) {
            throw AppError(.storeBroken, "A record is neither there nor new.")
        }
    }

    private mutating func insertNew(
        _ items: ArraySlice<RecordBatch.Item>, _ bytes: UnsafeRawBufferPointer
    ) throws {
        let ids = try new.insert(items, bytes, behind: seq)
        seq += Int64(items.count)
        entity.live += items.count
        entity.kept += items.count
        counts.inserted += items.count
        expectsNew = true
        if remembersMet { met += ids }
    }

    /// False when the key is there already.
    private mutating func insertNew(
        _ key: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer, _ hash: ContentHash
    ) throws -> Bool {
        try insert.bind(2, borrowing: key)
        try insert.bind(3, Int64(bitPattern: hash.high))
        try insert.bind(4, Int64(bitPattern: hash.low))
        try insert.bind(5, seq + 1)
        try insert.bind(6, borrowing: body)
        defer { insert.reset() }
        _ = try insert.step()
        guard sqlite3_changes(handle) == 1 else { return false }
        seq += 1
        entity.live += 1
        entity.kept += 1
        counts.inserted += 1
        expectsNew = true
        if remembersMet { met.append(sqlite3_last_insert_rowid(handle)) }
        return true
    }

    private func lookUp(_ key: UnsafeRawBufferPointer) throws -> Stored? {
        try find.bind(2, borrowing: key)
        defer { find.reset() }
        guard try find.step() else { return nil }
        let hash = ContentHash(
            high: UInt64(bitPattern: find.integer(1)), low: UInt64(bitPattern: find.integer(2)))
        return Stored(id: find.integer(0), hash: hash, isDeleted: find.integer(3) != 0)
    }

    private mutating func update(
        _ stored: Stored, _ body: UnsafeRawBufferPointer, _ hash: ContentHash
    ) throws {
        if remembersMet { met.append(stored.id) }
        // Whatever read meets it: two reads that miss a record aren't in a row when a third met it in between.
        if let forgetMissing { try forgetMissing.run([entity.number, stored.id]) }
        guard stored.isDeleted || stored.hash != hash else {
            counts.unchanged += 1
            return
        }
        seq += 1
        try revise.bind(1, seq)
        try revise.bind(2, borrowing: body)
        try revise.bind(3, Int64(bitPattern: hash.high))
        try revise.bind(4, Int64(bitPattern: hash.low))
        try revise.bind(7, stored.id)
        defer { revise.reset() }
        _ = try revise.step()
        guard stored.isDeleted else {
            counts.updated += 1
            return
        }
        entity.live += 1
        counts.inserted += 1
        counts.revived += 1
    }

    private mutating func delete(_ item: RecordBatch.Item, _ bytes: UnsafeRawBufferPointer) throws {
        let stored = try lookUp(UnsafeRawBufferPointer(rebasing: bytes[item.keyRange]))
        guard let stored, !stored.isDeleted else {
            counts.alreadyGone += 1
            return
        }
        seq += 1
        try bury.bury(stored.id, seq: seq)
        entity.live -= 1
        gone.append(stored.id)
        counts.deleted += 1
    }

    private func finish(read: ReadToken?, sync: inout SyncState) throws {
        if seq != sync.feedSeq { try entity.save(transaction.connection) }
        sync.feedSeq = seq
        if let read { transaction.note(.met(read, entity: entity.number, ids: met)) }
        if !gone.isEmpty { transaction.note(.gone(entity: entity.number, ids: gone)) }
        if counts.inserted > 0 { transaction.note(.grown(entity: entity.number)) }
    }

    /// The batch's memory is about to go.
    private func release() {
        for statement in [find, insert, revise] { statement.clear() }
        bury.release()
        new.release()
    }
}

/// Makes tombstones: no body, no hash, one version and one place in the feed further.
struct Burial {
    private static let sql = """
        UPDATE records SET version = version + 1, seq = ?1, data = NULL, hash_high = 0, hash_low = 0,
          updated_at = max(updated_at, ?2), deleted_at = max(updated_at, ?2), run = ?3
        WHERE id = ?4
        """

    private let statement: Statement

    init(run: RunID?, now: Timestamp, connection: Connection) throws {
        statement = try connection.statement(Self.sql)
        try statement.bind(2, now.milliseconds)
        try run.map(\.mark).bind(to: statement, at: 3)
    }

    func bury(_ id: Int64, seq: Int64) throws {
        try statement.bind(1, seq)
        try statement.bind(4, id)
        defer { statement.reset() }
        _ = try statement.step()
    }

    func release() { statement.clear() }
}
