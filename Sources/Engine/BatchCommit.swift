import ConnectorAPI
import Domain
import StoreAPI
import Vault

/// What the transaction of a batch did.
enum CommitOutcome: Sendable {
    /// Stored; the run as it stands now.
    case committed(SyncRun)
    /// This batch was stored already and its answer lost; the run as it stands.
    case alreadyIn(SyncRun)
    case interrupted(Interruption)
}

/// One batch on its way into the store, with what must be true of the run for it to go in.
struct BatchCommit: Sendable {
    var batch: RecordBatch
    /// What was seen of the batch's records while the batch before was being stored.
    var ahead: (any LookAhead)?
    /// Batches that this worker stored before it.
    var stored: Int64
    var mode: SyncMode
    /// Whether it is the first of its entity in this attempt.
    var isFirst: Bool
    /// All entities of the run with their modes: shown from its first batch on.
    var planned: [EntityPlan]
    var lease: Duration
    var vault: Vault

    /// The only way in which records of runs are written: fence, batch number, records, rejects, state, counters and lease
    /// in one transaction (Invariants 1 and 2; SYNC.md 4).
    func apply(to claim: ClaimedRun, in tx: any StoreTransaction) throws -> CommitOutcome {
        guard var state = try tx.sync.lock(claim.source.id), state.fence == claim.fence,
            var run = try tx.runs.find(claim.run.id, of: claim.source.id), run.status == .running,
            run.fence == claim.fence
        else { return .interrupted(.fenced) }
        if state.batchNumber == stored + 1 { return .alreadyIn(run) }
        guard state.batchNumber == stored else { return .interrupted(.fenced) }

        let read = mode == .full ? claim.token : nil
        let merged = try tx.records.merge(batch, run: run.id, read: read, ahead: ahead, sync: &state)
        if !batch.rejects.isEmpty {
            try tx.runs.insertRejects(batch.rejects, run: run.id, of: claim.source.id)
        }
        try saveEntity(claim, state: state, in: tx)
        state.batchNumber += 1
        try tx.sync.save(state)
        if stored == 0 { run.show(planned) }
        run.count(batch, merged, mode: mode)
        run.fruitlessClaims = 0
        run.leaseUntil = tx.now + lease
        try tx.runs.update(run)
        tx.post(.source(claim.source.id))
        return .committed(run)
    }

    /// Keeps the connector's state with the records that it is true of. A full read that has begun isn't complete until
    /// its run ends well, so that a crash in between leads to another full read. The entity's generation stays that of
    /// its newest complete read until then.
    private func saveEntity(_ claim: ClaimedRun, state: SyncState, in tx: any StoreTransaction) throws {
        let known = try tx.sync.entity(batch.entity, of: claim.source.id)
        var entity = known ?? EntityState(name: batch.entity, generation: state.generation)
        if mode == .full && isFirst {
            entity.isComplete = false
            entity.state = nil
        }
        if let opaque = batch.state {
            entity.state = try vault.sealState(opaque, of: batch.entity, in: claim.source.id, transaction: tx)
        }
        if known != entity { try tx.sync.saveEntity(entity, of: claim.source.id) }
    }
}

extension SyncRun {
    /// Adds what a batch did to its entity's counters.
    mutating func count(_ batch: RecordBatch, _ merged: MergeCounts, mode: SyncMode) {
        let index = countsIndex(of: batch.entity, mode: mode)
        entities[index].read += batch.items.count + batch.rejects.count
        entities[index].inserted += merged.inserted
        entities[index].updated += merged.updated
        entities[index].unchanged += merged.unchanged + merged.alreadyGone
        entities[index].deleted += merged.deleted
        entities[index].duplicates += merged.duplicates
        entities[index].rejected += batch.rejects.count
        entities[index].bytes += batch.bodyBytes
        if let end = batch.end { entities[index].isComplete = end.isComplete }
    }

    /// Makes the counters of all entities that the run reads. An attempt may read in full what the one before it read
    /// incrementally: while the run waited somebody asked for it.
    mutating func show(_ plans: [EntityPlan]) {
        for plan in plans {
            let index = countsIndex(of: plan.read.name, mode: plan.read.mode)
            entities[index].mode = plan.read.mode
            entities[index].fullReason = plan.fullReason
        }
    }

    /// Where the entity's counters stand; they are made when it has none yet.
    mutating func countsIndex(of entity: String, mode: SyncMode) -> Int {
        if let index = entities.firstIndex(where: { $0.name == entity }) { return index }
        entities.append(EntityCounts(name: entity, mode: mode))
        return entities.count - 1
    }
}

extension RecordBatch {
    var bodyBytes: Int { items.reduce(0) { $0 + $1.bodyLength } }
}
