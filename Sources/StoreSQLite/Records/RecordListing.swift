import Domain
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

/// One entity's records by key, filtered.
struct RecordListing {
    /// Keys that a query may name.
    private static let maxKeys = 500

    let query: RecordQuery
    let entity: EntityRow
    let connection: Connection

    func page() throws -> [StoredRecord] {
        if let keys = query.keys { return try page(of: keys) }
        var page = RecordPage()
        try connection.statement(
            """
            SELECT \(RecordRow.columns) FROM records
            WHERE entity_no = ?1 AND \(Self.filter) AND key > ?4 ORDER BY key LIMIT ?5
            """
        ).each([entity.number, query.includesDeleted, query.updatedAfter, query.after ?? [], query.limit]) { row in
            page.append(RecordRow.read(&row, entity: entity.name))
        }
        return page.records
    }

    /// The filters without the position. Constant for a query without `keys` and `updatedAfter`.
    func count() throws -> Int {
        if let keys = query.keys {
            var whole = query
            whole.after = nil
            whole.limit = Self.maxKeys
            return try RecordListing(query: whole, entity: entity, connection: connection).page(of: keys).count
        }
        guard let after = query.updatedAfter else { return query.includesDeleted ? entity.kept : entity.live }
        return try connection.integer(
            "SELECT count(*) FROM records WHERE entity_no = ?1 AND \(Self.filter)", entity.number,
            query.includesDeleted, after)
    }

    private func page(of keys: [[UInt8]]) throws -> [StoredRecord] {
        guard keys.count <= Self.maxKeys else {
            throw AppError(.storeBroken, "A query names more than \(Self.maxKeys) keys.")
        }
        var page = RecordPage()
        let find = try connection.statement(
            "SELECT \(RecordRow.columns) FROM records WHERE entity_no = ?1 AND \(Self.filter) AND key = ?4")
        for key in Set(keys).sorted(by: { $0.lexicographicallyPrecedes($1) })
        where query.after.map({ $0.lexicographicallyPrecedes(key) }) ?? true {
            let record = try find.first([entity.number, query.includesDeleted, query.updatedAfter, key]) { row in
                RecordRow.read(&row, entity: entity.name)
            }
            guard let record else { continue }
            guard page.append(record), page.records.count < query.limit else { break }
        }
        return page.records
    }

    private static let filter = "(?2 OR deleted_at IS NULL) AND (?3 IS NULL OR updated_at > ?3)"
}
