import Domain
import StoreRows

@testable import StoreSQLite

/// Reads changed rows as they are inside the transaction that changed them.
struct RowReading {
    let connection: Connection
    let truth: Truth

    func sourceID(ofSource row: Int64) throws -> (id: String, tenant: String)? {
        try connection.first("SELECT ds_id, tenant_id FROM datasources WHERE rowid = ?1", row) { row in
            (try row.text(), try row.text())
        }
    }

    func sourceID(ofRun row: Int64) throws -> (id: String, run: String)? {
        try connection.first("SELECT ds_id, run_id FROM runs WHERE rowid = ?1", row) { row in
            (try row.text(), try row.text())
        }
    }

    func sourceID(ofSync number: Int64) throws -> String? {
        try connection.first("SELECT ds_id FROM source_sync WHERE source_no = ?1", number) { row in try row.text() }
    }

    func readSource(_ row: Int64, into model: inout SourceModel) throws {
        let found = try connection.first(
            """
            SELECT name, config, config ->> 'host', schedule, entities, deleted_at, config_version, status, next_sync_at, last_error
            FROM datasources WHERE rowid = ?1
            """, row
        ) { row in
            let wishes = SourceModel.Wishes(
                name: try row.text(), config: try row.text(), host: row.optionalText() ?? "",
                schedule: row.optionalText(),
                entities: row.optionalText(), deletedAt: row.optionalInt64(), configVersion: row.int())
            return (wishes, try row.text(), row.optionalInt64(), row.optionalText())
        }
        guard let found else { throw Broken("a DataSource is gone from its table") }
        (model.wishes, model.status, model.nextSyncAt, model.lastError) = found
    }

    func sync(_ number: Int64) throws -> SourceModel.Sync {
        let found = try connection.first(
            """
            SELECT fence, batch_no, feed_seq, feed_epoch, purged_through, generation FROM source_sync
            WHERE source_no = ?1
            """, number
        ) { row in
            SourceModel.Sync(
                fence: row.int64(), batch: row.int64(), seq: row.int64(), epoch: row.int64(), purged: row.int64(),
                generation: row.int64())
        }
        guard let found else { throw Broken("a sync row is gone") }
        return found
    }

    func entity(_ number: Int64) throws -> (source: Int64, SourceModel.Entity) {
        let found = try connection.first(
            """
            SELECT source_no, name, live, kept, state, generation, is_complete, full_read_at, deletes_to_review
            FROM entities WHERE entity_no = ?1
            """, number
        ) { row in
            (
                row.int64(),
                SourceModel.Entity(
                    name: try row.text(), live: row.int(), kept: row.int(), state: row.optionalBlob(),
                    generation: row.optionalInt64() ?? 0, isComplete: row.flag(), fullReadAt: row.optionalInt64(),
                    review: row.optionalInt())
            )
        }
        guard let found else { throw Broken("an entity's row is gone") }
        return found
    }

    /// nil when it is no longer there.
    func record(_ id: Int64) throws -> (source: Int64, SourceModel.Record)? {
        try connection.first(
            """
            SELECT source_no, entity_no, key, version, seq, deleted_at IS NOT NULL, hash_high, hash_low, data
            FROM records WHERE id = ?1
            """, id
        ) { row in
            let (source, entity) = (row.int64(), row.int64())
            guard let key = truth.key(of: row.blob()) else { throw Broken("a record's key is no source's") }
            var record = SourceModel.Record(entity: entity, key: key, version: row.int(), seq: row.int64())
            let isDeleted = row.flag()
            let (content, hashedKey, body) = (row.int(), row.int(), row.optionalBlob())
            try require(isDeleted == (body == nil), "record \(key) is half deleted")
            if isDeleted { return (source, record) }
            record.content = content
            try require(
                hashedKey == key && body == Truth.body(Truth.Row(key: key, content: content, cursor: 0)),
                "record \(key)'s body isn't what its hash says")
            return (source, record)
        }
    }

    func run(_ row: Int64) throws -> SourceModel.Run? {
        try connection.first(
            """
            SELECT run_id, status, worker_id, fence, attempt, lease_until, scheduled_for, cause, allows_deletes,
              requested_mode, error ->> 'code',
              (SELECT coalesce(sum(value ->> 'read'), 0) FROM json_each(entities)),
              (SELECT coalesce(sum(value ->> 'rejected'), 0) FROM json_each(entities)),
              (SELECT coalesce(group_concat(value ->> 'name' || ':' || (value ->> 'mode')), '') FROM json_each(entities))
            FROM runs WHERE rowid = ?1
            """, row
        ) { row in
            SourceModel.Run(
                id: try row.text(), status: try row.text(), worker: row.optionalText(), fence: row.optionalInt64(),
                attempt: row.int(), leaseUntil: row.optionalInt64(), scheduledFor: row.optionalInt64(),
                cause: try row.text(), allowsDeletes: row.flag(), requestedMode: row.optionalText(),
                error: row.optionalText(), read: row.int(), rejected: row.int(), entities: try row.text())
        }
    }
}
