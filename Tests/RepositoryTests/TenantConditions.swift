/// Every statement of a store names the tenant for every table that it touches (Invariant 5). What is looked at is the text of
/// the statements, as the sources have it.
enum TenantConditions {
    private static let tables: Set = [
        "datasources", "source_sync", "entities", "records", "absent", "runs", "rejects", "data_keys", "issuer_keys",
        "applications", "api_keys", "audit", "kept_answers",
    ]

    /// Pieces of text that stand in statements and have the tenant in them; each begins its condition or its list of columns.
    private static let pieces = [
        "\\(Self.inScope)", "\\(condition)", "\\(filter)", "\\(Self.filter)", "\\(self.conditions)", "\\(([conditions]",
        "(\\(Self.columns))", "(\\(selection))", "(\\(RunRow.selection))", "(\\(SourceRow.columns",
    ]

    /// In SQLite an integer stands for a DataSource, an entity or a record; it was looked up by the tenant in the same
    /// transaction.
    private static let numbers = [
        "source_no = ?", "entity_no = ?", "WHERE id = ?", "(source_no,", "(entity_no,", "rowid BETWEEN",
    ]

    /// Files with statements over all tenants, and why.
    static let exceptions: [(path: String, reason: String)] = [
        ("Sources/StoreSQLite/Backup/SQLiteBackup.swift", "a restored database is new as a whole"),
        ("Sources/StoreSQLite/SQLiteStore.swift", "the start takes over all that a dead process left"),
        ("Sources/StoreSQLite/Tables/WaitingWork.swift", "the picks over all tenants answer ids and counts"),
    ]

    /// How many statements of `file` touch a tenant's table, and those that don't name a tenant for each.
    static func look(at file: SourceTree.File) -> (statements: Int, open: [String]) {
        guard !exceptions.contains(where: { $0.path == file.path }) else { return (0, []) }
        let isSQLite = file.path.hasPrefix("Sources/StoreSQLite/")
        let statements = literals(of: file.text).map { (text: $0, count: references(in: $0)) }.filter { $0.count > 0 }
        let open = statements.filter { statement in
            let named =
                count("tenant_id", in: statement.text)
                + pieces.reduce(0) { $0 + count($1, in: statement.text) }
            let isByNumber = isSQLite && numbers.contains { statement.text.contains($0) }
            return isSQLite ? named == 0 && !isByNumber : named < statement.count
        }
        return (statements.count, open.map(\.text))
    }

    private static func references(in text: String) -> Int {
        let words = text.split { $0 == " " || $0 == "\n" || $0 == "(" || $0 == ")" || $0 == "," }
        return zip(words, words.dropFirst()).count { word, next in
            ["FROM", "JOIN", "INTO", "UPDATE"].contains(word) && tables.contains(String(next))
        }
    }

    private static func count(_ piece: String, in text: String) -> Int { text.ranges(of: piece).count }

    /// The texts between quotes, of one line and of many.
    private static func literals(of text: String) -> [String] {
        var long: [String] = []
        var short: [String] = []
        for (place, part) in text.split(separator: "\"\"\"", omittingEmptySubsequences: false).enumerated() {
            guard place.isMultiple(of: 2) else {
                long.append(String(part))
                continue
            }
            for line in part.split(separator: "\n") {
                let pieces = line.split(separator: "\"", omittingEmptySubsequences: false)
                // A statement with a quoted text in it is looked at from its first quote to its last.
                if pieces.count > 2 { short.append(pieces[1..<pieces.count - 1].joined(separator: "\"")) }
            }
        }
        return long + short
    }
}
