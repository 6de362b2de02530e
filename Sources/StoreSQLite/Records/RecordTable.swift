import Domain
import StoreAPI
import StoreRows

/// The records, their feed and their deletions.
struct RecordTable: RecordRows {
    let transaction: SQLiteTransaction

    func merge(
        _ batch: RecordBatch, run: RunID?, read: ReadToken?, ahead: (any LookAhead)?, sync: inout SyncState
    ) throws -> MergeCounts {
        try transaction.entirely {
            try RecordMerge.run(batch, run: run, read: read, sync: &sync, transaction: transaction)
        }
    }

    func countUnseen(_ read: ReadToken, of entity: String, in source: DataSourceID) throws -> Int {
        guard let row = try find(entity, of: source) else { return 0 }
        return sweep.countUnseen(read, in: row)
    }

    func deleteUnseen(
        _ read: ReadToken, of entity: String, run: RunID, absentBefore: Bool, limit: Int, sync: inout SyncState
    ) throws -> Int {
        try transaction.entirely {
            guard limit > 0, let row = try required(entity, of: sync.source) else { return 0 }
            let ids =
                absentBefore
                ? try sweep.absentTwice(read, in: row, limit: limit)
                : try sweep.next(read, in: row, limit: limit)
            try sweep.bury(ids, in: row, run: run, sync: &sync)
            return ids.count
        }
    }

    func rememberAbsent(_ read: ReadToken, of entity: String, in source: DataSourceID) throws {
        try transaction.entirely {
            guard let row = try required(entity, of: source) else { return }
            try sweep.rememberAbsent(read, in: row)
        }
    }

    func countAbsentTwice(_ read: ReadToken, of entity: String, in source: DataSourceID) throws -> Int {
        guard let row = try find(entity, of: source) else { return 0 }
        return try sweep.countAbsentTwice(read, in: row)
    }

    func deleteAll(of entity: String?, run: RunID?, limit: Int, sync: inout SyncState) throws -> Int {
        try transaction.entirely {
            let source = try transaction.requiredNumber(of: sync.source)
            var left = limit
            for row in try EntityRow.all(of: source, transaction.connection)
            where left > 0 && row.live > 0 && (entity == nil || row.name == entity) {
                let ids = try sweep.next(nil, in: row, limit: left)
                try sweep.bury(ids, in: row, run: run, sync: &sync)
                left -= ids.count
            }
            return limit - left
        }
    }

    func list(_ query: RecordQuery, of source: DataSourceID) throws -> [StoredRecord] {
        guard let row = try find(query.entity, of: source) else { return [] }
        return try RecordListing(query: query, entity: row, connection: transaction.connection).page()
    }

    func count(_ query: RecordQuery, of source: DataSourceID) throws -> Int {
        guard let row = try find(query.entity, of: source) else { return 0 }
        return try RecordListing(query: query, entity: row, connection: transaction.connection).count()
    }

    func changes(of source: DataSourceID, entity: String?, after: Int64, limit: Int) throws -> [StoredRecord] {
        guard let number = try transaction.number(of: source) else { return [] }
        let connection = try transaction.connection
        let rows = try EntityRow.all(of: number, connection)
        let only = entity.map { name in rows.first { $0.name == name }?.number ?? 0 }
        let names = Dictionary(uniqueKeysWithValues: rows.map { ($0.number, $0.name) })
        var page = RecordPage()
        try connection.statement(
            """
            SELECT entity_no, \(RecordRow.columns) FROM records INDEXED BY records_feed
            WHERE source_no = ?1 AND seq > ?2 AND (?3 IS NULL OR entity_no = ?3) ORDER BY seq LIMIT ?4
            """
        ).each([number, after, only, limit]) { row in
            guard let name = names[row.int64()] else { throw Row.broken }
            return page.append(RecordRow.read(&row, entity: name))
        }
        return page.records
    }

    func purgeTombstones(before time: Timestamp, limit: Int, sync: inout SyncState) throws -> Int {
        try transaction.entirely {
            let connection = try transaction.connection
            let source = try transaction.requiredNumber(of: sync.source)
            let old = try connection.all(
                """
                SELECT id, entity_no, seq FROM records INDEXED BY records_tombstones
                WHERE source_no = ?1 AND deleted_at IS NOT NULL AND deleted_at < ?2 ORDER BY deleted_at LIMIT ?3
                """, source, time, limit
            ) { row in (id: row.int64(), entity: row.int64(), seq: row.int64()) }
            for tombstone in old {
                try connection.run("DELETE FROM records WHERE id = ?1", tombstone.id)
                try connection.run(
                    "UPDATE entities SET kept = kept - 1 WHERE entity_no = ?1", tombstone.entity)
                try connection.run(
                    "DELETE FROM absent WHERE entity_no = ?1 AND record_id = ?2", tombstone.entity, tombstone.id)
                // Invariant 3: a cursor that lies before it must be refused.
                sync.purgedThrough = max(sync.purgedThrough, tombstone.seq)
            }
            return old.count
        }
    }

    func forget(_ read: ReadToken) { transaction.note(.forgotten(read)) }

    private var sweep: RecordSweep { RecordSweep(transaction: transaction) }

    private func find(_ entity: String, of source: DataSourceID) throws -> EntityRow? {
        guard let number = try transaction.number(of: source) else { return nil }
        return try EntityRow.find(entity, of: number, transaction.connection)
    }

    /// As `find`, where the DataSource must be in scope.
    private func required(_ entity: String, of source: DataSourceID) throws -> EntityRow? {
        let number = try transaction.requiredNumber(of: source)
        return try EntityRow.find(entity, of: number, transaction.connection)
    }
}
