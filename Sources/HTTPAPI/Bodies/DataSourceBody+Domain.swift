public import Domain
import JSON
import Registry
import WireAPI

extension DataSourceBody {
    init(_ source: DataSource) {
        self.init(
            id: source.id.rawValue, tenantID: source.tenant.rawValue, appID: source.app?.rawValue,
            createdAt: source.createdAt.rfc3339, updatedAt: source.updatedAt.rfc3339, createdBy: source.createdBy,
            updatedBy: source.updatedBy, source: source.provenance, sourceType: source.sourceType.rawValue,
            isDeleted: source.isDeleted, deletedAt: source.deletedAt?.rfc3339, deletedBy: source.deletedBy,
            schemaVersion: source.schemaVersion, name: source.name, type: source.type,
            status: source.status.rawValue, lastSyncAt: source.lastSyncAt?.rfc3339,
            nextSyncAt: source.nextSyncAt?.rfc3339, syncedEntities: source.syncedEntities, config: source.config,
            secretFields: source.secrets.keys.sorted(), syncSchedule: source.schedule,
            entities: source.entities?.map(EntitySelectionBody.init),
            lastError: source.lastError.map(LastErrorBody.init),
            consecutiveFailures: source.consecutiveFailures, activeRunID: source.activeRun?.rawValue,
            connectorVersion: source.connectorVersion)
    }
}

extension SourceText {
    /// As this API's answers show DataSources.
    public static let answers = SourceText { DataSourceBody($0).serialized() }
}

extension Page<RawJSON> {
    /// A page whose items' text has its commas already: it stands for one item.
    init(_ list: SourceList) {
        self.init(
            items: list.page.count == 0 ? [] : [RawJSON(unchecked: list.page.text)],
            nextCursor: list.cursor.map { CursorText.encode($0) }, total: list.total)
    }
}

extension EntitySelectionBody {
    init(_ selection: EntitySelection) {
        self.init(
            name: selection.name, mode: selection.mode.rawValue, cursorField: selection.cursorField,
            primaryKey: selection.primaryKey, fullEvery: selection.fullEvery)
    }
}

extension LastErrorBody {
    init(_ error: RunError) {
        self.init(
            code: error.code, message: error.message, recovery: error.recovery.rawValue, at: error.at.rfc3339,
            runID: error.run.rawValue)
    }
}
