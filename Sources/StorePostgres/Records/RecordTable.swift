import Domain
import LibPQ
import StoreAPI
import StoreRows

/// The records, their feed and their deletions.
struct RecordTable: RecordRows {
    let transaction: PostgresTransaction

    func merge(
        _ batch: RecordBatch, run: RunID?, read: ReadToken?, ahead: (any LookAhead)?, sync: inout SyncState
    ) throws -> MergeCounts {
        try transaction.entirely {
            let ahead = ahead as? RecordsAhead
            return try RecordMerge.run(
                batch, run: run, read: read, ahead: ahead, sync: &sync, transaction: transaction)
        }
    }

    func lookAhead(at batch: RecordBatch, of source: DataSourceID) throws -> (any LookAhead)? {
        try RecordsAhead(of: batch, of: source, transaction: transaction)
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
            let found =
                absentBefore
                ? try sweep.absentTwice(read, in: row, limit: limit)
                : try sweep.next(read, in: row, limit: limit, feedSeq: sync.feedSeq)
            try sweep.bury(found, in: row, run: run, sync: &sync)
            return found.count
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
            try transaction.requireTurn(at: sync.source)
            var left = limit
            for row in try EntityRow.all(of: sync.source, transaction)
            where left > 0 && row.live > 0 && (entity == nil || row.name == entity) {
                let found = try sweep.next(nil, in: row, limit: left, feedSeq: sync.feedSeq)
                try sweep.bury(found, in: row, run: run, sync: &sync)
                left -= found.count
            }
            return limit - left
        }
    }

    func list(_ query: RecordQuery, of source: DataSourceID) throws -> [StoredRecord] {
        guard let row = try find(query.entity, of: source) else { return [] }
        return try RecordListing(query: query, entity: row, transaction: transaction).page()
    }

    func count(_ query: RecordQuery, of source: DataSourceID) throws -> Int {
        guard let row = try find(query.entity, of: source) else { return 0 }
        return try RecordListing(query: query, entity: row, transaction: transaction).count()
    }

    func changes(of source: DataSourceID, entity: String?, after: Int64, limit: Int) throws -> [StoredRecord] {
        guard try transaction.isInScope(source) else { return [] }
        let rows = try EntityRow.all(of: source, transaction)
        guard let number = rows.first?.id.sourceNumber else { return [] }
        let only = entity.map { name in rows.first { $0.name == name }?.id.number ?? 0 }
        let names = Dictionary(uniqueKeysWithValues: rows.map { ($0.id.number, $0.name) })
        return try RecordFetch(limit: limit).page { last, limit in
            try transaction.link.all(
                """
                SELECT entity_no, \(RecordRow.columns) FROM records
                WHERE tenant_id = $1 AND source_no = $2 AND seq > $3 AND ($4 IS NULL OR entity_no = $4)
                ORDER BY seq LIMIT $5
                """, transaction.scope.tenant, number, last?.seq ?? after, only, limit
            ) { row in
                guard let name = names[row.int64()] else { throw Row.broken }
                return RecordRow.read(&row, entity: name)
            }
        }
    }

    func purgeTombstones(before time: Timestamp, limit: Int, sync: inout SyncState) throws -> Int {
        try transaction.entirely {
            try transaction.requireTurn(at: sync.source)
            let rows = try EntityRow.all(of: sync.source, transaction)
            guard let number = rows.first?.id.sourceNumber else { return 0 }
            let old = try transaction.link.all(
                """
                DELETE FROM records WHERE tenant_id = $1 AND source_no = $2 AND seq = ANY (ARRAY(
                  SELECT seq FROM records
                  WHERE tenant_id = $1 AND source_no = $2 AND deleted_at IS NOT NULL AND deleted_at < $3
                  ORDER BY deleted_at, seq LIMIT $4))
                RETURNING entity_no, seq, key
                """, transaction.scope.tenant, number, time, limit
            ) { row in (entity: row.int64(), seq: row.int64(), key: row.blob()) }
            let purged = Dictionary(grouping: old, by: \.entity)
            for var row in rows {
                guard let tombstones = purged[row.id.number] else { continue }
                var keys = ByteList()
                for tombstone in tombstones { keys.append(tombstone.key) }
                row.kept -= tombstones.count
                try row.save(transaction.link)
                try sweep.forget(keys, in: row, transaction.link)
            }
            // Invariant 3: a cursor that lies before it must be refused.
            for tombstone in old { sync.purgedThrough = max(sync.purgedThrough, tombstone.seq) }
            return old.count
        }
    }

    func forget(_ read: ReadToken) { transaction.note(.forgotten(read)) }

    private var sweep: RecordSweep { RecordSweep(transaction: transaction) }

    private func find(_ entity: String, of source: DataSourceID) throws -> EntityRow? {
        guard try transaction.isInScope(source) else { return nil }
        return try EntityRow.find(entity, of: source, transaction)
    }

    /// As `find`, where the DataSource must be in scope.
    private func required(_ entity: String, of source: DataSourceID) throws -> EntityRow? {
        try transaction.requireTurn(at: source)
        return try EntityRow.find(entity, of: source, transaction)
    }
}
