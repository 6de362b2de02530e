import Domain
import LibPQ
import StoreAPI
import StoreRows

/// The sync rows, which are the locks of DataSources, and the states of entities.
struct SyncTable: SyncRows {
    let transaction: PostgresTransaction

    private static let entityColumns = """
        name, generation, primary_key, state, is_complete, full_read_at, live, deletes_to_review
        """
    private static let select = """
        SELECT fence, batch_no, feed_seq, feed_epoch, purged_through, generation FROM source_sync
        WHERE tenant_id = $1 AND ds_id = $2 AND ($3 IS NULL OR app_id = $3)
        """

    func lock(_ source: DataSourceID) throws -> SyncState? {
        try find(source, transaction.isReading ? Self.select : Self.select + " FOR UPDATE")
    }

    func lockIfFree(_ source: DataSourceID) throws -> SyncState? {
        let sql = transaction.isReading ? Self.select : Self.select + " FOR UPDATE SKIP LOCKED"
        if let state = try find(source, sql) { return state }
        guard !transaction.isReading, try transaction.link.endFrozenSessions() > 0 else { return nil }
        return try find(source, sql)
    }

    func save(_ state: SyncState) throws {
        try transaction.requireTurn(at: state.source)
        try transaction.link.run(
            """
            UPDATE source_sync SET fence = $3, batch_no = $4, feed_seq = $5, feed_epoch = $6, purged_through = $7,
              generation = $8
            WHERE tenant_id = $1 AND ds_id = $2
            """, transaction.scope.tenant, state.source, state.fence, state.batchNumber, state.feedSeq,
            state.feedEpoch, state.purgedThrough, state.generation)
    }

    func entity(_ name: String, of source: DataSourceID) throws -> EntityState? {
        guard try transaction.isInScope(source) else { return nil }
        return try transaction.link.first(
            """
            SELECT \(Self.entityColumns) FROM entities
            WHERE tenant_id = $1 AND ds_id = $2 AND name = $3 AND generation IS NOT NULL
            """, transaction.scope.tenant, source, name, read: Self.read)
    }

    func entities(of source: DataSourceID) throws -> [EntityState] {
        guard try transaction.isInScope(source) else { return [] }
        return try transaction.link.all(
            """
            SELECT \(Self.entityColumns) FROM entities
            WHERE tenant_id = $1 AND ds_id = $2 AND generation IS NOT NULL ORDER BY name
            """, transaction.scope.tenant, source, read: Self.read)
    }

    func saveEntity(_ state: EntityState, of source: DataSourceID) throws {
        try transaction.requireTurn(at: source)
        try transaction.link.run(
            """
            INSERT INTO entities (tenant_id, ds_id, entity_no, name, generation, primary_key, state, is_complete,
              full_read_at, deletes_to_review)
            SELECT $1, $2, 1 + coalesce(max(entity_no), 0), $3, $4, $5, $6, $7, $8, $9 FROM entities
            WHERE tenant_id = $1 AND ds_id = $2
            ON CONFLICT (tenant_id, ds_id, name) DO UPDATE SET generation = excluded.generation,
              primary_key = excluded.primary_key, state = excluded.state, is_complete = excluded.is_complete,
              full_read_at = excluded.full_read_at, deletes_to_review = excluded.deletes_to_review
            """, transaction.scope.tenant, source, state.name, state.generation,
            StoredDocument.strings(state.primaryKey), state.state, state.isComplete, state.fullReadAt,
            state.deletesToReview)
    }

    private func find(_ source: DataSourceID, _ sql: String) throws -> SyncState? {
        let state = try transaction.link.first(sql, transaction.scope.tenant, source, transaction.scope.app) { row in
            var state = SyncState(source: source)
            state.fence = row.int64()
            state.batchNumber = row.int64()
            state.feedSeq = row.int64()
            state.feedEpoch = row.int64()
            state.purgedThrough = row.int64()
            state.generation = row.int64()
            return state
        }
        if state != nil, !transaction.isReading { transaction.noteLock(of: source) }
        return state
    }

    private static func read(_ row: inout Row) throws -> EntityState {
        var state = EntityState(
            name: try row.text(), generation: row.int64(), primaryKey: try StoredDocument.strings(row.text()))
        state.state = row.optionalBlob()
        state.isComplete = row.flag()
        state.fullReadAt = row.optionalTime()
        state.live = row.int()
        state.deletesToReview = row.optionalInt()
        return state
    }
}
