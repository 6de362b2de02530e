import Domain
import StoreAPI
import StoreRows

/// Finds an entity's live records that a full read didn't meet, and makes tombstones of many records.
struct RecordSweep {
    /// A scan of the key index alone, which knows ids but not who is live.
    private static let scan = "SELECT id, key FROM records WHERE entity_no = ?1 AND key > ?2 ORDER BY key"
    private static let isLive = "SELECT 1 FROM records WHERE id = ?1 AND deleted_at IS NULL"
    private static let missedBefore = """
        SELECT record_id FROM absent CROSS JOIN records ON id = record_id
        WHERE absent.entity_no = ?1 AND deleted_at IS NULL ORDER BY record_id
        """

    let transaction: SQLiteTransaction

    /// Live records that the read didn't meet.
    func countUnseen(_ read: ReadToken, in entity: EntityRow) -> Int {
        // Only live records are in the bitmap.
        entity.live - transaction.seen(read, in: entity.number).count
    }

    func countAbsentTwice(_ read: ReadToken, in entity: EntityRow) throws -> Int {
        let seen = transaction.seen(read, in: entity.number)
        var count = 0
        try transaction.connection.statement(Self.missedBefore).each([entity.number]) { row in
            if !seen.contains(row.int64()) { count += 1 }
            return true
        }
        return count
    }

    /// Replaces what the complete read before missed by what this one missed.
    func rememberAbsent(_ read: ReadToken, in entity: EntityRow) throws {
        let connection = try transaction.connection
        try connection.run("DELETE FROM absent WHERE entity_no = ?1", entity.number)
        let seen = transaction.seen(read, in: entity.number)
        if seen.count == entity.live { return }
        let insert = try connection.statement("INSERT INTO absent (entity_no, record_id) VALUES (?1, ?2)")
        try eachLive(of: entity, where: { !seen.contains($0) }) { id, _ in
            try insert.run([entity.number, id])
            return true
        }
    }

    /// At most `limit` of the records that both this and the complete read before missed.
    func absentTwice(_ read: ReadToken, in entity: EntityRow, limit: Int) throws -> [Int64] {
        let seen = transaction.seen(read, in: entity.number)
        var ids: [Int64] = []
        try transaction.connection.statement(Self.missedBefore).each([entity.number]) { row in
            let id = row.int64()
            if ids.count < limit, !seen.contains(id) { ids.append(id) }
            return ids.count < limit
        }
        return ids
    }

    /// At most `limit` live records that the read didn't meet (nil = all), behind where the sweep last stopped.
    func next(_ read: ReadToken?, in entity: EntityRow, limit: Int) throws -> [Int64] {
        let sweep = SweepKey(entity: entity.number, read: read)
        let seen = read.map { transaction.seen($0, in: entity.number) } ?? IDBitmap()
        if seen.count == entity.live {
            transaction.note(.swept(sweep, through: nil))
            return []
        }
        var ids: [Int64] = []
        var last: [UInt8]?
        try eachLive(of: entity, behind: transaction.sweepPosition(sweep), where: { !seen.contains($0) }) { id, row in
            ids.append(id)
            if ids.count == limit { last = row.blob() }
            return ids.count < limit
        }
        transaction.note(.swept(sweep, through: last))
        return ids
    }

    /// Makes tombstones of live records of the entity.
    func bury(_ ids: [Int64], in entity: EntityRow, run: RunID?, sync: inout SyncState) throws {
        guard !ids.isEmpty else { return }
        let connection = try transaction.connection
        let burial = try Burial(run: run, now: transaction.now, connection: connection)
        defer { burial.release() }
        let forget = try connection.statement("DELETE FROM absent WHERE entity_no = ?1 AND record_id = ?2")
        for id in ids {
            sync.feedSeq += 1
            try burial.bury(id, seq: sync.feedSeq)
            try forget.run([entity.number, id])
        }
        var entity = entity
        entity.live -= ids.count
        try entity.save(connection)
        transaction.note(.gone(entity: entity.number, ids: ids))
    }

    /// Hands over live records whose ids `isWanted` picks, in key order, until `body` answers false. The row given
    /// stands on the key.
    private func eachLive(
        of entity: EntityRow, behind key: [UInt8]? = nil, where isWanted: (Int64) -> Bool,
        _ body: (Int64, inout Row) throws -> Bool
    ) throws {
        let connection = try transaction.connection
        let isLive = try connection.statement(Self.isLive)
        try connection.statement(Self.scan).each([entity.number, key ?? []]) { row in
            let id = row.int64()
            guard isWanted(id), try isLive.first([id], { _ in true }) != nil else { return true }
            return try body(id, &row)
        }
    }
}
