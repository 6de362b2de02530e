package import Domain
import JSON
import StoreAPI

/// How a DataSource is kept in its row.
package enum SourceRow {
    /// In the order of the values that a store binds.
    package static let columns = [
        "tenant_id", "ds_id", "app_id", "created_at", "updated_at", "created_by", "updated_by", "provenance",
        "source_type", "deleted_at", "deleted_by", "schema_version", "name", "type", "status", "last_sync_at",
        "next_sync_at", "synced_entities", "config", "secrets", "schedule", "entities", "last_error",
        "consecutive_failures", "config_version", "sync_version", "connector_version", "name_folded", "text_version",
        "text",
    ]

    /// What ``read(_:)`` takes: the columns but the last three, then the active run. `tenant` is the tenant's parameter.
    package static func selection(tenant: String) -> String {
        "\(columns.dropLast(3).joined(separator: ", ")), \(activeRun(tenant))"
    }

    /// What ``SourceGlance`` takes.
    package static func glance(tenant: String) -> String {
        "text_version, \(activeRun(tenant)), text, ds_id, config_version, sync_version, deleted_at"
    }

    /// Looked up row by row only where the tenant has any active run, which is looked up once.
    private static func activeRun(_ tenant: String) -> String {
        """
        CASE WHEN EXISTS (SELECT 1 FROM runs WHERE tenant_id = \(tenant) AND status IN ('queued', 'running')) THEN
        (SELECT run_id FROM runs
          WHERE runs.tenant_id = datasources.tenant_id AND runs.ds_id = datasources.ds_id
            AND runs.status IN ('queued', 'running')) END
        """
    }

    /// What a case-insensitive search compares.
    package static func fold(_ name: String) -> String { name.lowercased() }

    /// Throws `store.newer` for a document of a newer program.
    package static func read(_ row: inout some StoredRow) throws -> DataSource {
        let tenant = try row.tenant()
        let id = try row.id(DataSourceKind.self)
        let app = try row.app()
        let createdAt = row.time()
        let updatedAt = row.time()
        let createdBy = try row.text()
        var source = DataSource(
            id: id, tenant: tenant, app: app, createdAt: createdAt, createdBy: createdBy, name: "", type: "")
        source.updatedAt = updatedAt
        source.updatedBy = try row.text()
        source.provenance = try row.text()
        source.sourceType = try row.choice()
        source.deletedAt = row.optionalTime()
        source.deletedBy = row.optionalText()
        source.schemaVersion = row.int()
        guard source.schemaVersion <= DataSource.currentSchemaVersion else {
            throw AppError(.storeNewer, "\(id) was written by a newer version of Tributary; start that one.")
        }
        try readDocument(&row, into: &source)
        return source
    }

    private static func readDocument(_ row: inout some StoredRow, into source: inout DataSource) throws {
        source.name = try row.text()
        source.type = try row.text()
        source.status = try row.choice()
        source.lastSyncAt = row.optionalTime()
        source.nextSyncAt = row.optionalTime()
        source.syncedEntities = try StoredDocument.counts(row.text())
        source.config = try StoredDocument.object(row.text())
        source.secrets = try SealedSecrets.decode(row.blob())
        source.schedule = row.optionalText()
        source.entities = try row.optionalText().map(EntitySelection.list)
        source.lastError = try row.optionalText().map { try RunError(document: $0) }
        source.consecutiveFailures = row.int()
        source.configVersion = row.int()
        source.syncVersion = row.int()
        source.connectorVersion = row.optionalText()
        source.activeRun = try row.optionalText().map { text in
            guard let run = RunID(text) else { throw StoredDocument.broken }
            return run
        }
    }
}
