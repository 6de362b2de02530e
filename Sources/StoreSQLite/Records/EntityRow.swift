import Domain
import StoreRows

/// The counters of one entity: moved by every write of its records, in the same transaction.
struct EntityRow {
    let number: Int64
    let name: String
    /// Live records.
    var live: Int
    /// Live records and tombstones.
    var kept: Int

    static func find(_ name: String, of source: Int64, _ connection: Connection) throws -> EntityRow? {
        try connection.first(
            "SELECT \(columns) FROM entities WHERE source_no = ?1 AND name = ?2", source, name, read: read)
    }

    static func all(of source: Int64, _ connection: Connection) throws -> [EntityRow] {
        try connection.all(
            "SELECT \(columns) FROM entities WHERE source_no = ?1 ORDER BY name", source, read: read)
    }

    static func findOrInsert(_ name: String, of source: Int64, _ connection: Connection) throws -> EntityRow {
        if let row = try find(name, of: source, connection) { return row }
        let row = try connection.first(
            "INSERT INTO entities (source_no, name) VALUES (?1, ?2) RETURNING \(columns)", source, name, read: read)
        guard let row else { throw Row.broken }
        return row
    }

    func save(_ connection: Connection) throws {
        try connection.run("UPDATE entities SET live = ?2, kept = ?3 WHERE entity_no = ?1", number, live, kept)
    }

    private static let columns = "entity_no, name, live, kept"

    private static func read(_ row: inout Row) throws -> EntityRow {
        EntityRow(number: row.int64(), name: try row.text(), live: row.int(), kept: row.int())
    }
}
