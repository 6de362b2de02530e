import Domain
import LibPQ
import StoreAPI
import StoreRows

/// How a record is read from its row.
enum RecordRow {
    static let columns = "key, data, seq, version, created_at, updated_at, deleted_at, run"

    static func read(_ row: inout Row, entity: String) -> StoredRecord {
        StoredRecord(
            entity: entity, key: row.blob(), body: row.optionalBlob(), seq: row.int64(), version: row.int(),
            createdAt: row.time(), updatedAt: row.time(), deletedAt: row.optionalTime(),
            run: row.optionalBlob().map { RunID(mark: $0) })
    }
}

/// A page of records, fetched a few at a time so that the bodies of one answer are bounded too (Invariant 8).
struct RecordFetch {
    /// The first piece; as long as bodies are small the next is larger.
    private static let firstPiece = 64

    let limit: Int

    /// `fetch` gives at most so many records behind the last that was given.
    func page(_ fetch: (_ after: StoredRecord?, _ limit: Int) throws -> [StoredRecord]) throws -> [StoredRecord] {
        var page = RecordPage()
        var piece = Self.firstPiece
        while page.records.count < limit {
            let asked = min(piece, limit - page.records.count)
            let records = try fetch(page.records.last, asked)
            for record in records {
                guard page.append(record) else { return page.records }
            }
            if records.count < asked { break }
            let bytes = records.reduce(1) { $0 + ($1.body?.count ?? 0) }
            piece = max(1, min(512, records.count * (maxPageBytes / 4) / bytes))
        }
        return page.records
    }
}

/// One entity's records by key, filtered.
struct RecordListing {
    /// Keys that a query may name.
    private static let maxKeys = 500

    let query: RecordQuery
    let entity: EntityRow
    let transaction: PostgresTransaction

    private static let shown = "($4 OR deleted_at IS NULL) AND ($5 IS NULL OR updated_at > $5)"
    private static let filter = "tenant_id = $1 AND source_no = $2 AND entity_no = $3 AND \(shown)"
    private static let page = """
        SELECT \(RecordRow.columns) FROM records WHERE \(filter) AND key > $6 ORDER BY key LIMIT $7
        """
    /// One look-up in the primary key for each key, as ``RecordLookUp`` does it.
    private static let pageOfKeys = """
        SELECT \(RecordRow.columns) FROM (SELECT DISTINCT wanted FROM unnest($8::bytea[]) AS k (wanted)) k
        CROSS JOIN LATERAL (
          SELECT \(RecordRow.columns) FROM records
          WHERE tenant_id = $1 AND source_no = $2 AND entity_no = $3 AND key >= k.wanted ORDER BY key LIMIT 1) r
        WHERE key = wanted AND key > $6 AND \(shown)
        ORDER BY key LIMIT $7
        """
    private static let countOfKeys = """
        SELECT count(*) FROM (SELECT DISTINCT wanted FROM unnest($6::bytea[]) AS k (wanted)) k
        CROSS JOIN LATERAL (
          SELECT key, deleted_at, updated_at FROM records
          WHERE tenant_id = $1 AND source_no = $2 AND entity_no = $3 AND key >= k.wanted ORDER BY key LIMIT 1) r
        WHERE key = wanted AND \(shown)
        """

    func page() throws -> [StoredRecord] {
        let keys = try keyList()
        return try RecordFetch(limit: query.limit).page { last, limit in
            var values: [any Bindable] = filterValues
            // An entity's keys are never empty, so all of them lie behind the empty one.
            values += [last?.key ?? query.after ?? [], limit] as [any Bindable]
            if let keys { values.append(keys) }
            return try transaction.link.kept(keys == nil ? Self.page : Self.pageOfKeys, values).all { row in
                RecordRow.read(&row, entity: entity.name)
            }
        }
    }

    /// The filters without the position. Constant for a query without `keys` and `updatedAfter`.
    func count() throws -> Int {
        let link = try transaction.link
        if let keys = try keyList() {
            return try link.kept(Self.countOfKeys, filterValues + [keys]).all { $0.int() }.first ?? 0
        }
        guard query.updatedAfter != nil else { return query.includesDeleted ? entity.kept : entity.live }
        return try link.kept("SELECT count(*) FROM records WHERE \(Self.filter)", filterValues).all { $0.int() }
            .first ?? 0
    }

    private var filterValues: [any Bindable] {
        [entity.id.tenant, entity.id.sourceNumber, entity.id.number, query.includesDeleted, query.updatedAfter]
    }

    private func keyList() throws -> ByteList? {
        guard let keys = query.keys else { return nil }
        guard keys.count <= Self.maxKeys else {
            throw AppError(.storeBroken, "A query names more than \(Self.maxKeys) keys.")
        }
        var list = ByteList()
        for key in keys { list.append(key) }
        return list
    }
}
