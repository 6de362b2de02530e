import Domain
import StoreAPI
import Synchronization

/// Keeps a claimed run's lease while the run works, and knows when this worker must be silent.
final class Lease: Sendable {
    private let claim: ClaimedRun
    private let store: any Store
    private let terms: ClaimTerms
    private let clock: MonotonicClock
    private let deadline: Mutex<Duration>

    init(claim: ClaimedRun, store: any Store, terms: ClaimTerms, clock: MonotonicClock) {
        self.claim = claim
        self.store = store
        self.terms = terms
        self.clock = clock
        self.deadline = Mutex(claim.deadline)
    }

    /// Whether the lease may be over, by this worker's own clock: then it sends nothing more (Invariant 2).
    var hasExpired: Bool { clock.now() >= deadline.withLock { $0 } }

    /// Notes a renewal; `instant` was read before it was sent.
    func extend(renewedAt instant: Duration) {
        let renewed = terms.deadline(renewedAt: instant)
        deadline.withLock { $0 = max($0, renewed) }
    }

    /// Renews every third of the lease, and looks at once when the run ends; ends only by throwing an
    /// ``Interruption`` or `CancellationError`.
    func keep() async throws {
        let listener = store.hints.listen(for: .runEnded(claim.source.id))
        var renewedAt = clock.now()
        while true {
            await listener.wait(atMost: terms.lease / 3, clock: clock)
            try Task.checkCancellation()
            if clock.now() - renewedAt >= terms.lease / 3 {
                if try await renew() { renewedAt = clock.now() }
            } else {
                try await look()
            }
        }
    }

    /// What only a run's own worker makes of it; a run that is ended from outside is cancelled.
    private static let ownEnds: Set<SyncRun.Status> = [.succeeded, .failed, .needsReview]

    /// Ends by throwing `leaseExpired` at the deadline, whether or not the database answers.
    func watch() async throws {
        while true {
            let left = deadline.withLock { $0 } - clock.now()
            guard left > .zero else { throw Interruption.leaseExpired }
            try await clock.sleep(left)
        }
    }

    /// False: the database didn't answer; the deadline decides how long that may go on.
    private func renew() async throws -> Bool {
        let sentAt = clock.now()
        let (claim, terms) = (claim, terms)
        do {
            try await store.write(claim.scope) { tx in
                guard
                    try tx.runs.renewLease(
                        claim.run.id, of: claim.source.id, fence: claim.fence, until: tx.now + terms.lease)
                else { throw Interruption.fenced }
                // Invariant 2.
                guard let run = try tx.runs.find(claim.run.id, of: claim.source.id), run.status == .running,
                    run.fence == claim.fence
                else { throw Interruption.fenced }
            }
        } catch let error as AppError where error.category == .unavailable || error.category == .full {
            return false
        }
        extend(renewedAt: sentAt)
        return true
    }

    private func look() async throws {
        let claim = claim
        do {
            try await store.read(claim.scope) { tx in
                // An end that this claim's own worker wrote is no interruption: the work is about to say so itself.
                guard let run = try tx.runs.find(claim.run.id, of: claim.source.id), run.fence == claim.fence,
                    run.status == .running || Self.ownEnds.contains(run.status)
                else { throw Interruption.fenced }
            }
        } catch let error as AppError where error.category == .unavailable {
            // A look is only a hint; the renewal decides.
        }
    }
}
