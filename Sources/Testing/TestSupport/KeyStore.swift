public import Domain
public import StoreAPI
import Synchronization

/// A store of keys alone, in memory, whose rows a test may swap and spoil; for all else a test takes SQLite.
public final class KeyStore: Store {
    public struct Tables: Sendable {
        public var dataKeys: [TenantID: [WrappedDataKey]] = [:]
        public var issuerKeys: [SealedIssuerKey] = []
    }

    struct Unneeded: Error {}

    public let now = Timestamp(milliseconds: 1_700_000_000_000)
    public let hints = HintBoard()
    private let tables = Mutex(Tables())

    public init() {}

    public var contents: Tables {
        get { tables.withLock { $0 } }
        set { tables.withLock { $0 = newValue } }
    }

    public func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        try body(KeyTransaction(scope: scope, now: now, rows: Rows(scope: scope, tables: contents, isReadOnly: true)))
    }

    public func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        let rows = Rows(scope: scope, tables: contents, isReadOnly: false)
        let value = try body(KeyTransaction(scope: scope, now: now, rows: rows))
        contents = rows.tables
        return value
    }

    public func claimableRuns(limit: Int, tenantLimit: Int, hostLimit: Int) async throws -> [RunReference] {
        throw Unneeded()
    }
    public func dueSources(limit: Int) async throws -> [SourceReference] { throw Unneeded() }
    public func tenants(after: TenantID?, limit: Int) async throws -> [TenantID] { throw Unneeded() }
    public func owner(of application: ApplicationID) async throws -> TenantID? { throw Unneeded() }
    public func backlog() async throws -> Backlog { throw Unneeded() }
    public func migrate() async throws -> [String] { [] }
    public func recover() async throws {}
    public func ping() async throws {}
    public func close() async throws {}

    fileprivate final class Rows: KeyRows {
        let scope: Scope
        let isReadOnly: Bool
        var tables: Tables

        init(scope: Scope, tables: Tables, isReadOnly: Bool) {
            self.scope = scope
            self.tables = tables
            self.isReadOnly = isReadOnly
        }

        func insertDataKey(_ key: WrappedDataKey) throws {
            if isReadOnly { throw Unneeded() }
            tables.dataKeys[scope.tenant, default: []].append(key)
        }

        func activeDataKey() throws -> WrappedDataKey? { tables.dataKeys[scope.tenant]?.last }

        func dataKey(_ id: [UInt8]) throws -> WrappedDataKey? {
            tables.dataKeys[scope.tenant]?.first { $0.id == id }
        }

        func insertIssuerKey(_ key: SealedIssuerKey) throws {
            if isReadOnly || scope.tenant != .installation { throw Unneeded() }
            tables.issuerKeys.insert(key, at: 0)
        }

        func issuerKeys() throws -> [SealedIssuerKey] {
            if scope.tenant != .installation { throw Unneeded() }
            return tables.issuerKeys
        }
    }
}

private struct KeyTransaction: StoreTransaction {
    let scope: Scope
    let now: Timestamp
    let rows: KeyStore.Rows

    var keys: any KeyRows { rows }
    var sources: any DataSourceRows { unneeded() }
    var runs: any RunRows { unneeded() }
    var sync: any SyncRows { unneeded() }
    var records: any RecordRows { unneeded() }
    var audit: any AuditRows { unneeded() }
    var answers: any KeptAnswerRows { unneeded() }
    var applications: any ApplicationRows { unneeded() }
    var manifests: any ManifestRows { unneeded() }
    var credentials: any CredentialRows { unneeded() }
    var apiKeys: any APIKeyRows { unneeded() }
    func post(_ hint: Hint) {}

    /// What a test of keys asks for beside keys is the test's mistake: it ends there.
    private func unneeded() -> Never { fatalError("only keys are kept here") }
}
