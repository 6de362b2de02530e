import ConnectorAPI
import Domain

/// Reads what tables and views a database has.
struct SQLiteCatalog {
    /// How many tables and views a source may offer.
    static let mostTables = 10_000
    /// How many views a schema may have: SQLite looks into all of them, each inside the one that uses it, on the stack.
    static let mostViews = 500

    let connection: SQLiteConnection
    private let filter: TableFilter

    init(_ connection: SQLiteConnection, _ filter: TableFilter) {
        self.connection = connection
        self.filter = filter
    }

    private struct Listed {
        var name: String
        var kind: SQLiteTable.Kind
        var isStrict: Bool
        var isWithoutRowid: Bool
    }

    /// The tables and views that the config admits, by name; `names` narrows them further. Left out are SQLite's own,
    /// shadow tables, those whose names aren't UTF-8, and views and virtual tables that can't be read. Throws
    /// ``Domain/ErrorCode/sqlTableUnknown``.
    func tables(_ names: Set<String>? = nil) throws -> [SQLiteTable] {
        let listed = try list()
        if names == nil { try filter.requireAll(of: listed.map { (nil, $0.name) }) }
        let admitted = listed.filter {
            filter.admits(schema: nil, table: $0.name) && names?.contains($0.name) ?? true
        }
        guard admitted.count <= Self.mostTables else {
            throw AppError.source(
                .sqliteTooBig, "the database has more than \(Self.mostTables) tables; name those to read in tables",
                recovery: .fixConfig)
        }
        return try admitted.compactMap(table).sorted { $0.name < $1.name }
    }

    /// The names of all tables that have pages of their own, also of those that aren't offered, and of all views.
    func storedNames() throws -> (tables: Set<String>, views: Set<String>) {
        let rows = try SQLiteStatement(
            "SELECT name, type = 'view' FROM main.sqlite_schema WHERE type = 'view' OR type = 'table' AND rootpage > 0",
            on: connection, subject: "the schema")
        var names: (tables: Set<String>, views: Set<String>) = ([], [])
        while try rows.step() {
            guard let name = rows.text(0) else { continue }
            if rows.integer(1) == 0 { names.tables.insert(name) } else { names.views.insert(name) }
        }
        return names
    }

    private func list() throws -> [Listed] {
        let views = try SQLiteStatement(
            "SELECT count(*) FROM main.sqlite_schema WHERE type = 'view'", on: connection, subject: "the schema")
        guard try views.step(), views.integer(0) <= Self.mostViews else {
            throw AppError.source(
                .sqliteTooBig, "the schema has more than \(Self.mostViews) views", recovery: .fixConfig)
        }
        // schema, name, type, ncol, wr, strict
        let rows = try SQLiteStatement("PRAGMA main.table_list", on: connection, subject: "the schema")
        var found: [Listed] = []
        while try rows.step() {
            guard rows.text(0) == "main", let name = rows.text(1), !name.lowercased().hasPrefix("sqlite_") else {
                continue
            }
            let kind: SQLiteTable.Kind
            switch rows.text(2) {
            case "table": kind = .table
            case "view": kind = .view
            case "virtual": kind = .virtual
            default: continue
            }
            found.append(
                Listed(
                    name: name, kind: kind, isStrict: rows.integer(5) != 0, isWithoutRowid: rows.integer(4) != 0))
        }
        return found
    }

    private func table(_ listed: Listed) throws -> SQLiteTable? {
        try Task.checkCancellation()
        do {
            var table = SQLiteTable(
                name: listed.name, kind: listed.kind, isStrict: listed.isStrict,
                columns: try columns(of: listed.name))
            if listed.kind == .table {
                let index = try keyIndex(of: table)
                if listed.isWithoutRowid { table.keyIndex = index } else { table.rowNumber = table.rowNumber(index) }
            }
            if listed.kind != .table {
                _ = try SQLiteStatement("SELECT * FROM \(table.quotedName)", on: connection, subject: table.subject)
            }
            return table
        } catch let error as AppError
            where listed.kind != .table && !filter.names(schema: nil, table: listed.name)
            && [ErrorCode.sqliteUnsupported.code, ErrorCode.sqliteQueryFailed.code].contains(error.code)
        {
            return nil
        }
    }

    /// The index that keeps the primary key unique; nil where the rowid does.
    private func keyIndex(of table: SQLiteTable) throws -> String? {
        // seq, name, unique, origin, partial
        let rows = try SQLiteStatement(
            "PRAGMA main.index_list(\(SQLiteTable.quoted(table.name)))", on: connection, subject: table.subject)
        while try rows.step() {
            if rows.text(3) == "pk" { return rows.text(1) }
        }
        return nil
    }

    private func columns(of name: String) throws -> [SQLiteColumn] {
        // cid, name, type, notnull, dflt_value, pk, hidden
        let rows = try SQLiteStatement(
            "PRAGMA main.table_xinfo(\(SQLiteTable.quoted(name)))", on: connection, subject: "the table \(name)")
        var columns: [SQLiteColumn] = []
        while try rows.step() {
            // 1 is a virtual table's hidden column; 2 and 3 are generated ones.
            guard rows.integer(6) != 1 else { continue }
            columns.append(
                SQLiteColumn(
                    name: rows.text(1) ?? "", declaredType: rows.text(2) ?? "", isRequired: rows.integer(3) != 0,
                    keyPlace: Int(rows.integer(5))))
        }
        return columns
    }
}
