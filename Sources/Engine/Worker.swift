public import ConnectorAPI
public import Domain
public import Logging
public import StoreAPI
public import Vault

/// Claims runs and carries them out, a fixed number at a time, until its task is cancelled; then it gives back what it
/// holds.
public struct Worker: Sendable {
    /// Candidates picked at once; those of equally busy tenants are shuffled so that workers don't all try for the same one.
    static let candidates = 20
    /// How often an idle lane looks when no hint comes.
    static let poll = Duration.seconds(1)

    /// Running runs of one tenant against one host at most, where nothing else is set.
    public static let defaultHostRuns = 4

    private let parts: EngineParts
    private let lanes: Int
    private let random: @Sendable () -> UInt64

    /// - Parameters:
    ///   - threads: where connectors may block.
    ///   - workerID: random per process start.
    ///   - lanes: runs at a time; 0 does nothing.
    ///   - lease: how long a silent worker keeps its run, 1 to 600 s.
    ///   - tenantRuns: running runs of one tenant at most.
    ///   - hostRuns: running runs of one tenant against one host at most.
    public init(
        store: any Store, vault: Vault, catalog: ConnectorCatalog, threads: any TaskExecutor, clock: MonotonicClock,
        workerID: String, lanes: Int, lease: Duration, tenantRuns: Int,
        hostRuns: Int = defaultHostRuns, logger: Logger,
        random: @escaping @Sendable () -> UInt64, meters: RunMeters = RunMeters()
    ) {
        parts = EngineParts(
            store: store, vault: vault, catalog: catalog, threads: threads, clock: clock,
            terms: ClaimTerms(workerID: workerID, lease: lease, tenantLimit: tenantRuns, hostLimit: hostRuns),
            logger: logger,
            meters: meters)
        self.lanes = lanes
        self.random = random
    }

    public func run() async {
        await withTaskGroup { group in
            for _ in 0..<lanes { group.addTask { await lane() } }
        }
    }

    /// One run after the other.
    private func lane() async {
        while !Task.isCancelled {
            do {
                guard let claim = try await claimOrWait() else { continue }
                // A hint that came while this lane was claiming was meant for another run.
                parts.store.hints.post(.runQueued)
                await RunExecution(claim: claim, parts: parts).perform()
            } catch {
                return
            }
        }
    }

    /// Claims a run; where there is none waits for a hint and answers nil. Throws when it is cancelled.
    private func claimOrWait() async throws(CancellationError) -> ClaimedRun? {
        let listener = parts.store.hints.listen(for: .runQueued)
        do {
            if let claim = try await claimOne() { return claim }
        } catch let error as CancellationError {
            throw error
        } catch {
            parts.logger.error("couldn't claim a run", metadata: ["code": "\(error.asRunFailure.code)"])
        }
        await listener.wait(atMost: Self.poll, clock: parts.clock)
        return nil
    }

    /// Claims one run and carries it out; false when there was none.
    func runOne() async throws -> Bool {
        guard let claim = try await claimOne() else { return false }
        await RunExecution(claim: claim, parts: parts).perform()
        return true
    }

    private func claimOne() async throws -> ClaimedRun? {
        var picked = try await parts.store.claimableRuns(
            limit: Self.candidates, tenantLimit: parts.terms.tenantLimit, hostLimit: parts.terms.hostLimit)
        while let first = picked.first {
            // Invariant 5: a tenant with more running waits for one with fewer, however many runs it has queued.
            let equals = picked.prefix { $0.busyness == first.busyness }.count
            let reference = picked.remove(at: Int(random() % UInt64(equals)))
            if let claim = try await claim(reference) { return claim }
        }
        return nil
    }

    private func claim(_ reference: RunReference) async throws -> ClaimedRun? {
        let sentAt = parts.clock.now()
        let terms = parts.terms
        return try await parts.store.write(Scope(tenant: reference.tenant)) { tx in
            try tx.claim(reference, terms: terms, sentAt: sentAt)
        }
    }
}
