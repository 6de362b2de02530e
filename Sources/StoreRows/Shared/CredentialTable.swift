package import Domain
package import StoreAPI

/// What connectors renewed by themselves, sealed.
package struct CredentialTable<Runner: StatementRunner>: CredentialRows {
    private let runner: Runner

    package init(_ runner: Runner) { self.runner = runner }

    package func find(_ source: DataSourceID) throws -> SealedCredentials? {
        try runner.all(
            SharedStatement(
                """
                SELECT version, basis, sealed, renewer, renews_until FROM credentials
                WHERE tenant_id = ?1 AND ds_id = ?2 {lock}
                """),
            [.tenant(runner.scope.tenant), .id(source)]
        ) { row in
            SealedCredentials(
                version: row.int64(), basis: row.blob(), sealed: row.blob(), renewer: row.optionalText(),
                renewsUntil: row.optionalTime())
        }.first
    }

    package func begin(_ source: DataSourceID) throws -> SealedCredentials {
        // Whoever comes second waits for the first here.
        try runner.run(
            SharedStatement(
                """
                INSERT INTO credentials (tenant_id, ds_id, version, basis, sealed) VALUES (?1, ?2, 0, ?3, ?3)
                ON CONFLICT (tenant_id, ds_id) DO NOTHING
                """),
            [.tenant(runner.scope.tenant), .id(source), .bytes([])])
        guard let row = try find(source) else { throw StoredDocument.broken }
        return row
    }

    package func save(_ credentials: SealedCredentials, of source: DataSourceID) throws {
        let changed = try runner.run(
            SharedStatement(
                """
                UPDATE credentials SET version = ?3, basis = ?4, sealed = ?5, renewer = ?6, renews_until = ?7
                WHERE tenant_id = ?1 AND ds_id = ?2
                """),
            [
                .tenant(runner.scope.tenant), .id(source), .integer(credentials.version), .bytes(credentials.basis),
                .bytes(credentials.sealed), .text(credentials.renewer), .time(credentials.renewsUntil),
            ])
        guard changed == 1 else { throw StoredDocument.broken }
    }

    package func remove(_ source: DataSourceID) throws {
        try runner.run(
            SharedStatement("DELETE FROM credentials WHERE tenant_id = ?1 AND ds_id = ?2"),
            [.tenant(runner.scope.tenant), .id(source)])
    }

    package func removeAll(deletedBefore time: Timestamp) throws {
        try runner.run(
            SharedStatement(
                """
                DELETE FROM credentials WHERE tenant_id = ?1 AND ds_id IN (
                  SELECT ds_id FROM datasources
                  WHERE tenant_id = ?1 AND (?2 IS NULL OR app_id = ?2) AND deleted_at < ?3)
                """),
            [.tenant(runner.scope.tenant), .text(runner.scope.app?.rawValue), .time(time)])
    }
}
