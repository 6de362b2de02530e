package import Domain
import StoreAPI

/// The manifests of a tenant's declarative connectors.
package struct ManifestTable<Runner: StatementRunner>: ManifestRows {
    private let runner: Runner

    package init(_ runner: Runner) { self.runner = runner }

    private static var columns: String { "type, version, text, created_at, created_by, offered_at" }

    package func save(_ manifest: ConnectorManifest) throws {
        try runner.run(
            SharedStatement(
                """
                INSERT INTO manifests (tenant_id, \(Self.columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                ON CONFLICT (tenant_id, type, version)
                DO UPDATE SET offered_at = coalesce(excluded.offered_at, manifests.offered_at)
                """),
            [
                .tenant(runner.scope.tenant), .text(manifest.type), .text(manifest.version), .text(manifest.text),
                .time(manifest.createdAt), .text(manifest.createdBy), .time(manifest.offeredAt),
            ])
    }

    package func find(_ type: String, version: String) throws -> ConnectorManifest? {
        try runner.all(
            SharedStatement(
                "SELECT \(Self.columns) FROM manifests WHERE tenant_id = ?1 AND type = ?2 AND version = ?3"),
            [.tenant(runner.scope.tenant), .text(type), .text(version)], read: Self.read
        ).first
    }

    package func contains(_ type: String, version: String) throws -> Bool {
        try !runner.all(
            SharedStatement("SELECT 1 FROM manifests WHERE tenant_id = ?1 AND type = ?2 AND version = ?3"),
            [.tenant(runner.scope.tenant), .text(type), .text(version)], read: { _ in true }
        ).isEmpty
    }

    package func offered(_ type: String) throws -> ConnectorManifest? {
        try runner.all(
            SharedStatement(
                """
                SELECT \(Self.columns) FROM manifests
                WHERE tenant_id = ?1 AND type = ?2 AND offered_at IS NOT NULL ORDER BY offered_at DESC LIMIT 1 {lock}
                """),
            [.tenant(runner.scope.tenant), .text(type)], read: Self.read
        ).first
    }

    package func offered() throws -> [ConnectorManifest] {
        try runner.all(
            SharedStatement(
                """
                SELECT \(Self.columns) FROM manifests m
                WHERE tenant_id = ?1 AND offered_at = (
                  SELECT max(offered_at) FROM manifests n WHERE n.tenant_id = m.tenant_id AND n.type = m.type)
                ORDER BY type LIMIT ?2
                """),
            [.tenant(runner.scope.tenant), .integer(Int64(ConnectorManifest.mostTypes))], read: Self.read)
    }

    private static func read(_ row: inout Runner.AnswerRow) throws -> ConnectorManifest {
        ConnectorManifest(
            type: try row.text(), version: try row.text(), text: try row.text(), createdAt: row.time(),
            createdBy: try row.text(), offeredAt: row.optionalTime())
    }
}
