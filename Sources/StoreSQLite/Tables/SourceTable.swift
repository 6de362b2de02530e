import Domain
import StoreAPI

/// The registered DataSources.
struct SourceTable: DataSourceRows {
    let transaction: SQLiteTransaction

    private static let insert = """
        INSERT INTO datasources (\(SourceRow.columns.joined(separator: ", ")))
        VALUES (\(placeholders(SourceRow.columns.count)))
        """

    /// Tenant, id, Application, creation and type never change; `updated_at` never goes back.
    private static let update: String = {
        let fixed: Set = ["tenant_id", "ds_id", "app_id", "created_at", "created_by", "type"]
        let assignments = SourceRow.columns.enumerated().compactMap { place, column -> String? in
            if fixed.contains(column) { return nil }
            let value = "?\(place + 1)"
            return column == "updated_at" ? "updated_at = max(updated_at, \(value))" : "\(column) = \(value)"
        }
        return """
            UPDATE datasources SET \(assignments.joined(separator: ", "))
            WHERE tenant_id = ?1 AND ds_id = ?2 AND app_id IS ?3
            """
    }()

    func insert(_ source: DataSource) throws {
        try requireScope(source)
        try transaction.entirely {
            let connection = try transaction.connection
            try connection.statement(Self.insert).run(SourceRow.values(source))
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
            """
            SELECT \(SourceRow.selection) FROM datasources
            WHERE tenant_id = ?1 AND ds_id = ?2 AND (?3 IS NULL OR app_id = ?3)
            """, transaction.scope.tenant, id, transaction.scope.app, read: SourceRow.read)
    }

    func update(_ source: DataSource) throws {
        try requireScope(source)
        let changed = try transaction.connection.statement(Self.update).run(SourceRow.values(source))
        guard changed == 1 else { throw SQLiteTransaction.missing(source.id.rawValue) }
    }

    func list(_ query: DataSourceQuery) throws -> [DataSource] {
        let listing = SourceListing(query: query, scope: transaction.scope)
        return try transaction.connection.oneTimeStatement(listing.page).all(listing.values, SourceRow.read)
    }

    func count(_ query: DataSourceQuery) throws -> Int {
        var whole = query
        whole.after = nil
        let listing = SourceListing(query: whole, scope: transaction.scope)
        return try transaction.connection.oneTimeStatement(listing.count).first(listing.values) { $0.int() } ?? 0
    }

    func eraseSecrets(deletedBefore time: Timestamp, limit: Int) throws -> Int {
        try transaction.connection.run(
            """
            UPDATE datasources SET secrets = x'' WHERE rowid IN (
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

/// `?1, ?2, …`
func placeholders(_ count: Int) -> String {
    (1...count).map { "?\($0)" }.joined(separator: ", ")
}
