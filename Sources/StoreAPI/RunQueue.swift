public import Domain

/// What became of a request for a run.
public struct Enqueued: Sendable, Hashable {
    public var run: SyncRun
    /// The run was there already and covers the request.
    public var isCoalesced: Bool
}

/// Where "sync now" and a schedule's tick meet: the queue of runs, and the end of a run from outside its worker.
extension StoreTransaction {
    /// Queues a run, widens the queued one, or finds that the running one covers the request.
    ///
    /// Errors: `datasource.paused`, `datasource.disconnected`, `run.active` (with the run's id in `details`).
    public func enqueue(_ request: RunRequest, for source: DataSource, id: RunID) throws -> Enqueued {
        guard source.acceptsRuns else {
            throw AppError(source.status == .disconnected ? .sourceDisconnected : .sourcePaused)
        }
        if var active = try runs.active(of: source.id) {
            if active.covers(request) { return Enqueued(run: active, isCoalesced: true) }
            guard active.status == .queued else {
                throw AppError(.runActive, details: ["run_id": active.id.rawValue])
            }
            active.widen(by: request, now: now)
            try runs.update(active)
            return Enqueued(run: active, isCoalesced: false)
        }
        var run = SyncRun(
            id: id, tenant: source.tenant, app: source.app, source: source.id, trigger: request.trigger,
            createdAt: now, scheduledFor: request.scheduledFor)
        run.requestedMode = request.mode
        run.requestedEntities = request.entities
        run.allowsDeletes = request.allowsDeletes
        run.host = source.host
        guard try runs.insert(run) else { throw AppError(.runActive) }
        try touchSync(source)
        post(.runQueued)
        return Enqueued(run: run, isCoalesced: false)
    }

    /// Ends the active run, if there is one, from outside: its worker loses the lease and commits nothing more
    /// (Invariant 2). The caller has the DataSource row in hand and saves it afterwards.
    public func endActiveRun(of source: DataSourceID, because code: ErrorCode) throws {
        guard var run = try runs.active(of: source) else { return }
        run.status = .cancelled
        run.finishedAt = now
        run.leaseUntil = nil
        run.error = RunError(code: code.code, message: code.summary, recovery: .retry, at: now, run: run.id)
        try runs.update(run)
        try changeOwner(of: source)
        post(.source(source))
        post(.runEnded(source))
    }

    /// Moves the fence: whoever wrote to this DataSource until now can't any more.
    @discardableResult
    public func changeOwner(of source: DataSourceID) throws -> SyncState? {
        guard var state = try sync.lock(source) else { return nil }
        state.fence += 1
        state.batchNumber = 0
        try sync.save(state)
        return state
    }

    private func touchSync(_ source: DataSource) throws {
        var source = source
        source.syncVersion += 1
        try sources.update(source)
        post(.source(source.id))
    }
}

extension ErrorCode {
    public static let sourcePaused = ErrorCode(
        "datasource.paused", .conflict, "The DataSource is paused; set its status to connected first.")
    public static let sourceDisconnected = ErrorCode(
        "datasource.disconnected", .conflict,
        "The DataSource is disconnected; set its status to connected and send its secrets again first.")
    public static let runActive = ErrorCode(
        "run.active", .conflict, "A run that doesn't cover this request is under way; cancel it or wait for its end.")
    public static let runSuperseded = ErrorCode(
        "run.superseded", .conflict, "The DataSource's config or entities changed; a new run replaces this one.")
    public static let runCancelled = ErrorCode("run.cancelled", .conflict, "The run was cancelled.")
}
