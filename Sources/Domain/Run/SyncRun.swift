/// One attempt to bring a DataSource's records up to date.
public struct SyncRun: Sendable, Hashable {
    public var id: RunID
    public var tenant: TenantID
    public var app: AppID?
    public var source: DataSourceID
    public var trigger: Trigger
    /// What was asked for: nil leaves each entity its own mode.
    public var requestedMode: SyncMode?
    /// The entities asked for; nil = all that the DataSource selects.
    public var requestedEntities: [String]?
    /// Whether deletions beyond the guard are confirmed.
    public var allowsDeletes: Bool
    public var status: Status
    /// Claims so far; 0 while it was never claimed.
    public var attempt: Int
    /// Claims in a row that committed no batch.
    public var fruitlessClaims: Int
    public var createdAt: Timestamp
    /// The tick that caused it; nil for other triggers.
    public var scheduledFor: Timestamp?
    /// Not claimed before this.
    public var runAfter: Timestamp
    public var startedAt: Timestamp?
    public var finishedAt: Timestamp?
    public var workerID: String?
    public var fence: Int64?
    public var leaseUntil: Timestamp?
    /// The system that it reads, as ``DataSource/host`` names it; nil where none is known.
    public var host: String?
    public var entities: [EntityCounts]
    public var error: RunError?

    public init(
        id: RunID, tenant: TenantID, app: AppID?, source: DataSourceID, trigger: Trigger, createdAt: Timestamp,
        scheduledFor: Timestamp? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.app = app
        self.source = source
        self.trigger = trigger
        self.allowsDeletes = false
        self.status = .queued
        self.attempt = 0
        self.fruitlessClaims = 0
        self.createdAt = createdAt
        self.scheduledFor = scheduledFor
        self.runAfter = createdAt
        self.entities = []
    }

    public enum Trigger: String, Sendable, CaseIterable {
        case manual, schedule, retry, push
    }

    public enum Status: String, Sendable, CaseIterable {
        case queued, running, succeeded, failed, cancelled
        case needsReview = "needs_review"

        /// Whether it still holds the DataSource.
        public var isActive: Bool { self == .queued || self == .running }
    }

    /// The wire's `mode`: what the entities' modes add up to, or what was asked for while none is known.
    public var mode: String {
        let modes = Set(entities.map(\.mode))
        if modes.count > 1 { return "mixed" }
        return (modes.first ?? requestedMode ?? .full).rawValue
    }
}

/// What a run did to one entity.
///
/// `read` = `inserted + updated + unchanged + rejected + duplicates`, whatever happened in between.
public struct EntityCounts: Sendable, Hashable {
    public var name: String
    public var mode: SyncMode
    /// Why it was read in full although it is selected to be read incrementally, or read anew under another key.
    public var fullReason: FullReason?
    /// Items that the source gave.
    public var read = 0
    /// Records that are new or came back after a deletion.
    public var inserted = 0
    public var updated = 0
    /// Tombstones made.
    public var deleted = 0
    public var unchanged = 0
    /// Items that can't be stored, such as one without its key; kept in the run's rejects.
    public var rejected = 0
    /// Items whose key came again within the same batch; the last one won.
    public var duplicates = 0
    /// Bytes of record bodies read.
    public var bytes = 0
    /// Whether the read reached the entity's end.
    public var isComplete = false

    public init(name: String, mode: SyncMode, fullReason: FullReason? = nil) {
        self.name = name
        self.mode = mode
        self.fullReason = fullReason
    }

    /// What made a run read an entity from its beginning.
    public enum FullReason: String, Sendable, CaseIterable {
        /// No complete read of it is known yet.
        case first
        /// The request said so.
        case requested
        /// The time of the next full read has come (`full_every`).
        case due
        /// Its key has other fields than before: a new generation, in which the old records give way.
        case keyChanged = "key_changed"
        /// The config leads to another system than before: a new generation.
        case identityChanged = "identity_changed"
        /// A person confirmed deletions, which need a full read.
        case deletesConfirmed = "deletes_confirmed"
        /// The connector left no state to go on from.
        case noState = "no_state"
    }
}

/// Why a run didn't succeed.
public struct RunError: Sendable, Hashable {
    public var code: String
    /// Scrubbed of the source's secrets.
    public var message: String
    public var recovery: Recovery
    public var at: Timestamp
    public var run: RunID
    /// When the next attempt is due; nil when a person must act.
    public var retryAt: Timestamp?
    public var entity: String?

    public init(
        code: String, message: String, recovery: Recovery, at: Timestamp, run: RunID, retryAt: Timestamp? = nil,
        entity: String? = nil
    ) {
        self.code = code
        self.message = message
        self.recovery = recovery
        self.at = at
        self.run = run
        self.retryAt = retryAt
        self.entity = entity
    }
}
