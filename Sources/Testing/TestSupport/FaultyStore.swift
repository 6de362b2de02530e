public import Domain
public import StoreAPI
import Synchronization

/// Wraps a store and fails writes where the test says: before they happen, or after, as a lost answer.
public final class FaultyStore: Store {
    public enum Fault: Sendable {
        /// The write doesn't happen.
        case before(AppError)
        /// The write happens and its answer is lost.
        case after(AppError)
    }

    private struct Plan {
        var writes = 0
        var faults: [Int: Fault] = [:]
    }

    private let store: any Store
    private let plan = Mutex(Plan())

    public init(_ store: any Store) { self.store = store }

    /// Fails the `number`-th write from now, counted from 1, once.
    public func fail(write number: Int, _ fault: Fault) {
        plan.withLock { $0.faults[$0.writes + number] = fault }
    }

    public var writes: Int { plan.withLock { $0.writes } }

    public var hints: HintBoard { store.hints }

    public func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        let fault = plan.withLock { plan in
            plan.writes += 1
            return plan.faults.removeValue(forKey: plan.writes)
        }
        if case .before(let error) = fault { throw error }
        let value = try await store.write(scope, body)
        if case .after(let error) = fault { throw error }
        return value
    }

    public func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await store.read(scope, body)
    }

    public func readBriefly<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await store.readBriefly(scope, body)
    }

    public func claimableRuns(limit: Int, tenantLimit: Int, hostLimit: Int) async throws -> [RunReference] {
        try await store.claimableRuns(limit: limit, tenantLimit: tenantLimit, hostLimit: hostLimit)
    }

    public func dueSources(limit: Int) async throws -> [SourceReference] { try await store.dueSources(limit: limit) }
    public func tenants(after: TenantID?, limit: Int) async throws -> [TenantID] {
        try await store.tenants(after: after, limit: limit)
    }

    public func owner(of application: ApplicationID) async throws -> TenantID? {
        try await store.owner(of: application)
    }

    public func backlog() async throws -> Backlog { try await store.backlog() }
    public func migrate() async throws -> [String] { try await store.migrate() }
    public func pendingMigrations() async throws -> [String] { try await store.pendingMigrations() }
    public func recover() async throws { try await store.recover() }
    public func ping() async throws { try await store.ping() }
    public func close() async throws { try await store.close() }
}
