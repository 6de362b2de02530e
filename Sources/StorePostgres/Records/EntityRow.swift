import Domain
import LibPQ
import StoreRows

/// The counters of one entity: moved by every write of its records, in the same transaction.
struct EntityRow {
    let id: EntityName
    let name: String
    /// Live records.
    var live: Int
    /// Live records and tombstones.
    var kept: Int
    /// Whether the newest complete read missed any.
    let hasMissing: Bool

    static func find(_ name: String, of source: DataSourceID, _ transaction: PostgresTransaction) throws -> EntityRow? {
        try transaction.link.first(
            "SELECT \(columns) FROM entities WHERE tenant_id = $1 AND ds_id = $2 AND name = $3",
            transaction.scope.tenant, source, name
        ) { row in try read(&row, source, transaction) }
    }

    static func all(of source: DataSourceID, _ transaction: PostgresTransaction) throws -> [EntityRow] {
        try transaction.link.all(
            "SELECT \(columns) FROM entities WHERE tenant_id = $1 AND ds_id = $2 ORDER BY name",
            transaction.scope.tenant, source
        ) { row in try read(&row, source, transaction) }
    }

    /// Needs the DataSource's lock.
    static func findOrInsert(
        _ name: String, of source: DataSourceID, _ transaction: PostgresTransaction
    ) throws -> EntityRow {
        if let row = try find(name, of: source, transaction) { return row }
        let row = try transaction.link.first(
            """
            INSERT INTO entities (tenant_id, ds_id, entity_no, name)
            SELECT $1, $2, 1 + coalesce(max(entity_no), 0), $3 FROM entities WHERE tenant_id = $1 AND ds_id = $2
            RETURNING \(columns)
            """, transaction.scope.tenant, source, name
        ) { row in try read(&row, source, transaction) }
        guard let row else { throw Row.broken }
        return row
    }

    func save(_ link: Link) throws {
        try link.run(
            "UPDATE entities SET live = $4, kept = $5 WHERE tenant_id = $1 AND ds_id = $2 AND entity_no = $3",
            id.tenant, id.source, id.number, live, kept)
    }

    private static let columns = """
        entity_no, \(sourceNumber), name, live, kept, EXISTS (
          SELECT 1 FROM absent a
          WHERE a.tenant_id = $1 AND a.source_no = \(sourceNumber) AND a.entity_no = entities.entity_no)
        """
    private static let sourceNumber = "(SELECT s.source_no FROM source_sync s WHERE s.tenant_id = $1 AND s.ds_id = $2)"

    private static func read(
        _ row: inout Row, _ source: DataSourceID, _ transaction: PostgresTransaction
    ) throws -> EntityRow {
        let number = row.int64()
        let id = EntityName(
            tenant: transaction.scope.tenant, source: source, sourceNumber: row.int64(), number: number)
        return EntityRow(
            id: id, name: try row.text(), live: row.int(), kept: row.int(), hasMissing: row.flag())
    }
}
