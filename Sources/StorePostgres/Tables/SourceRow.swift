import Domain
import JSON
import StoreAPI
import StoreRows

extension SourceRow {
    static let selection = selection(tenant: "$1")
    static let glance = glance(tenant: "$1")

    /// In the order of ``columns``.
    ///
    /// `text` writes the answer that is kept with the row: that of the DataSource without an active run, which comes and
    /// goes without a change of the row.
    static func values(_ source: DataSource, text: SourceText?) -> [any Bindable] {
        var idle = source
        idle.activeRun = nil
        return [
            source.tenant, source.id, source.app, source.createdAt, source.updatedAt, source.createdBy,
            source.updatedBy, source.provenance, source.sourceType.rawValue, source.deletedAt, source.deletedBy,
            source.schemaVersion, source.name, source.type, source.status.rawValue, source.lastSyncAt,
            source.nextSyncAt, StoredDocument.counts(source.syncedEntities), source.config.description,
            SealedSecrets.encode(source.secrets), source.schedule, source.entities.map(EntitySelection.document),
            source.lastError?.document, source.consecutiveFailures, source.configVersion, source.syncVersion,
            source.connectorVersion, fold(source.name), text?.version, text?.write(idle),
        ]
    }
}
