import Domain
import LibPQ
import StoreAPI
import StoreRows

/// Finds an entity's live records that a full read didn't meet, and makes tombstones of many records.
struct RecordSweep {
    /// Rows that are looked at in one statement.
    private static let piece = 10_000

    private static let scan = """
        SELECT key, born, ctid, seq FROM records
        WHERE tenant_id = $1 AND source_no = $2 AND entity_no = $3 AND deleted_at IS NULL AND key > $4 ORDER BY key LIMIT $5
        """
    /// Null for what is no longer live.
    private static let missedBefore = """
        SELECT a.key, r.born, r.ctid, r.seq FROM (
          SELECT key FROM absent WHERE tenant_id = $1 AND source_no = $2 AND entity_no = $3 AND key > $4
          ORDER BY key LIMIT $5) a
        LEFT JOIN LATERAL (
          SELECT key, born, ctid, seq, deleted_at FROM records
          WHERE tenant_id = $1 AND source_no = $2 AND entity_no = $3 AND key >= a.key ORDER BY key LIMIT 1) r
        ON r.key = a.key AND r.deleted_at IS NULL
        ORDER BY a.key
        """

    /// A live record.
    typealias Found = (key: [UInt8], born: Int64, version: RecordVersion)

    let transaction: PostgresTransaction

    /// Live records that the read didn't meet.
    func countUnseen(_ read: ReadToken, in entity: EntityRow) -> Int {
        // Only live records are in the bitmap.
        entity.live - transaction.seen(read, in: entity.id).count
    }

    func countAbsentTwice(_ read: ReadToken, in entity: EntityRow) throws -> Int {
        let seen = transaction.seen(read, in: entity.id)
        var count = 0
        try each(Self.missedBefore, of: entity) { record in
            if !seen.contains(record.born) { count += 1 }
            return true
        }
        return count
    }

    /// Replaces what the complete read before missed by what this one missed.
    func rememberAbsent(_ read: ReadToken, in entity: EntityRow) throws {
        let link = try transaction.link
        try link.run(
            "DELETE FROM absent WHERE tenant_id = $1 AND source_no = $2 AND entity_no = $3", entity.id.tenant,
            entity.id.sourceNumber, entity.id.number)
        let seen = transaction.seen(read, in: entity.id)
        if seen.count == entity.live { return }
        var missed = ByteList()
        func insert() throws {
            try link.run(
                """
                INSERT INTO absent (tenant_id, source_no, entity_no, key)
                SELECT $1, $2, $3::integer, key FROM unnest($4::bytea[]) AS k (key)
                """, entity.id.tenant, entity.id.sourceNumber, entity.id.number, missed)
            missed = ByteList()
        }
        try each(Self.scan, of: entity) { record in
            if !seen.contains(record.born) { missed.append(record.key) }
            if missed.count == Self.piece { try insert() }
            return true
        }
        if missed.count > 0 { try insert() }
    }

    /// At most `limit` of the records that both this and the complete read before missed.
    func absentTwice(_ read: ReadToken, in entity: EntityRow, limit: Int) throws -> [Found] {
        let seen = transaction.seen(read, in: entity.id)
        var found: [Found] = []
        try each(Self.missedBefore, of: entity) { record in
            if found.count < limit, !seen.contains(record.born) { found.append(record) }
            return found.count < limit
        }
        return found
    }

    /// At most `limit` live records that the read didn't meet (nil = all), behind where the sweep last stopped.
    func next(_ read: ReadToken?, in entity: EntityRow, limit: Int, feedSeq: Int64) throws -> [Found] {
        let sweep = SweepKey(entity: entity.id, read: read)
        let seen = read.map { transaction.seen($0, in: entity.id) } ?? IDBitmap()
        if seen.count == entity.live {
            transaction.note(.swept(sweep, through: nil))
            return []
        }
        let position = transaction.sweepPosition(sweep).flatMap { $0.feedSeq == feedSeq ? $0.key : nil }
        var found: [Found] = []
        try each(Self.scan, of: entity, behind: position ?? []) { record in
            if !seen.contains(record.born) { found.append(record) }
            return found.count < limit
        }
        let last = found.count == limit ? found.last?.key : nil
        transaction.note(
            .swept(sweep, through: last.map { SweepPosition(key: $0, feedSeq: feedSeq + Int64(found.count)) }))
        return found
    }

    /// Makes tombstones of live records of the entity.
    func bury(_ found: [Found], in entity: EntityRow, run: RunID?, sync: inout SyncState) throws {
        guard !found.isEmpty else { return }
        let link = try transaction.link
        var update = RecordUpdate()
        var list = ByteList()
        for record in found {
            sync.feedSeq += 1
            let seq = sync.feedSeq
            record.key.withUnsafeBytes { bytes in
                update.appendTombstone(bytes, seq: seq, over: record.version)
                list.append(bytes)
            }
        }
        try update.send(to: entity.id, run: run, now: transaction.now, link)
        try forget(list, in: entity, link)
        var entity = entity
        entity.live -= found.count
        try entity.save(link)
        transaction.note(.gone(entity: entity.id, ids: found.map(\.born)))
    }

    /// Drops absences of records that are gone, or that were met again.
    func forget(_ keys: ByteList, in entity: EntityRow, _ link: Link) throws {
        try link.run(
            "DELETE FROM absent WHERE tenant_id = $1 AND source_no = $2 AND entity_no = $3 AND key = ANY ($4)",
            entity.id.tenant, entity.id.sourceNumber, entity.id.number, keys)
    }

    /// Hands over records in key order, a piece at a time, until `body` answers false.
    private func each(
        _ sql: String, of entity: EntityRow, behind key: [UInt8] = [], _ body: (Found) throws -> Bool
    ) throws {
        var last = key
        while true {
            let answer = try transaction.link.kept(
                sql, [entity.id.tenant, entity.id.sourceNumber, entity.id.number, last, Self.piece])
            for place in 0..<answer.rows {
                var row = Row(answer, place)
                last = row.blob()
                guard let born = row.optionalInt64() else { continue }
                guard try body((last, born, RecordVersion(&row))) else { return }
            }
            if answer.rows < Self.piece { return }
        }
    }
}
