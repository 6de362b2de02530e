import Domain
import Synchronization

/// Bounds the memory that request bodies take while they arrive and are worked on, in all and for each tenant, so that one
/// tenant's large bodies neither exhaust the process nor keep others out (Invariants 5 and 8).
final class BodyMemory: Sendable {
    /// In bytes; each well above the largest body.
    static let most = 512 << 20
    static let mostOfOneTenant = 128 << 20

    private struct State {
        var all = 0
        var byTenant: [TenantID: Int] = [:]
    }

    private let state = Mutex(State())
    private let most: Int
    private let mostOfOneTenant: Int

    init(most: Int = most, mostOfOneTenant: Int = mostOfOneTenant) {
        self.most = most
        self.mostOfOneTenant = mostOfOneTenant
    }

    /// What one request takes; given back when it goes.
    func share(of tenant: TenantID) -> Share { Share(memory: self, tenant: tenant) }

    private func take(_ bytes: Int, _ tenant: TenantID) -> Bool {
        state.withLock { state in
            let own = state.byTenant[tenant, default: 0] + bytes
            guard own <= mostOfOneTenant, state.all + bytes <= most else { return false }
            state.all += bytes
            state.byTenant[tenant] = own
            return true
        }
    }

    private func giveBack(_ bytes: Int, _ tenant: TenantID) {
        state.withLock { state in
            let rest = state.byTenant[tenant, default: bytes] - bytes
            state.all -= bytes
            state.byTenant[tenant] = rest > 0 ? rest : nil
        }
    }

    /// One request's part of the memory.
    final class Share: Sendable {
        private let memory: BodyMemory
        private let tenant: TenantID
        private let taken = Mutex(0)

        fileprivate init(memory: BodyMemory, tenant: TenantID) {
            self.memory = memory
            self.tenant = tenant
        }

        deinit {
            let bytes = taken.withLock { $0 }
            if bytes > 0 { memory.giveBack(bytes, tenant) }
        }

        /// Takes so many bytes more; false when there is no room for them.
        func take(_ bytes: Int) -> Bool {
            guard memory.take(bytes, tenant) else { return false }
            taken.withLock { $0 += bytes }
            return true
        }
    }
}
