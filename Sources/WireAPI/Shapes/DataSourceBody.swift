public import JSON

/// One registered external system.
///
/// Times are RFC 3339 in UTC with milliseconds.
public struct DataSourceBody: WireValue, Hashable {
    /// `ds_` and a ULID.
    public var id: String
    /// Stamped from the token.
    public var tenantID: String
    /// The Application that it belongs to; left out where there is none.
    public var appID: String?
    /// When it was registered.
    public var createdAt: String
    /// When it last changed; never goes back.
    public var updatedAt: String
    /// `sub` of the token that created it.
    public var createdBy: String
    /// `sub` of the last writer's token.
    public var updatedBy: String
    /// Provenance tag: 1 to 64 of `[a-z0-9._-]`.
    public var source: String
    /// `frontend backend server system api`.
    public var sourceType: String
    /// Whether it is soft-deleted.
    public var isDeleted: Bool
    /// When it was deleted.
    public var deletedAt: String?
    /// `sub` of the token that deleted it.
    public var deletedBy: String?
    /// Version of the stored document.
    public var schemaVersion: Int
    /// For people: 1 to 200 characters.
    public var name: String
    /// The connector.
    public var type: String
    /// `pending connected error paused disconnected`.
    public var status: String
    /// End of the newest successful run.
    public var lastSyncAt: String?
    /// Next scheduled run; nil when none is.
    public var nextSyncAt: String?
    /// Live records by entity at the end of the newest successful run.
    public var syncedEntities: [String: Int]
    /// Without its secrets.
    public var config: JSONObject
    /// Dotted paths of the secrets that are set; never their values.
    public var secretFields: [String]
    /// Cron or interval; nil = on demand only.
    public var syncSchedule: String?
    /// Which entities to sync and how; nil = all.
    public var entities: [EntitySelectionBody]?
    /// Of the newest failed run; nil after a success.
    public var lastError: LastErrorBody?
    /// Failed runs since the newest success.
    public var consecutiveFailures: Int
    /// The run that is queued or running.
    public var activeRunID: String?
    /// Which version of its manifest a declarative connector runs; nil where the server brings the connector.
    public var connectorVersion: String?

    private enum Field: String {
        case id
        case tenantID = "tenant_id"
        case appID = "app_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case createdBy = "created_by"
        case updatedBy = "updated_by"
        case source
        case sourceType = "source_type"
        case isDeleted = "is_deleted"
        case deletedAt = "deleted_at"
        case deletedBy = "deleted_by"
        case schemaVersion = "schema_version"
        case name
        case type
        case status
        case lastSyncAt = "last_sync_at"
        case nextSyncAt = "next_sync_at"
        case syncedEntities = "synced_entities"
        case config
        case secretFields = "secret_fields"
        case syncSchedule = "sync_schedule"
        case entities
        case lastError = "last_error"
        case consecutiveFailures = "consecutive_failures"
        case activeRunID = "active_run_id"
        case connectorVersion = "connector_version"
    }

    /// Makes one.
    public init(
        id: String, tenantID: String, appID: String? = nil, createdAt: String, updatedAt: String, createdBy: String,
        updatedBy: String, source: String, sourceType: String, isDeleted: Bool, deletedAt: String? = nil,
        deletedBy: String? = nil, schemaVersion: Int, name: String, type: String, status: String,
        lastSyncAt: String? = nil, nextSyncAt: String? = nil, syncedEntities: [String: Int], config: JSONObject,
        secretFields: [String], syncSchedule: String? = nil, entities: [EntitySelectionBody]? = nil,
        lastError: LastErrorBody? = nil, consecutiveFailures: Int, activeRunID: String? = nil,
        connectorVersion: String? = nil
    ) {
        self.id = id
        self.tenantID = tenantID
        self.appID = appID
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.createdBy = createdBy
        self.updatedBy = updatedBy
        self.source = source
        self.sourceType = sourceType
        self.isDeleted = isDeleted
        self.deletedAt = deletedAt
        self.deletedBy = deletedBy
        self.schemaVersion = schemaVersion
        self.name = name
        self.type = type
        self.status = status
        self.lastSyncAt = lastSyncAt
        self.nextSyncAt = nextSyncAt
        self.syncedEntities = syncedEntities
        self.config = config
        self.secretFields = secretFields
        self.syncSchedule = syncSchedule
        self.entities = entities
        self.lastError = lastError
        self.consecutiveFailures = consecutiveFailures
        self.activeRunID = activeRunID
        self.connectorVersion = connectorVersion
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        id = try fields[.id]
        tenantID = try fields[.tenantID]
        appID = try fields[.appID]
        createdAt = try fields[.createdAt]
        updatedAt = try fields[.updatedAt]
        createdBy = try fields[.createdBy]
        updatedBy = try fields[.updatedBy]
        source = try fields[.source]
        sourceType = try fields[.sourceType]
        isDeleted = try fields[.isDeleted]
        deletedAt = try fields[.deletedAt]
        deletedBy = try fields[.deletedBy]
        schemaVersion = try fields[.schemaVersion]
        name = try fields[.name]
        type = try fields[.type]
        status = try fields[.status]
        lastSyncAt = try fields[.lastSyncAt]
        nextSyncAt = try fields[.nextSyncAt]
        syncedEntities = try fields[.syncedEntities]
        config = try fields[.config]
        secretFields = try fields[.secretFields]
        syncSchedule = try fields[.syncSchedule]
        entities = try fields[.entities]
        lastError = try fields[.lastError]
        consecutiveFailures = try fields[.consecutiveFailures]
        activeRunID = try fields[.activeRunID]
        connectorVersion = try fields[.connectorVersion]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.id, id)
        writer.member(Field.tenantID, tenantID)
        writer.memberIfPresent(Field.appID, appID)
        writer.member(Field.createdAt, createdAt)
        writer.member(Field.updatedAt, updatedAt)
        writer.member(Field.createdBy, createdBy)
        writer.member(Field.updatedBy, updatedBy)
        writer.member(Field.source, source)
        writer.member(Field.sourceType, sourceType)
        writer.member(Field.isDeleted, isDeleted)
        writer.member(Field.deletedAt, deletedAt)
        writer.member(Field.deletedBy, deletedBy)
        writer.member(Field.schemaVersion, schemaVersion)
        writer.member(Field.name, name)
        writer.member(Field.type, type)
        writer.memberIfPresent(Field.connectorVersion, connectorVersion)
        writer.member(Field.status, status)
        writer.member(Field.lastSyncAt, lastSyncAt)
        writer.member(Field.nextSyncAt, nextSyncAt)
        writer.member(Field.syncedEntities, syncedEntities)
        writer.member(Field.config, config)
        writer.member(Field.secretFields, secretFields)
        writer.member(Field.syncSchedule, syncSchedule)
        writer.member(Field.entities, entities)
        writer.member(Field.lastError, lastError)
        writer.member(Field.consecutiveFailures, consecutiveFailures)
        writer.member(Field.activeRunID, activeRunID)
        writer.endObject()
    }
}
