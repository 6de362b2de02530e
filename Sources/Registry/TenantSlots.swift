import Domain
import Synchronization

/// Counts what is under way, for each tenant and in all, and lets no more than so many in, so that one tenant's slow
/// calls don't take every place (Invariants 5 and 8).
final class TenantSlots: Sendable {
    private let mostOfOneTenant: Int
    private let mostAtOnce: Int
    private let taken = Mutex<[TenantID: Int]>([:])

    init(ofOneTenant: Int, atOnce: Int) {
        mostOfOneTenant = ofOneTenant
        mostAtOnce = atOnce
    }

    /// Takes a place; false when there is none. Who has one gives it back by ``leave(_:)``.
    func enter(_ tenant: TenantID) -> Bool {
        taken.withLock { taken in
            let own = taken[tenant, default: 0]
            guard own < mostOfOneTenant, taken.values.reduce(0, +) < mostAtOnce else { return false }
            taken[tenant] = own + 1
            return true
        }
    }

    func leave(_ tenant: TenantID) {
        taken.withLock { taken in
            let rest = taken[tenant, default: 1] - 1
            taken[tenant] = rest > 0 ? rest : nil
        }
    }
}
