import ConnectorAPI
import Domain
import Meters
import StoreAPI
import Vault

/// Moves batches from a reader to the store: while one is being stored, the next is being read, and no more than that. Of
/// incremental reads, most of whose records changed, what the store has of the next one is also looked up meanwhile.
struct Pump: Sendable {
    /// Batches of fewer items are looked up in their own transactions.
    private static let fewItems = 100

    private let claim: ClaimedRun
    private let parts: EngineParts
    private let lease: Lease
    private let reader: any RecordReader
    private(set) var outcomes: [EntityOutcome]
    /// Batches stored in this attempt.
    private(set) var stored: Int64 = 0
    /// The run as it was after the newest batch.
    private(set) var known: SyncRun
    private var begun: Set<String> = []
    /// Whether looking ahead has been worth it: not where records come again in the next batch.
    private var looksAhead = true

    init(claim: ClaimedRun, parts: EngineParts, lease: Lease, context: ConnectorContext) async throws {
        self.claim = claim
        self.parts = parts
        self.lease = lease
        let connector = try await parts.connector(of: claim)
        let (store, vault) = (parts.store, parts.vault)
        var plans: [EntityPlan] = []
        reader = try await connector.read(context) { offered in
            plans = try Planner(claim: claim, offered: offered).plan()
            if plans.contains(where: { $0.read.mode == .incremental }) {
                plans = try await store.read(claim.scope) { [plans] tx in
                    try plans.map { try $0.withState(of: claim, vault, in: tx) }
                }
            }
            return ReadPlan(entities: plans.map(\.read))
        }
        known = claim.run
        outcomes = plans.map { EntityOutcome(plan: $0) }
    }

    mutating func run() async throws {
        do {
            try await pump()
        } catch let error as AppError {
            await reader.close()
            // Entities are read one after the other: the first without an end is the one that failed.
            throw error.category == .source ? error.of(entity: outcomes.first { $0.end == nil }?.name) : error
        } catch {
            await reader.close()
            throw error
        }
        await reader.close()
    }

    private mutating func pump() async throws {
        let reader = reader
        var current = try await reader.next().map { Ready(batch: $0) }
        while let ready = current {
            let incremental = outcomes.filter { looksAhead && $0.plan.read.mode == .incremental }.map(\.name)
            // The look ahead waits for it, even where the store does not.
            if !incremental.isEmpty { reader.hurry() }
            async let following = Self.next(of: reader, lookingAheadAt: incremental, claim, parts.store)
            try await store(ready)
            reader.hurry()
            current = try await following
            try Task.checkCancellation()
        }
    }

    /// A batch whose turn comes next.
    private struct Ready: Sendable {
        var batch: RecordBatch
        var ahead: (any LookAhead)?
    }

    private static func next(
        of reader: any RecordReader, lookingAheadAt entities: [String], _ claim: ClaimedRun, _ store: any Store
    ) async throws -> Ready? {
        guard let batch = try await reader.next() else { return nil }
        var ready = Ready(batch: batch)
        if batch.items.count >= fewItems, entities.contains(batch.entity) {
            do {
                ready.ahead = try await store.read(claim.scope) {
                    try $0.records.lookAhead(at: batch, of: claim.source.id)
                }
            } catch let error as AppError where error.category == .unavailable {
                // The batch's own transaction will look, and say so if it can't.
            }
        }
        return ready
    }

    private mutating func store(_ ready: Ready) async throws {
        let batch = ready.batch
        guard let index = outcomes.firstIndex(where: { $0.name == batch.entity }) else {
            throw AppError(.connectorFault, "The connector gave records of an entity that wasn't asked for.")
        }
        // Invariant 8.
        guard batch.state?.count ?? 0 <= 1 << 20 else { throw AppError(.stateTooLarge, recovery: .reportBug) }
        let commit = BatchCommit(
            batch: batch, ahead: ready.ahead, stored: stored, mode: outcomes[index].plan.read.mode,
            isFirst: begun.insert(batch.entity).inserted, planned: outcomes.map(\.plan), lease: parts.terms.lease,
            vault: parts.vault)
        let before = outcomes[index]
        let run = try await send(commit)
        parts.meters.note(run, since: known)
        known = run
        stored += 1
        outcomes[index] = before.after(batch, run: run, firstCounts: claim.run)
    }

    /// Sends a batch until the store answers: the batch number makes a second sending harmless.
    private mutating func send(_ commit: BatchCommit) async throws -> SyncRun {
        var commit = commit
        var pause = Duration.milliseconds(50)
        while true {
            if lease.hasExpired { throw Interruption.leaseExpired }
            let sentAt = parts.clock.now()
            do {
                let claim = claim
                switch try await parts.store.write(claim.scope, { [commit] tx in try commit.apply(to: claim, in: tx) })
                {
                case .committed(let run), .alreadyIn(let run):
                    lease.extend(renewedAt: sentAt)
                    parts.meters.batchTimes.note(parts.clock.now() - sentAt)
                    return run
                case .interrupted(let interruption):
                    throw interruption
                }
            } catch is StaleLookAhead {
                looksAhead = false
                commit.ahead = nil
            } catch let error as AppError where error.category == .unavailable {
                try await parts.clock.sleep(pause)
                pause = min(pause * 2, .seconds(1))
            }
        }
    }
}

extension EntityOutcome {
    /// What is known once `batch` is stored. The inserted are those of this attempt: the run's, less what earlier
    /// attempts had counted.
    func after(_ batch: RecordBatch, run: SyncRun, firstCounts earlier: SyncRun) -> EntityOutcome {
        var outcome = self
        outcome.read += batch.items.count
        outcome.unreadable += batch.rejects.count { !$0.reason.hasPrefix("record.key_") }
        let counted = run.entities.first { $0.name == batch.entity }?.inserted ?? 0
        outcome.inserted = counted - (earlier.entities.first { $0.name == batch.entity }?.inserted ?? 0)
        if let end = batch.end { outcome.end = end }
        return outcome
    }
}
