public import JSON

/// One attempt to bring a DataSource's records up to date.
///
/// Times are RFC 3339 in UTC with milliseconds.
public struct SyncRunBody: WireValue, Hashable {
    /// `run_` and a ULID.
    public var id: String
    /// The tenant.
    public var tenantID: String
    /// The Application; left out where there is none.
    public var appID: String?
    /// The DataSource.
    public var datasourceID: String
    /// `manual schedule retry push`.
    public var trigger: String
    /// `full incremental mixed`.
    public var mode: String
    /// `queued running succeeded failed cancelled needs_review`.
    public var status: String
    /// How often a worker took it up.
    public var attempt: Int
    /// When it was queued.
    public var createdAt: String
    /// The tick that caused it.
    public var scheduledFor: String?
    /// When a worker first took it up.
    public var startedAt: String?
    /// When it ended.
    public var finishedAt: String?
    /// The worker that has it, or had it last.
    public var workerID: String?
    /// Rises with every claim; a worker with an older one can commit nothing.
    public var fence: Int?
    /// What it did so far, by entity.
    public var entities: [EntityCountsBody]
    /// Why it didn't succeed.
    public var error: RunErrorBody?
    /// True in the answer to a sync that joined a run already there; else left out.
    public var isCoalesced: Bool?

    private enum Field: String {
        case id
        case tenantID = "tenant_id"
        case appID = "app_id"
        case datasourceID = "datasource_id"
        case trigger
        case mode
        case status
        case attempt
        case createdAt = "created_at"
        case scheduledFor = "scheduled_for"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case workerID = "worker_id"
        case fence
        case entities
        case error
        case isCoalesced = "coalesced"
    }

    /// Makes one.
    public init(
        id: String, tenantID: String, appID: String? = nil, datasourceID: String, trigger: String, mode: String,
        status: String, attempt: Int, createdAt: String, scheduledFor: String? = nil, startedAt: String? = nil,
        finishedAt: String? = nil, workerID: String? = nil, fence: Int? = nil, entities: [EntityCountsBody],
        error: RunErrorBody? = nil, isCoalesced: Bool? = nil
    ) {
        self.id = id
        self.tenantID = tenantID
        self.appID = appID
        self.datasourceID = datasourceID
        self.trigger = trigger
        self.mode = mode
        self.status = status
        self.attempt = attempt
        self.createdAt = createdAt
        self.scheduledFor = scheduledFor
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.workerID = workerID
        self.fence = fence
        self.entities = entities
        self.error = error
        self.isCoalesced = isCoalesced
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        id = try fields[.id]
        tenantID = try fields[.tenantID]
        appID = try fields[.appID]
        datasourceID = try fields[.datasourceID]
        trigger = try fields[.trigger]
        mode = try fields[.mode]
        status = try fields[.status]
        attempt = try fields[.attempt]
        createdAt = try fields[.createdAt]
        scheduledFor = try fields[.scheduledFor]
        startedAt = try fields[.startedAt]
        finishedAt = try fields[.finishedAt]
        workerID = try fields[.workerID]
        fence = try fields[.fence]
        entities = try fields[.entities]
        error = try fields[.error]
        isCoalesced = try fields[.isCoalesced]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.id, id)
        writer.member(Field.tenantID, tenantID)
        writer.memberIfPresent(Field.appID, appID)
        writer.member(Field.datasourceID, datasourceID)
        writer.member(Field.trigger, trigger)
        writer.member(Field.mode, mode)
        writer.member(Field.status, status)
        writer.member(Field.attempt, attempt)
        writer.member(Field.createdAt, createdAt)
        writer.member(Field.scheduledFor, scheduledFor)
        writer.member(Field.startedAt, startedAt)
        writer.member(Field.finishedAt, finishedAt)
        writer.member(Field.workerID, workerID)
        writer.member(Field.fence, fence)
        writer.member(Field.entities, entities)
        writer.member(Field.error, error)
        writer.memberIfPresent(Field.isCoalesced, isCoalesced)
        writer.endObject()
    }

    /// Whether nothing more will happen to it.
    public var hasEnded: Bool { status != "queued" && status != "running" }

    /// Whether it did all that was asked.
    public var hasSucceeded: Bool { status == "succeeded" }
}
