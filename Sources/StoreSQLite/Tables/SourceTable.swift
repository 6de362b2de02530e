import Domain
import StoreAPI
import StoreRows

/// The registered DataSources.
struct SourceTable: DataSourceRows {
    let transaction: SQLiteTransaction

    /// A tenant's rows lie next to each other, so that a page of them is on few pages of the file: row ids have ranges, chosen
    /// by the tenant's hash, and tenants that happen to share one share it.
    private static let insert: String = {
        let base = SourceRow.columns.count + 1
        return """
            INSERT INTO datasources (\(SourceRow.columns.joined(separator: ", ")), rowid)
            VALUES (\(placeholders(SourceRow.columns.count)), 1 + coalesce(
              (SELECT rowid FROM datasources WHERE rowid BETWEEN ?\(base) AND ?\(base) + 0xFFFFFFFF
               ORDER BY rowid DESC LIMIT 1), ?\(base)))
            """
    }()

    private static func firstRow(of tenant: TenantID) -> Int64 {
        Int64(StableHash.mixed(tenant.rawValue.utf8) >> 33) << 32
    }

    /// Tenant, id, Application, creation and type never change; `updated_at` never goes back.
    private static let update: String = {
        let fixed: Set = ["tenant_id", "ds_id", "app_id", "created_at", "created_by", "type"]
        let updated = (SourceRow.columns.firstIndex(of: "updated_at") ?? 0) + 1
        let assignments = SourceRow.columns.enumerated().compactMap { place, column -> String? in
            if fixed.contains(column) { return nil }
            let value = "?\(place + 1)"
            switch column {
            case "updated_at": return "updated_at = max(updated_at, \(value))"
            // The text says when the row was updated: one of an earlier time isn't the row's.
            case "text_version": return "text_version = iif(updated_at > ?\(updated), NULL, \(value))"
            default: return "\(column) = \(value)"
            }
        }
        return """
            UPDATE datasources SET \(assignments.joined(separator: ", "))
            WHERE tenant_id = ?1 AND ds_id = ?2 AND app_id IS ?3
            """
    }()

    private static let selection = one(SourceRow.selection)
    private static let glance = one(SourceRow.glance)

    private static func one(_ columns: String) -> String {
        """
        SELECT \(columns) FROM datasources WHERE tenant_id = ?1 AND ds_id = ?2 AND (?3 IS NULL OR app_id = ?3)
        """
    }

    func insert(_ source: DataSource) throws {
        try requireScope(source)
        try transaction.entirely {
            let connection = try transaction.connection
            try connection.statement(Self.insert).run(
                SourceRow.values(source, text: transaction.sourceText) + [Self.firstRow(of: source.tenant)])
            try connection.run(
                """
                INSERT INTO source_sync (tenant_id, ds_id, app_id, fence, batch_no, feed_seq, feed_epoch,
                  purged_through, generation)
                VALUES (?1, ?2, ?3, 1, 0, 0, 1, 0, 1)
                """, source.tenant, source.id, source.app)
        }
    }

    func find(_ id: DataSourceID) throws -> DataSource? {
        try transaction.connection.first(
            Self.selection, transaction.scope.tenant, id, transaction.scope.app, read: SourceRow.read)
    }

    func update(_ source: DataSource) throws {
        try requireScope(source)
        let changed = try transaction.connection.statement(Self.update).run(
            SourceRow.values(source, text: transaction.sourceText))
        guard changed == 1 else { throw SQLiteTransaction.missing(source.id.rawValue) }
    }

    func list(_ query: DataSourceQuery) throws -> [DataSource] {
        var sources: [DataSource] = []
        try each(query, SourceRow.selection, limit: query.limit) { row in sources.append(try SourceRow.read(&row)) }
        return sources
    }

    func count(_ query: DataSourceQuery) throws -> Int {
        let scope = transaction.scope
        let listing = SourceListing(query: query, scope: scope)
        let connection = try transaction.connection
        guard listing.isPlain else {
            return try connection.oneTimeStatement(listing.count).first(listing.values) { $0.int() } ?? 0
        }
        return try connection.integer(
            """
            SELECT coalesce(sum(live + iif(?3, deleted, 0)), 0) FROM source_counts
            WHERE tenant_id = ?1 AND (?2 IS NULL OR app_id = ?2)
            """, scope.tenant, scope.app, query.includesDeleted)
    }

    func view(_ id: DataSourceID, includesDeleted: Bool) throws -> SourceView? {
        let version = try transaction.requiredSourceText.version
        let connection = try transaction.connection
        var isCurrent = false
        let view = try connection.first(
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
        let connection = try transaction.connection
        var left = limit
        for stretch in listing.stretches(columns) where left > 0 {
            let statement =
                try listing.isPlain ? connection.statement(stretch.sql) : connection.oneTimeStatement(stretch.sql)
            try statement.each(stretch.values + [left]) { row in
                left -= 1
                try body(&row)
                return true
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
        return try transaction.connection.run(
            """
            UPDATE datasources SET secrets = x'', text_version = NULL WHERE rowid IN (
              SELECT rowid FROM datasources
              WHERE tenant_id = ?1 AND (?2 IS NULL OR app_id = ?2) AND deleted_at < ?3 AND secrets <> x'' LIMIT ?4)
            """, transaction.scope.tenant, transaction.scope.app, time, limit)
    }

    /// Invariant 5: no row is written for another tenant or Application.
    private func requireScope(_ source: DataSource) throws {
        let scope = transaction.scope
        guard source.tenant == scope.tenant, scope.app == nil || scope.app == source.app else {
            throw SQLiteTransaction.missing(source.id.rawValue)
        }
    }
}

extension Row {
    /// The sorted value of a DataSource.
    fileprivate mutating func position(_ sort: DataSourceQuery.Sort) throws -> DataSourceQuery.Position.Value {
        sort == .name ? .text(try text()) : optionalTime().map { .time($0) } ?? .none
    }
}

/// `?1, ?2, …`
func placeholders(_ count: Int) -> String {
    (1...count).map { "?\($0)" }.joined(separator: ", ")
}
