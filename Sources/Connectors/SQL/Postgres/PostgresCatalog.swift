import ConnectorAPI
import Domain
import JSON
import LibPQ

/// A table or view as the server's catalogues describe it (PostgreSQL 15, 53).
struct PostgresTable: Sendable {
    var oid: UInt32
    var schema: String
    var name: String
    /// `pg_class.relkind`: r, p, v, m or f.
    var kind: Character
    /// Where its rows are stored: another one means that it was rewritten, or that a partition came or went. 0 where it
    /// has no file.
    var file: UInt32
    /// Whether the role may read some of its columns.
    var mayRead: Bool
    /// Whether its rows tell which transaction made them.
    var tellsTransactions: Bool
    var columns: [Column] = []
    /// Names of the columns of its key; empty without one.
    var primaryKey: [String] = []

    struct Column: Sendable {
        var name: String
        var number: Int
        var isNullable: Bool
        var reading: ColumnReading
        /// What a query says of it; 0 for a domain, which a query hides.
        var type: UInt32
        var typeName: String
        /// Whether its values can be part of a record's key.
        var makesKeys: Bool
    }

    /// The entity's name.
    var entity: String { "\(schema).\(name)" }
    /// Ready for a FROM. A table's rows are its own: those of tables that inherit from it are theirs.
    var source: String { (kind == "r" ? "ONLY " : "") + qualifiedName }
    var qualifiedName: String { "\(SQL.quoted(schema)).\(SQL.quoted(name))" }
    /// Names and types of the columns as one number: after a change, stored records have another shape.
    var shape: UInt64 { StableHash.of(columns.flatMap { Array("\($0.name)\0\($0.typeName)\0".utf8) }) }

    var description: EntityDescription {
        let properties = columns.map { ($0.name, $0.reading.schema(isNullable: $0.isNullable)) }
        let cursors = columns.filter { $0.reading.cursorKind != nil }.map(\.name)
        return EntityDescription(
            name: entity, jsonSchema: ["type": "object", "properties": .object(JSONObject(properties))],
            primaryKey: primaryKey, modes: cursors.isEmpty ? [.full] : [.full, .incremental], cursorFields: cursors,
            refusal: mayRead ? nil : PostgresError(.refusal, sqlState: "42501").failure(entity) as? AppError)
    }
}

/// Reads the catalogues, as far as the config asks for them.
struct PostgresCatalog {
    static let mostTables = 10_000

    let connection: PostgresConnection
    let config: PostgresConfig

    /// The tables and views that the source offers, by name; with columns and keys.
    func tables() throws -> [PostgresTable] { try described(named()) }

    /// The same without columns and keys.
    func named() throws -> [PostgresTable] {
        try requireSchemas()
        let filters = [config.schemas.map(Self.json), config.tables.likes.map(Self.json)]
        let found = try connection.rows(Self.tablesSQL, filters, columns: 7)
        guard found.count <= Self.mostTables else {
            throw AppError.source(
                .postgresTooManyTables, ErrorCode.postgresTooManyTables.summary, recovery: .fixConfig)
        }
        let all = found.compactMap(Self.table)
        try config.tables.requireAll(of: all.map { ($0.schema, $0.name) })
        let tables = all.filter { config.tables.admits(schema: $0.schema, table: $0.name) }
        guard Set(tables.map(\.entity)).count == tables.count else {
            throw AppError.source(
                .postgresEntityNameClash, ErrorCode.postgresEntityNameClash.summary, recovery: .fixConfig)
        }
        return tables
    }

    /// A schema that is named in vain is a mistake worth telling.
    func requireSchemas() throws {
        guard let schemas = config.schemas else { return }
        let known = Set(
            try connection.rows(Self.schemasSQL, [Self.json(schemas)], columns: 1).compactMap { $0.first ?? nil })
        guard let missing = schemas.first(where: { !known.contains($0) }) else { return }
        throw AppError.source(
            .postgresSchemaUnknown, "the database has no schema \(missing) that the user may use", recovery: .fixConfig)
    }

    private func described(_ tables: [PostgresTable]) throws -> [PostgresTable] {
        let oids = "{" + tables.map { String($0.oid) }.joined(separator: ",") + "}"
        let columns = Dictionary(
            grouping: try connection.rows(Self.columnsSQL, [oids], columns: 10), by: { $0[0] ?? "" })
        let keys = Dictionary(
            try connection.rows(Self.keysSQL, [oids], columns: 3).map { ($0[0] ?? "", $0) },
            uniquingKeysWith: { first, _ in first }
        )
        return tables.map { table in
            var table = table
            let oid = String(table.oid)
            let all = columns[oid] ?? []
            // A role may have the right to some columns only.
            table.columns = all.filter { $0[8] == "t" }.compactMap(Self.column)
            table.primaryKey = keys[oid].flatMap { Self.key($0, of: table) } ?? []
            table.mayRead = table.mayRead && (!table.columns.isEmpty || all.isEmpty)
            return table
        }
    }

    private static func table(_ row: [String?]) -> PostgresTable? {
        guard let oid = row[0].flatMap({ UInt32($0) }), let schema = row[1], let name = row[2],
            let kind = row[3]?.first
        else { return nil }
        return PostgresTable(
            oid: oid, schema: schema, name: name, kind: kind, file: row[4].flatMap { UInt32($0) } ?? 0,
            mayRead: row[5] == "t", tellsTransactions: row[6] == "t")
    }

    private static func column(_ row: [String?]) -> PostgresTable.Column? {
        guard let number = row[1].flatMap({ Int($0) }), let name = row[2], let oid = row[4].flatMap({ UInt32($0) })
        else { return nil }
        let element = row[6].flatMap { UInt32($0) } ?? 0
        let type = PostgresType(
            oid: oid, name: row[5] ?? "", kind: row[9]?.utf8.first ?? 0, elementOID: element,
            elementKind: row[7]?.utf8.first ?? 0)
        // Arrays and json have no one text that identifies them.
        let makesKeys = element == 0 && oid != 114 && oid != 3802
        return PostgresTable.Column(
            name: name, number: number, isNullable: row[3] != "t", reading: ColumnReading(type),
            type: row[9] == "d" ? 0 : oid, typeName: row[5] ?? "", makesKeys: makesKeys)
    }

    /// nil when a column of the key can't be read or can't identify a record.
    private static func key(_ row: [String?], of table: PostgresTable) -> [String]? {
        let numbers = (row[1] ?? "").split(separator: " ").compactMap { Int($0) }
        guard let count = row[2].flatMap({ Int($0) }), count > 0 else { return nil }
        let names = numbers.prefix(count).compactMap { number in
            table.columns.first { $0.number == number && $0.makesKeys }?.name
        }
        return names.count == count ? names : nil
    }

    private static func json(_ texts: [String]) -> String {
        JSONValue.array(texts.map { .string($0) }).description
    }
}

extension PostgresCatalog {
    private static let schemasSQL = """
        SELECT nspname FROM pg_namespace
        WHERE nspname = ANY (SELECT json_array_elements_text($1::json)) AND has_schema_privilege(oid, 'USAGE')
        """

    /// Partitions are left out: their rows are those of the partitioned table. They are found without
    /// `pg_partition_tree`, which would lock them until the run's end.
    private static let tablesSQL = """
        SELECT c.oid, n.nspname, c.relname, c.relkind, COALESCE(leaves.files, c.relfilenode::int8),
          has_any_column_privilege(c.oid, 'SELECT'), c.relkind IN ('r', 'p', 'm') AND NOT COALESCE(leaves.far, false)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN LATERAL (
            WITH RECURSIVE tree(oid) AS (
              SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = c.oid
              UNION ALL SELECT i.inhrelid FROM pg_inherits i JOIN tree ON i.inhparent = tree.oid)
            SELECT bool_or(l.relkind = 'f') AS far,
              hashtext(string_agg(l.oid || ':' || l.relfilenode, ',' ORDER BY l.oid))::int8 & 4294967295 AS files
            FROM tree JOIN pg_class l ON l.oid = tree.oid WHERE l.relkind <> 'p'
          ) leaves ON c.relkind = 'p'
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND c.relpersistence <> 't'
          AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND has_schema_privilege(n.oid, 'USAGE')
          AND ($1::json IS NULL OR n.nspname = ANY (SELECT json_array_elements_text($1::json)))
          AND ($2::json IS NULL OR c.relname LIKE ANY (SELECT json_array_elements_text($2::json))
            OR n.nspname || '.' || c.relname LIKE ANY (SELECT json_array_elements_text($2::json)))
        ORDER BY n.nspname, c.relname LIMIT \(mostTables + 1)
        """

    private static let columnsSQL = """
        SELECT a.attrelid, a.attnum, a.attname, a.attnotnull, t.oid, format_type(t.oid, NULL), e.oid, e.typtype,
          has_column_privilege(a.attrelid, a.attnum, 'SELECT'), t.typtype
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
          LEFT JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
        WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attrelid, a.attnum
        """

    /// One key a table: its primary key, else the shortest unique index over columns that are never null.
    private static let keysSQL = """
        SELECT DISTINCT ON (i.indrelid) i.indrelid, i.indkey::text, i.indnkeyatts
        FROM pg_index i
        WHERE i.indrelid = ANY ($1::oid[]) AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
          AND i.indexprs IS NULL AND NOT EXISTS (
            SELECT FROM generate_series(0, i.indnkeyatts - 1) place
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[place]
            WHERE NOT a.attnotnull)
        ORDER BY i.indrelid, i.indisprimary DESC, i.indisreplident DESC, i.indnkeyatts, i.indexrelid
        """
}

/// Text that goes into a statement.
enum SQL {
    /// An identifier in quotes (PostgreSQL 15, 4.1.1).
    static func quoted(_ name: String) -> String {
        "\"" + name.replacing("\"", with: "\"\"") + "\""
    }
}
