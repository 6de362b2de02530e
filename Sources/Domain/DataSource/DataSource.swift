public import JSON

/// One registered external system of one tenant.
public struct DataSource: Sendable, Hashable {
    /// The version of the stored document that this program writes; newer ones are refused, older ones upgraded.
    public static let currentSchemaVersion = 1

    public var id: DataSourceID
    public var tenant: TenantID
    /// Set only when the creating token was minted for an Application.
    public var app: AppID?
    public var createdAt: Timestamp
    /// Moves on every patch and never goes back.
    public var updatedAt: Timestamp
    public var createdBy: String
    public var updatedBy: String
    /// Provenance tag, the wire's `source`: 1 to 64 of `[a-z0-9._-]`.
    public var provenance: String
    public var sourceType: SourceType
    public var deletedAt: Timestamp?
    public var deletedBy: String?
    public var schemaVersion: Int
    /// 1 to 200 characters after trimming.
    public var name: String
    /// The connector's type; never changes.
    public var type: String
    /// Which version of its manifest a declarative connector runs for it; nil where the program brings the connector.
    public var connectorVersion: String?
    public var status: Status
    /// End of the newest successful run.
    public var lastSyncAt: Timestamp?
    /// Next scheduled run; nil when none is.
    public var nextSyncAt: Timestamp?
    /// Live records by entity at the end of the newest successful run.
    public var syncedEntities: [String: Int]
    /// The config without its secrets.
    public var config: JSONObject
    /// The secrets of the config by dotted path, each sealed for this row and path.
    public var secrets: [String: [UInt8]]
    /// Cron or interval as the client wrote it; nil = on demand only.
    public var schedule: String?
    /// Which entities to sync and how; nil = all, in the mode that the connector knows to be safe.
    public var entities: [EntitySelection]?
    public var lastError: RunError?
    public var consecutiveFailures: Int
    /// The run that is queued or running; filled in when the row is read, not stored with it.
    public var activeRun: RunID?
    /// Moves when a person changes the resource: the first half of its ETag.
    public var configVersion: Int
    /// Moves when syncing changes the resource: the second half of its ETag.
    public var syncVersion: Int

    public init(
        id: DataSourceID, tenant: TenantID, app: AppID?, createdAt: Timestamp, createdBy: String, name: String,
        type: String
    ) {
        self.id = id
        self.tenant = tenant
        self.app = app
        self.createdAt = createdAt
        self.updatedAt = createdAt
        self.createdBy = createdBy
        self.updatedBy = createdBy
        self.provenance = "edm"
        self.sourceType = .api
        self.schemaVersion = Self.currentSchemaVersion
        self.name = name
        self.type = type
        self.status = .pending
        self.syncedEntities = [:]
        self.config = JSONObject()
        self.secrets = [:]
        self.consecutiveFailures = 0
        self.configVersion = 1
        self.syncVersion = 1
    }

    public var isDeleted: Bool { deletedAt != nil }

    /// Whether runs may be queued for it.
    public var acceptsRuns: Bool { !isDeleted && status != .paused && status != .disconnected }

    /// Notes that its records are what the source has; `counts` are the live ones by entity.
    public mutating func recordSuccess(at time: Timestamp, counts: [String: Int]) {
        if acceptsRuns { status = .connected }
        lastSyncAt = time
        syncedEntities = counts
        lastError = nil
        consecutiveFailures = 0
    }

    /// How it is doing.
    public enum Status: String, Sendable, CaseIterable {
        /// Registered; no run has ended.
        case pending
        /// The newest run succeeded.
        case connected
        /// The newest run failed or needs a review.
        case error
        /// A person stopped its runs.
        case paused
        /// A person stopped its runs; its secrets are erased.
        case disconnected
    }

    /// Which kind of program registered it.
    public enum SourceType: String, Sendable, CaseIterable {
        case frontend, backend, server, system, api
    }
}

/// One entity that a DataSource syncs and how.
public struct EntitySelection: Sendable, Hashable {
    public var name: String
    public var mode: SyncMode
    public var cursorField: String?
    public var primaryKey: [String]?
    /// ISO 8601 duration after which an incremental entity is read in full again; nil = `P7D`.
    public var fullEvery: String?

    public init(
        name: String, mode: SyncMode, cursorField: String? = nil, primaryKey: [String]? = nil,
        fullEvery: String? = nil
    ) {
        self.name = name
        self.mode = mode
        self.cursorField = cursorField
        self.primaryKey = primaryKey
        self.fullEvery = fullEvery
    }
}

/// How an entity is read.
public enum SyncMode: String, Sendable, CaseIterable {
    /// Everything; what isn't met is gone.
    case full
    /// What changed since the state.
    case incremental
}
