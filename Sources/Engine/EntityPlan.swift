import ConnectorAPI
import Domain
import StoreAPI
import Vault

/// One entity of a run: what to read of it and what its end will mean.
struct EntityPlan: Sendable {
    var read: ReadPlan.Entity
    /// Deletions that a person confirmed, at most; nil = none were.
    var confirmedDeletes: Int?
    /// nil for an incremental read, and for a full one that is no news.
    var fullReason: EntityCounts.FullReason?
    /// The key fields changed since the stored keys were made: records under the old keys give way.
    var isRekeyed: Bool { fullReason == .keyChanged }
    /// Records live before this read.
    var liveBefore: Int

    /// With what the connector said last, for a read that goes on from there.
    func withState(of claim: ClaimedRun, _ vault: Vault, in transaction: any StoreTransaction) throws -> EntityPlan {
        guard read.mode == .incremental, let sealed = claim.states[read.name]?.state else { return self }
        var plan = self
        plan.read.state = try vault.openState(sealed, of: read.name, in: claim.source.id, transaction: transaction)
        return plan
    }
}

/// Decides what a run reads: the entities that the source offers, as far as the DataSource selects and the run asks for
/// them, each in full or from its state.
struct Planner: Sendable {
    static let defaultFullEvery = "P7D"

    var claim: ClaimedRun
    var offered: [EntityDescription]

    /// Throws `entity.unknown`, `entity.incremental_unsupported`.
    func plan() throws -> [EntityPlan] {
        let offers = Dictionary(offered.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let wanted = claim.run.requestedEntities.map(Set.init)
        if let selections = claim.source.entities {
            let chosen = selections.filter { wanted?.contains($0.name) ?? true }
            return try chosen.map { try plan($0, offer: offer($0.name, in: offers)) }
        }
        for name in claim.run.requestedEntities ?? [] { _ = try offer(name, in: offers) }
        // Those that can't be read as things are don't hold up the others, unless they are asked for.
        return try offered.filter { wanted?.contains($0.name) ?? ($0.refusal == nil) }.map { offer in
            try plan(EntitySelection(name: offer.name, mode: offer.defaultMode), offer: offer)
        }
    }

    private func offer(_ name: String, in offers: [String: EntityDescription]) throws -> EntityDescription {
        guard let offer = offers[name] else {
            throw AppError(
                .entityUnknown, "The source doesn't offer the entity \(name.prefix(200)).", recovery: .fixConfig
            ).of(entity: name)
        }
        if let refusal = offer.refusal { throw refusal.of(entity: name) }
        return offer
    }

    private func plan(_ selection: EntitySelection, offer: EntityDescription) throws -> EntityPlan {
        let wishes = claim.run.requestedMode ?? selection.mode
        let mode = offer.modes.contains(wishes) ? wishes : .full
        if selection.mode == .incremental && !offer.modes.contains(.incremental) {
            throw AppError(.incrementalUnsupported, recovery: .fixConfig).of(entity: selection.name)
        }
        let state = claim.states[selection.name]
        let primaryKey = selection.primaryKey ?? offer.primaryKey
        // What was reviewed of another system isn't confirmed of this one.
        let isReviewed = claim.run.allowsDeletes && state?.generation == claim.generation
        let confirmed = isReviewed ? state?.deletesToReview : nil
        let isRekeyed = state.map { $0.fullReadAt != nil && $0.primaryKey != primaryKey } ?? false
        var reason = isRekeyed ? .keyChanged : confirmed.map { _ in EntityCounts.FullReason.deletesConfirmed }
        if reason == nil, selection.mode == .incremental || wishes == .incremental {
            reason = mode == .full ? .requested : reasonAgainst(state, selection)
        }
        let canContinue = mode == .incremental && reason == nil
        return EntityPlan(
            read: ReadPlan.Entity(
                name: selection.name, mode: canContinue ? .incremental : .full, primaryKey: primaryKey,
                cursorField: selection.cursorField, state: nil),
            confirmedDeletes: confirmed, fullReason: reason, liveBefore: state?.live ?? 0)
    }

    /// Why an incremental read may not go on from this state; nil when it may: it is of this generation, the full read it
    /// stands on was complete, and the next full read isn't due (SYNC.md 5, rules 3 and 6).
    private func reasonAgainst(_ state: EntityState?, _ selection: EntitySelection) -> EntityCounts.FullReason? {
        guard let state, let fullReadAt = state.fullReadAt else { return .first }
        if state.generation != claim.generation { return .identityChanged }
        guard state.isComplete, state.state != nil else { return .noState }
        // Validated when it was set; one that doesn't parse now falls back to reading in full.
        guard let every = try? ISODuration(parsing: selection.fullEvery ?? Self.defaultFullEvery) else { return .due }
        return claim.claimedAt < fullReadAt + every.duration ? nil : .due
    }
}
