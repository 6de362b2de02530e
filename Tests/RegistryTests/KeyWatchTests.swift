import Domain
import StoreAPI
import StoreSQLite
import TestSupport
import Testing

@testable import Registry

/// A store whose reads wait at a gate once they have their answer.
private final class GatedStore: Store {
    let store: any Store
    let gate: Gate

    init(_ store: any Store, gate: Gate) {
        self.store = store
        self.gate = gate
    }

    var hints: HintBoard { store.hints }

    func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        let value = try await store.read(scope, body)
        try await gate.wait()
        return value
    }

    func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value { try await store.write(scope, body) }

    func claimableRuns(limit: Int, tenantLimit: Int, hostLimit: Int) async throws -> [RunReference] { [] }
    func dueSources(limit: Int) async throws -> [SourceReference] { [] }
    func tenants(after: TenantID?, limit: Int) async throws -> [TenantID] { [] }
    func backlog() async throws -> Backlog { Backlog(queued: 0, running: 0) }
    func owner(of application: ApplicationID) async throws -> TenantID? { nil }
    func migrate() async throws -> [String] { [] }
    func recover() async throws {}
    func ping() async throws {}
    func close() async throws {}
}

@Suite("Tokens that end with their keys")
struct KeyWatchTests {
    @Test("what was read before a revocation isn't believed after it")
    func race() async throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        let store = try SQLiteStore(path: folder.path + "/t.db", clock: clock.wall)
        _ = try await store.migrate()
        let scope = Scope(tenant: .named("acme"))
        let application = ClientApplication(
            id: Identifier(ULID(bits: 1)), tenant: scope.tenant, name: "a", grants: .all, createdAt: clock.now,
            createdBy: "ann")
        let key = APIKey(
            id: Identifier(ULID(bits: 2)), application: application.id, name: nil, secretHash: [1],
            createdAt: clock.now, createdBy: "ann", expiresAt: nil)
        try await store.write(scope) { transaction in
            try transaction.applications.insert(application)
            try transaction.apiKeys.insert(key)
        }
        let gate = Gate()
        let watch = KeyWatch(store: GatedStore(store, gate: gate), clock: ManualClock().clock)
        let caller = Caller(
            scope: Scope(tenant: scope.tenant, app: AppID(application.id)), subject: "a", grants: .all,
            expiresAt: clock.now, key: key.id)
        let early = Task { try await watch.admit(caller) }
        await gate.arrival()
        try await store.write(scope) { _ = try $0.apiKeys.revoke(nil, of: application.id) }
        watch.forget(application.id)
        gate.open()
        _ = try await early.value
        await #expect(throws: AppError.self) { try await watch.admit(caller) }
        try await store.close()
    }
}
