/// What somebody or the scheduler wants of a run.
public struct RunRequest: Sendable, Hashable {
    public var trigger: SyncRun.Trigger
    /// nil leaves each entity its own mode.
    public var mode: SyncMode?
    /// nil = all that the DataSource selects.
    public var entities: [String]?
    /// Confirms the deletions that wait for a review.
    public var allowsDeletes: Bool
    /// The tick that it is for.
    public var scheduledFor: Timestamp?

    public init(
        trigger: SyncRun.Trigger, mode: SyncMode? = nil, entities: [String]? = nil, allowsDeletes: Bool = false,
        scheduledFor: Timestamp? = nil
    ) {
        self.trigger = trigger
        self.mode = mode
        self.entities = entities
        self.allowsDeletes = allowsDeletes
        self.scheduledFor = scheduledFor
    }
}

extension SyncRun {
    /// Whether this run, as it stands, does all that `request` asks for. An entity's own mode reads at least what an
    /// incremental read does, and a full read covers both.
    public func covers(_ request: RunRequest) -> Bool {
        let coversMode =
            switch request.mode {
            case .full: requestedMode == .full || readsAllInFull
            case .incremental: true
            case nil: requestedMode != .incremental
            }
        let coversEntities = requestedEntities.map { own in
            request.entities.map { Set($0).isSubset(of: own) } ?? false
        }
        return coversMode && (coversEntities ?? true) && (allowsDeletes || !request.allowsDeletes)
    }

    /// Whether it is known to read every entity of its plan in full, whatever was asked for.
    private var readsAllInFull: Bool {
        status == .running && requestedMode == nil && !entities.isEmpty && entities.allSatisfy { $0.mode == .full }
    }

    /// Makes a queued run do what `request` asks for as well.
    public mutating func widen(by request: RunRequest, now: Timestamp) {
        if requestedMode != request.mode {
            requestedMode = requestedMode == .full || request.mode == .full ? .full : nil
        }
        if let own = requestedEntities, let asked = request.entities {
            requestedEntities = own + asked.filter { !own.contains($0) }
        } else {
            requestedEntities = nil
        }
        allowsDeletes = allowsDeletes || request.allowsDeletes
        runAfter = min(runAfter, now)
    }
}
