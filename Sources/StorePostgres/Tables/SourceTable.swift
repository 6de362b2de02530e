import Domain
import LibPQ
import StoreAPI
import StoreRows

/// The registered DataSources.
struct SourceTable: DataSourceRows {
    let transaction: PostgresTransaction

    private static let insert = """
        INSERT INTO datasources (\(SourceRow.columns.joined(separator: ", ")))
        VALUES (\(placeholders(SourceRow.columns.count)))
        """

    /// Tenant, id, Application, creation and type never change; `updated_at` never goes back.
    private static let update: String = {
        let fixed: Set = ["tenant_id", "ds_id", "app_id", "created_at", "created_by", "type"]
        let updated = (SourceRow.columns.firstIndex(of: "updated_at") ?? 0) + 1
        let assignments = SourceRow.columns.enumerated().compactMap { place, column -> String? in
            if fixed.contains(column) { return nil }
            let value = "$\(place + 1)"
            switch column {
            case "updated_at": return "updated_at = greatest(updated_at, \(value))"
            // The text says when the row was updated: one of an earlier time isn't the row's.
            case "text_version": return "text_version = CASE WHEN updated_at > $\(updated) THEN NULL ELSE \(value) END"
            default: return "\(column) = \(value)"
            }
        }
        return """
            UPDATE datasources SET \(assignments.joined(separator: ", "))
            WHERE tenant_id = $1 AND ds_id = $2 AND app_id IS NOT DISTINCT FROM $3
            """
    }()

    private static let selection = one(SourceRow.selection)
    private static let glance = one(SourceRow.glance)

    private static func one(_ columns: String) -> String {
        """
        SELECT \(columns) FROM datasources WHERE tenant_id = $1 AND ds_id = $2 AND ($3 IS NULL OR app_id = $3)
        """
    }

    func insert(_ source: DataSource) throws {
        try requireScope(source)
        try transaction.entirely {
            let link = try transaction.link
            _ = try link.kept(Self.insert, SourceRow.values(source, text: transaction.sourceText))
            try link.run(
                """
                INSERT INTO source_sync (tenant_id, ds_id, app_id, fence, batch_no, feed_seq, feed_epoch,
                  purged_through, generation)
                VALUES ($1, $2, $3, 1, 0, 0, 1, 0, 1)
                """, source.tenant, source.id, source.app)
        }
    }

    func find(_ id: DataSourceID) throws -> DataSource? {
        // Who reads it in a write changes it, or what hangs from it: nobody else may in between (Invariant 2).
        guard try transaction.takeTurn(at: id) else { return nil }
        return try transaction.link.first(
            Self.selection, transaction.scope.tenant, id, transaction.scope.app, read: SourceRow.read)
    }

    func update(_ source: DataSource) throws {
        try requireScope(source)
        try transaction.requireTurn(at: source.id)
        let changed = try transaction.link.kept(
            Self.update, SourceRow.values(source, text: transaction.sourceText)
        ).affected
        guard changed == 1 else { throw PostgresTransaction.missing(source.id.rawValue) }
    }

    func list(_ query: DataSourceQuery) throws -> [DataSource] {
        var sources: [DataSource] = []
        try each(query, SourceRow.selection, limit: query.limit) { row in sources.append(try SourceRow.read(&row)) }
        return sources
    }

    func count(_ query: DataSourceQuery) throws -> Int {
        let listing = SourceListing(query: query, scope: transaction.scope)
        let link = try transaction.link
        let answer =
            try listing.isPlain
            ? link.kept(listing.count, listing.values) : link.once(listing.count, listing.values)
        return try answer.all { row in row.int() }.first ?? 0
    }

    func view(_ id: DataSourceID, includesDeleted: Bool) throws -> SourceView? {
        let version = try transaction.requiredSourceText.version
        var isCurrent = false
        let view = try transaction.link.first(
            Self.glance, transaction.scope.tenant, id, transaction.scope.app
        ) { row -> SourceView? in
            var text: [UInt8] = []
            isCurrent = SourceGlance(&row, textVersion: version) { text = Array($0) }.isCurrent
            row.skip()
            let view = SourceView(text: text, configVersion: row.int(), syncVersion: row.int())
            return row.isNull() || includesDeleted ? view : nil
        }
        guard var view = view ?? nil else { return nil }
        if !isCurrent { view.text = try written(id) }
        return view
    }

    func page(_ query: DataSourceQuery) throws -> SourcePage {
        let version = try transaction.requiredSourceText.version
        var page = SourcePage()
        var last: DataSourceQuery.Position?
        // One more than the page tells whether there is a next.
        try each(query, "\(SourceRow.glance), \(query.sort.rawValue)", limit: query.limit + 1) { row in
            guard page.count < query.limit else { return page.next = last }
            let isCurrent = SourceGlance(&row, textVersion: version) { page.append($0) }.isCurrent
            guard !isCurrent || page.count == query.limit else { return }
            let id = try row.id(DataSourceKind.self)
            if !isCurrent { page.append(try written(id)) }
            for _ in 0..<3 { row.skip() }
            last = DataSourceQuery.Position(value: try row.position(query.sort), id: id)
        }
        return page
    }

    /// Hands over the rows of a page of at most `limit` in the query's order.
    private func each(
        _ query: DataSourceQuery, _ columns: String, limit: Int, _ body: (inout Row) throws -> Void
    ) throws {
        let listing = SourceListing(query: query, scope: transaction.scope)
        let link = try transaction.link
        var left = limit
        for stretch in listing.stretches(columns) where left > 0 {
            let values = stretch.values + [left]
            let answer = try listing.isPlain ? link.kept(stretch.sql, values) : link.once(stretch.sql, values)
            left -= Int(answer.rows)
            for place in 0..<answer.rows {
                var row = Row(answer, place)
                try body(&row)
            }
        }
    }

    /// The text of a row that has none of its own, or of a source with an active run, which no kept text names.
    private func written(_ id: DataSourceID) throws -> [UInt8] {
        guard let source = try find(id) else { throw Row.broken }
        return try transaction.requiredSourceText.write(source)
    }

    func eraseSecrets(deletedBefore time: Timestamp, limit: Int) throws -> Int {
        try transaction.credentials.removeAll(deletedBefore: time)
        return try transaction.link.run(
            """
            UPDATE datasources SET secrets = '', text_version = NULL
            WHERE tenant_id = $1 AND deleted_at < $3 AND secrets <> '' AND ds_id IN (
              SELECT ds_id FROM datasources
              WHERE tenant_id = $1 AND ($2 IS NULL OR app_id = $2) AND deleted_at < $3 AND secrets <> '' LIMIT $4)
            """, transaction.scope.tenant, transaction.scope.app, time, limit)
    }

    /// Invariant 5: no row is written for another tenant or Application.
    private func requireScope(_ source: DataSource) throws {
        let scope = transaction.scope
        guard source.tenant == scope.tenant, scope.app == nil || scope.app == source.app else {
            throw PostgresTransaction.missing(source.id.rawValue)
        }
    }
}

extension Row {
    /// The sorted value of a DataSource.
    fileprivate mutating func position(_ sort: DataSourceQuery.Sort) throws -> DataSourceQuery.Position.Value {
        sort == .name ? .text(try text()) : optionalTime().map { .time($0) } ?? .none
    }
}
