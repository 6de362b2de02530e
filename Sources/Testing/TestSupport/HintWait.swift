import Domain
public import StoreAPI
import Synchronization

extension HintListener {
    /// Whether a hint comes within `limit` of the machine's time.
    public func hasHint(within limit: Duration) async -> Bool {
        let isLate = Atomic(false)
        let clock = MonotonicClock(
            now: { .zero },
            sleep: { limit in
                try await MonotonicClock.machine.sleep(limit)
                isLate.store(true, ordering: .releasing)
            })
        await wait(atMost: limit, clock: clock)
        return !isLate.load(ordering: .acquiring)
    }
}
