import ConnectorAPI
public import Domain
import Meters
import StoreAPI

/// Records that are sent to a DataSource of type `push`.
public struct Pushes: Sendable {
    /// How often a body is read anew because the config was changed meanwhile.
    private static let mostTries = 3

    let store: any Store
    let catalog: ConnectorCatalog
    let threads: ConnectorThreads
    let meters: RunMeters

    /// What became of the items of one request.
    ///
    /// `received` = `inserted + updated + unchanged + deleted + duplicates + rejected`.
    public struct Outcome: Sendable, Hashable {
        public var received = 0
        /// New, or back after a deletion.
        public var inserted = 0
        public var updated = 0
        /// Stored already as they are; deletions of what isn't there too.
        public var unchanged = 0
        public var deleted = 0
        /// Overruled by a later item of the same key.
        public var duplicates = 0
        public var rejected = 0
        /// The DataSource's newest change: a feed read up to here has all of this push.
        public var seq: Int64 = 0
        /// The first 1,000 of the rejected, in order.
        public var rejects: [PushReject] = []
    }

    /// Stores the items of a body, all in one transaction, and answers what became of each. An item without a usable key is
    /// rejected and the others are stored; a body that can't be read stores nothing.
    ///
    /// Errors: `auth.scope_missing` (datasources:write), `datasource.not_found`, `datasource.not_push`,
    /// `datasource.paused`, `datasource.disconnected`, `push.entity_unknown`, `push.key_changed`, `push.too_many_items`,
    /// `push.busy`, `request.invalid`, and `JSONError` for a body that isn't JSON.
    public func push(
        _ body: [UInt8], _ form: PushForm, to source: String, entity: String, as caller: Caller,
        receipt: Receipt<Outcome>? = nil
    ) async throws -> Outcome {
        try caller.require(.datasourcesWrite)
        for _ in 0..<Self.mostTries {
            let primaryKey = try await store.read(caller.scope) { transaction in
                try self.primaryKey(of: entity, in: transaction.source(source), transaction)
            }
            let intake = try await Task(executorPreference: threads) {
                try PushIntake(body, form, entity: entity, primaryKey: primaryKey)
            }.value
            let written = try await store.write(as: caller, settling: receipt) { transaction in
                let now = try transaction.source(source)
                // The config was changed meanwhile: the keys were made of other fields.
                guard try self.primaryKey(of: entity, in: now, transaction) == primaryKey else {
                    return (Outcome?.none, false)
                }
                let outcome = try transaction.store(intake, of: entity, primaryKey: primaryKey, in: now)
                try receipt?.keep(outcome, in: transaction)
                return (outcome, true)
            }
            if let outcome = written.value {
                meters.note(outcome)
                return outcome
            }
        }
        throw AppError(.pushBusy, "The DataSource's config changes again and again; try again shortly.")
    }

    /// The key's fields of an entity that takes records now.
    private func primaryKey(
        of entity: String, in source: DataSource, _ transaction: any StoreTransaction
    ) throws -> [String] {
        guard try transaction.connector(of: source, in: catalog).descriptor.capabilities.contains(.push) else {
            throw AppError(.sourceHasRuns)
        }
        guard source.acceptsRuns else {
            throw AppError(source.status == .disconnected ? .sourceDisconnected : .sourcePaused)
        }
        guard let key = PushConfig(source.config).primaryKey(of: entity) else { throw AppError(.pushEntityUnknown) }
        return key
    }
}

extension StoreTransaction {
    /// Invariants 1 and 2: records, feed, counts and the DataSource's state in one transaction, under the lock that every
    /// writer of this DataSource takes; a push at the same time waits its turn.
    fileprivate func store(
        _ intake: PushIntake, of entity: String, primaryKey: [String], in source: DataSource
    ) throws -> Pushes.Outcome {
        guard var state = try sync.lock(source.id) else { throw AppError(.sourceNotFound) }
        try noteEntity(entity, primaryKey: primaryKey, generation: state.generation, of: source)
        var outcome = Pushes.Outcome()
        outcome.received = intake.received
        outcome.rejected = intake.rejected
        outcome.rejects = intake.rejects
        for batch in intake.batches {
            outcome.add(try records.merge(batch, run: nil, read: nil, sync: &state))
        }
        outcome.seq = state.feedSeq
        try sync.save(state)
        var source = source
        source.recordSuccess(at: now, counts: try sync.liveCounts(of: source.id))
        source.syncVersion += 1
        try sources.update(source)
        post(.source(source.id))
        return outcome
    }

    /// Remembers of which fields the keys are made; others don't go with records that are there.
    private func noteEntity(
        _ name: String, primaryKey: [String], generation: Int64, of source: DataSource
    ) throws {
        let known = try sync.entity(name, of: source.id)
        if known?.primaryKey == primaryKey { return }
        if let known, known.live > 0 { throw AppError(.pushKeyChanged) }
        try sync.saveEntity(
            EntityState(name: name, generation: generation, primaryKey: primaryKey), of: source.id)
    }
}

extension RunMeters {
    fileprivate func note(_ outcome: Pushes.Outcome) {
        records.add(outcome.inserted, RecordOutcome.inserted)
        records.add(outcome.updated, RecordOutcome.updated)
        records.add(outcome.unchanged, RecordOutcome.unchanged)
        records.add(outcome.deleted, RecordOutcome.deleted)
        records.add(outcome.rejected, RecordOutcome.rejected)
        records.add(outcome.duplicates, RecordOutcome.duplicate)
    }
}

extension Pushes.Outcome {
    fileprivate mutating func add(_ merged: MergeCounts) {
        inserted += merged.inserted
        updated += merged.updated
        unchanged += merged.unchanged + merged.alreadyGone
        deleted += merged.deleted
        duplicates += merged.duplicates
    }
}
