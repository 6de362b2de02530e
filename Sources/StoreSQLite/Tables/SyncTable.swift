import Domain
import StoreAPI
import StoreRows

/// The sync rows and the states of entities. One connection writes, so a row that a write reads is locked already.
struct SyncTable: SyncRows {
    let transaction: SQLiteTransaction

    private static let entityColumns = """
        name, generation, primary_key, state, is_complete, full_read_at, live, deletes_to_review
        """

    func lock(_ source: DataSourceID) throws -> SyncState? {
        guard let number = try transaction.number(of: source) else { return nil }
        return try transaction.connection.first(
            """
            SELECT fence, batch_no, feed_seq, feed_epoch, purged_through, generation FROM source_sync
            WHERE source_no = ?1
            """, number
        ) { row in
            var state = SyncState(source: source)
            state.fence = row.int64()
            state.batchNumber = row.int64()
            state.feedSeq = row.int64()
            state.feedEpoch = row.int64()
            state.purgedThrough = row.int64()
            state.generation = row.int64()
            return state
        }
    }

    func lockIfFree(_ source: DataSourceID) throws -> SyncState? { try lock(source) }

    func save(_ state: SyncState) throws {
        try transaction.connection.run(
            """
            UPDATE source_sync SET fence = ?2, batch_no = ?3, feed_seq = ?4, feed_epoch = ?5, purged_through = ?6,
              generation = ?7
            WHERE source_no = ?1
            """, transaction.requiredNumber(of: state.source), state.fence, state.batchNumber, state.feedSeq,
            state.feedEpoch, state.purgedThrough, state.generation)
    }

    func entity(_ name: String, of source: DataSourceID) throws -> EntityState? {
        guard let number = try transaction.number(of: source) else { return nil }
        return try transaction.connection.first(
            """
            SELECT \(Self.entityColumns) FROM entities
            WHERE source_no = ?1 AND name = ?2 AND generation IS NOT NULL
            """, number, name, read: Self.read)
    }

    func entities(of source: DataSourceID) throws -> [EntityState] {
        guard let number = try transaction.number(of: source) else { return [] }
        return try transaction.connection.all(
            """
            SELECT \(Self.entityColumns) FROM entities
            WHERE source_no = ?1 AND generation IS NOT NULL ORDER BY name
            """, number, read: Self.read)
    }

    func saveEntity(_ state: EntityState, of source: DataSourceID) throws {
        try transaction.connection.run(
            """
            INSERT INTO entities (source_no, name, generation, primary_key, state, is_complete, full_read_at,
              deletes_to_review)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (source_no, name) DO UPDATE SET generation = excluded.generation,
              primary_key = excluded.primary_key, state = excluded.state, is_complete = excluded.is_complete,
              full_read_at = excluded.full_read_at, deletes_to_review = excluded.deletes_to_review
            """, transaction.requiredNumber(of: source), state.name, state.generation,
            StoredDocument.strings(state.primaryKey), state.state, state.isComplete, state.fullReadAt,
            state.deletesToReview)
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
