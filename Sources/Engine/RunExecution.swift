import ConnectorAPI
import Domain
import Logging
import Meters
import StoreAPI
import Vault

/// What a run needs from its surroundings.
struct EngineParts: Sendable {
    var store: any Store
    var vault: Vault
    var catalog: ConnectorCatalog
    /// Where connectors may block.
    var threads: any TaskExecutor
    var clock: MonotonicClock
    var terms: ClaimTerms
    var logger: Logger
    var meters = RunMeters()

    /// The connector of a run's DataSource.
    func connector(of claim: ClaimedRun) async throws -> any Connector {
        let catalog = catalog
        if claim.source.connectorVersion == nil { return try catalog.connector(claim.source.type) }
        do {
            return try await store.read(claim.scope) { tx in
                try catalog.connector(of: claim.source) { try tx.manifests.find($0, version: $1) }
            }
        } catch var error as AppError where error.category == .invalid || error.category == .notFound {
            error.category = .source
            error.recovery = .fixConfig
            throw error
        }
    }
}

/// One claimed run, from its claim to its end: reads, stores and tells, under a lease.
struct RunExecution: Sendable {
    /// Tries of a source that fails before its first batch, within one attempt (Invariant 8).
    static let maxTries = 3

    let claim: ClaimedRun
    let parts: EngineParts

    /// Never throws: whatever happens becomes the run's end, or is left to the lease.
    func perform() async {
        let begin = parts.clock.now()
        parts.meters.runsUnderWay.add(1)
        let outcome = await carryOut()
        parts.meters.runsUnderWay.add(-1)
        parts.meters.runs.add(1, outcome, claim.run.trigger)
        parts.meters.runTimes.note(parts.clock.now() - begin, outcome)
        // Whoever ended the run or gave it back forgot its read in that transaction.
        if outcome == .lost || outcome == .unwritten { await forgetRead() }
    }

    private func carryOut() async -> RunMeters.Outcome {
        let lease = Lease(claim: claim, store: parts.store, terms: parts.terms, clock: parts.clock)
        do {
            return try await whileLeased(lease) { try await work(lease) }
        } catch Interruption.fenced {
            parts.logger.debug("lost a run to another owner", metadata: metadata)
            return .lost
        } catch Interruption.leaseExpired {
            parts.logger.warning("lease ran out before it could be renewed", metadata: metadata)
            return .lost
        } catch is CancellationError {
            return await settle(.released) { try $0.release(claim) }
        } catch let error as AppError where error.category == .full || error.category == .unavailable {
            parts.logger.error("store failed a run", metadata: metadata.merging(["code": "\(error.code)"]) { $1 })
            return await settle(.failed) { try $0.conclude(claim, as: .failed(error.withRecovery(.retry))) }
        } catch {
            return await settle(.failed) { try $0.conclude(claim, as: .failed(error.asRunFailure)) }
        }
    }

    /// Runs `work` beside the lease's keeper and its watch; the first to end ends all.
    private func whileLeased(
        _ lease: Lease, work: @escaping @Sendable () async throws -> RunMeters.Outcome
    ) async throws -> RunMeters.Outcome {
        try await withThrowingTaskGroup(of: RunMeters.Outcome.self) { group in
            group.addTask {
                try await lease.keep()
                return .lost
            }
            group.addTask {
                try await lease.watch()
                return .lost
            }
            group.addTask(executorPreference: parts.threads) { try await work() }
            defer { group.cancelAll() }
            return try await group.next() ?? .lost
        }
    }

    private func work(_ lease: Lease) async throws -> RunMeters.Outcome {
        let context = try await openContext()
        let scrubber = Scrubber(secrets: Array(context.secrets.values))
        do {
            let (outcomes, run) = try await readWithTries(context, lease)
            return try await finish(outcomes, run)
        } catch let error as AppError {
            // Invariant 6: what a source says may quote what it was sent.
            throw scrubber.scrub(error)
        }
    }

    /// Opens the secrets; they live as long as the run.
    private func openContext() async throws -> ConnectorContext {
        let (source, vault, store) = (claim.source, parts.vault, parts.store)
        var secrets: [String: Secret<String>] = [:]
        if !source.secrets.isEmpty {
            secrets = try await store.read(claim.scope) { tx in
                try vault.openConfig(source.secrets, of: source.id, in: tx)
            }
        }
        let credentials = StoredCredentials(
            of: source, secrets: secrets, store: store, vault: vault, clock: parts.clock,
            renewer: "\(claim.run.id)/\(claim.fence)")
        return ConnectorContext(
            tenant: source.tenant, config: source.config, secrets: secrets, credentials: credentials)
    }

    /// A source that fails for a moment before anything was stored is asked again, a bounded number of times; later
    /// failures are a later run's business.
    private func readWithTries(
        _ context: ConnectorContext, _ lease: Lease
    ) async throws -> ([EntityOutcome], SyncRun) {
        var tries = 1
        while true {
            var pump = try await Pump(claim: claim, parts: parts, lease: lease, context: context)
            do {
                try await pump.run()
                return (pump.outcomes, pump.known)
            } catch let error as AppError
                where error.recovery == .retry && pump.stored == 0 && tries < Self.maxTries
            {
                try await parts.clock.sleep(
                    error.retryAfter.map { min($0, .seconds(5)) } ?? .milliseconds(200 << tries))
                tries += 1
            }
        }
    }

    private func finish(_ outcomes: [EntityOutcome], _ run: SyncRun) async throws -> RunMeters.Outcome {
        let (claim, finish) = (claim, Finish(outcomes: outcomes))
        var known = run
        while true {
            let run = try await parts.store.write(claim.scope) { tx in try finish.advance(claim, in: tx) }
            parts.meters.note(run, since: known)
            known = run
            if !run.status.isActive { return run.status == .needsReview ? .needsReview : .succeeded }
            try Task.checkCancellation()
        }
    }

    /// Writes the end even though this task may be cancelled; one that can't be written is left to the lease.
    private func settle(
        _ outcome: RunMeters.Outcome, _ body: @escaping @Sendable (any StoreTransaction) throws -> Void
    ) async -> RunMeters.Outcome {
        let (store, scope) = (parts.store, claim.scope)
        do {
            try await Task { try await store.write(scope, body) }.value
            return outcome
        } catch Interruption.fenced {
            parts.logger.debug("lost a run to another owner", metadata: metadata)
            return .lost
        } catch {
            parts.logger.error(
                "couldn't write a run's end; its lease will run out",
                metadata: metadata.merging(["error": "\(error.asRunFailure.code)"]) { $1 })
            return .unwritten
        }
    }

    private func forgetRead() async {
        let (store, claim) = (parts.store, claim)
        // Only memory is at stake: the next attempt has a token of its own.
        try? await Task { try await store.write(claim.scope) { $0.records.forget(claim.token) } }.value
    }

    private var metadata: Logger.Metadata {
        ["run": "\(claim.run.id)", "datasource": "\(claim.source.id)", "tenant": "\(claim.run.tenant)"]
    }
}

extension StoreTransaction {
    /// Ends a claimed run that didn't go well, if it is still the claim's (Invariant 2).
    func conclude(_ claim: ClaimedRun, as conclusion: Conclusion) throws {
        guard var state = try sync.lock(claim.source.id), state.fence == claim.fence,
            var run = try runs.find(claim.run.id, of: claim.source.id), run.status == .running,
            let source = try sources.find(claim.source.id)
        else { throw Interruption.fenced }
        state.fence += 1
        state.batchNumber = 0
        try sync.save(state)
        records.forget(claim.token)
        try conclude(&run, as: conclusion, of: source)
    }
}

extension AppError {
    func withRecovery(_ recovery: Recovery) -> AppError {
        var error = self
        error.recovery = recovery
        return error
    }
}

extension Error {
    /// What a run says of this error (Invariant 7). One that no connector should throw is told by its type alone: its
    /// text may hold anything (Invariant 6).
    var asRunFailure: AppError {
        guard let known = self as? AppError else {
            return AppError(.connectorFault, "The connector failed with \(type(of: self)).", recovery: .reportBug)
        }
        return known
    }
}
