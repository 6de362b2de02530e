import Domain
import StoreAPI

/// A run that this worker owns, under a fence, until its lease ends.
struct ClaimedRun: Sendable {
    var run: SyncRun
    var source: DataSource
    var fence: Int64
    var generation: Int64
    /// By the database's clock.
    var claimedAt: Timestamp
    /// By entity.
    var states: [String: EntityState]
    /// When this worker must have stopped, by its own monotonic clock.
    var deadline: Duration

    var scope: Scope { Scope(tenant: run.tenant) }
    var token: ReadToken { ReadToken(source: source.id, fence: fence) }
}

/// Who claims, and for how long.
struct ClaimTerms: Sendable {
    /// Claims without a batch stored after which the run fails (Invariant 8).
    static let maxFruitlessClaims = 5

    var workerID: String
    var lease: Duration
    /// Running runs of one tenant at most (Invariant 5).
    var tenantLimit: Int
    /// Running runs of one tenant against one host at most.
    var hostLimit = Worker.defaultHostRuns

    /// How long before the lease's end a worker stops by itself, so that it is silent when another may start.
    var margin: Duration { min(.seconds(2), lease / 5) }

    func deadline(renewedAt instant: Duration) -> Duration {
        instant + lease - margin
    }
}

extension StoreTransaction {
    /// Takes the run over if it is still there to be taken (Invariant 2: the fence moves with every claim). Nil: another was
    /// faster, or the run is no longer due.
    ///
    /// - Parameter sentAt: when the claim was sent, by the worker's own monotonic clock.
    func claim(_ reference: RunReference, terms: ClaimTerms, sentAt: Duration) throws -> ClaimedRun? {
        // A row that somebody has locked belongs to who works on it: there are other runs.
        guard var state = try sync.lockIfFree(reference.source),
            var run = try runs.find(reference.run, of: reference.source),
            let source = try sources.find(reference.source), isClaimable(run)
        else { return nil }
        if run.status == .queued {
            guard try runs.runningCount() < terms.tenantLimit else { return nil }
            if let host = run.host, try runs.runningCount(on: host) >= terms.hostLimit { return nil }
        }
        if run.status == .running { post(.runEnded(source.id)) }
        state.fence += 1
        state.batchNumber = 0
        if run.fruitlessClaims >= ClaimTerms.maxFruitlessClaims {
            try sync.save(state)
            try conclude(&run, as: .failed(AppError(.crashLoop, recovery: .reportBug)), of: source)
            return nil
        }
        try sync.save(state)
        run.status = .running
        run.workerID = terms.workerID
        run.fence = state.fence
        run.attempt += 1
        run.fruitlessClaims += 1
        run.leaseUntil = now + terms.lease
        run.startedAt = run.startedAt ?? now
        try runs.update(run)
        post(.source(source.id))
        let entities = try sync.entities(of: source.id)
        return ClaimedRun(
            run: run, source: source, fence: state.fence, generation: state.generation, claimedAt: now,
            states: Dictionary(uniqueKeysWithValues: entities.map { ($0.name, $0) }),
            deadline: terms.deadline(renewedAt: sentAt))
    }

    private func isClaimable(_ run: SyncRun) -> Bool {
        switch run.status {
        case .queued: run.runAfter <= now
        case .running: run.leaseUntil.map { $0 < now } ?? true
        default: false
        }
    }

    /// Gives a running run back to the queue, for a worker that stops; nothing when it is no longer the claim's
    /// (Invariant 2).
    func release(_ claim: ClaimedRun) throws {
        guard var state = try sync.lock(claim.source.id), state.fence == claim.fence,
            var run = try runs.find(claim.run.id, of: claim.source.id), run.status == .running
        else { return }
        state.fence += 1
        state.batchNumber = 0
        try sync.save(state)
        run.status = .queued
        run.leaseUntil = nil
        run.workerID = nil
        run.runAfter = now
        // Given back in good order: this claim says nothing about crashes.
        run.fruitlessClaims = max(0, run.fruitlessClaims - 1)
        try runs.update(run)
        records.forget(claim.token)
        post(.runQueued)
    }
}
