import ConnectorAPI
import Domain
import StoreAPI

/// What is known of an entity when its read is over.
struct EntityOutcome: Sendable {
    var plan: EntityPlan
    var end: EntityEnd?
    /// Records read in this attempt: a read of nothing but rejects gave nothing.
    var read = 0
    /// Records inserted in this attempt.
    var inserted = 0
    /// Items of this attempt that couldn't be read at all, so that any stored record might be one of them.
    var unreadable = 0

    var name: String { plan.read.name }
    var isCompleteFullRead: Bool { plan.read.mode == .full && end?.isComplete == true }
}

/// What may be deleted after a complete full read, and whether a person must look at it first (SYNC.md 6; Invariant 4).
struct DeletionGuard {
    /// Deletions that pass unasked, however small the entity.
    static let freeDeletes = 10
    static let freePercent = 30

    var outcome: EntityOutcome
    /// Live records that the read missed.
    var missing: Int

    var needsReview: Bool {
        guard missing > 0 else { return false }
        if let confirmed = outcome.plan.confirmedDeletes { return missing > confirmed }
        if outcome.read == 0 || outcome.unreadable > 0 { return true }
        // Under new key fields every record comes back as another: lost are only those that didn't come back.
        let lost = outcome.plan.isRekeyed ? missing - outcome.inserted : missing
        return lost > Self.freeDeletes && lost * 100 > outcome.plan.liveBefore * Self.freePercent
    }
}

/// The end of a run whose reads went well: deletions in chunks, then one transaction for all that is true from now on.
struct Finish: Sendable {
    /// Tombstones a transaction (Invariant 8).
    static let chunk = 10_000

    var outcomes: [EntityOutcome]

    /// Does one transaction's worth and answers the run as it is then; call again while it is running. Every call checks
    /// the fence (Invariant 2).
    func advance(_ claim: ClaimedRun, in tx: any StoreTransaction) throws -> SyncRun {
        guard var state = try tx.sync.lock(claim.source.id), state.fence == claim.fence,
            var run = try tx.runs.find(claim.run.id, of: claim.source.id), run.status == .running,
            let source = try tx.sources.find(claim.source.id)
        else { throw Interruption.fenced }
        var room = Self.chunk
        for outcome in outcomes where outcome.isCompleteFullRead && room > 0 {
            room -= try deleteMissing(outcome, run: &run, state: &state, claim: claim, limit: room, in: tx)
        }
        guard room > 0 else {
            try tx.sync.save(state)
            try tx.runs.update(run)
            return run
        }
        let waiting = try settle(claim, in: tx)
        tx.records.forget(claim.token)
        state.fence += 1
        state.batchNumber = 0
        try tx.sync.save(state)
        try tx.conclude(&run, as: waiting.isEmpty ? .succeeded : .needsReview(waiting), of: source)
        return run
    }

    private func deleteMissing(
        _ outcome: EntityOutcome, run: inout SyncRun, state: inout SyncState, claim: ClaimedRun, limit: Int,
        in tx: any StoreTransaction
    ) throws -> Int {
        guard let end = outcome.end, try !verdict(outcome, claim, in: tx).needsReview,
            try end.isSnapshot || isSecondRead(outcome, claim, in: tx)
        else { return 0 }
        let deleted = try tx.records.deleteUnseen(
            claim.token, of: outcome.name, run: run.id, absentBefore: !end.isSnapshot, limit: limit, sync: &state)
        let index = run.countsIndex(of: outcome.name, mode: .full)
        run.entities[index].deleted += deleted
        return deleted
    }

    private func verdict(
        _ outcome: EntityOutcome, _ claim: ClaimedRun, in tx: any StoreTransaction
    ) throws -> DeletionGuard {
        // An empty answer is suspicious at once, even where deletions need two reads.
        if outcome.end?.isSnapshot == true || outcome.read == 0 {
            let unseen = try tx.records.countUnseen(claim.token, of: outcome.name, in: claim.source.id)
            return DeletionGuard(outcome: outcome, missing: unseen)
        }
        guard try isSecondRead(outcome, claim, in: tx) else { return DeletionGuard(outcome: outcome, missing: 0) }
        let absent = try tx.records.countAbsentTwice(claim.token, of: outcome.name, in: claim.source.id)
        return DeletionGuard(outcome: outcome, missing: absent)
    }

    /// Whether the complete read before this one was of the same generation: what another system didn't have says
    /// nothing of this one's records.
    private func isSecondRead(
        _ outcome: EntityOutcome, _ claim: ClaimedRun, in tx: any StoreTransaction
    ) throws -> Bool {
        try tx.sync.entity(outcome.name, of: claim.source.id)?.generation == claim.generation
    }

    /// Writes what each entity's state is now that its deletions are made or wait; answers those that wait.
    private func settle(_ claim: ClaimedRun, in tx: any StoreTransaction) throws -> [EntityState] {
        var waiting: [EntityState] = []
        for outcome in outcomes where outcome.isCompleteFullRead {
            let verdict = try verdict(outcome, claim, in: tx)
            var entity =
                try tx.sync.entity(outcome.name, of: claim.source.id)
                ?? EntityState(name: outcome.name, generation: claim.generation)
            entity.isComplete = true
            entity.generation = claim.generation
            entity.fullReadAt = tx.now
            entity.primaryKey = outcome.plan.read.primaryKey
            entity.deletesToReview = verdict.needsReview ? verdict.missing : nil
            if verdict.needsReview { waiting.append(entity) }
            if outcome.end?.isSnapshot == false {
                try tx.records.rememberAbsent(claim.token, of: outcome.name, in: claim.source.id)
            }
            try tx.sync.saveEntity(entity, of: claim.source.id)
        }
        return waiting
    }
}
