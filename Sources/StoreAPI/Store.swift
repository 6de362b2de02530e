public import Domain

/// Where everything is kept: two implementations (SQLite, PostgreSQL), one conformance suite over both.
///
/// A use case opens a transaction and hands its closure to the store; everything in it commits or nothing does. The
/// closure runs on a thread of the store's own, may run twice (after a lost connection), and must not block on anything
/// but the store.
///
/// Errors: `store.unavailable` (try again), `store.full` (507, reads go on), `store.newer` (the database belongs to a
/// newer program), whatever the closure throws (rolled back).
public protocol Store: Sendable {
    /// Runs `body` on one consistent snapshot. Writing in it fails.
    func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value

    /// As ``read(_:_:)``, for a body of look-ups that indexes bound to a page of rows, microseconds each: a store may run
    /// it on the calling thread.
    func readBriefly<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value

    /// Runs `body` in one durable transaction: when this returns, its effect survives a power cut.
    func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value

    /// Runs that a worker may claim now: queued and due, or running with an expired lease. Fair: the tenant with the
    /// fewest running runs first, then by `run_after`; tenants at `tenantLimit` running runs are left out, and runs
    /// against hosts on which their tenant has `hostLimit` running. Nothing is locked; at most 100.
    func claimableRuns(limit: Int, tenantLimit: Int, hostLimit: Int) async throws -> [RunReference]

    /// DataSources whose `next_sync_at` has come, oldest first. Nothing is locked; at most 1,000.
    func dueSources(limit: Int) async throws -> [SourceReference]

    /// Tenants that have DataSources (deleted ones too), rows of the audit or kept answers, in order of id behind `after`;
    /// at most 1,000. For work that must visit all of them, one transaction each.
    func tenants(after: TenantID?, limit: Int) async throws -> [TenantID]

    /// The tenant whose Application that is, deleted or not; nil where no tenant or more than one has an Application of
    /// that id. For whoever asks for a token and so has none yet; nothing is locked, and all else is looked up inside
    /// the tenant.
    func owner(of application: ApplicationID) async throws -> TenantID?

    /// How many runs of all tenants are queued and running; for whoever watches the installation.
    func backlog() async throws -> Backlog

    /// Brings the schema up to this program's version, each step in its own transaction. Answers the versions applied.
    func migrate() async throws -> [String]

    /// The versions that ``migrate()`` would apply; nothing is changed. Throws `store.newer`.
    func pendingMigrations() async throws -> [String]

    /// Takes over what a dead process left: runs found `running` are queued again and their sources' fences moved.
    /// Only for a store that proves that no other process is alive (SQLite); PostgreSQL's does nothing.
    func recover() async throws

    /// One round trip to the database.
    func ping() async throws

    /// Says that something changed, after the commit that changed it.
    var hints: HintBoard { get }

    /// Waits for the writes under way and closes every connection.
    func close() async throws
}

extension Store {
    /// As ``read(_:_:)``, for a store that has no shorter way.
    public func readBriefly<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await read(scope, body)
    }

    /// None, for a store that is never behind.
    public func pendingMigrations() async throws -> [String] { [] }
}

/// A run that may be claimed: ids only, since nothing is locked yet.
public struct RunReference: Sendable, Hashable {
    public var tenant: TenantID
    public var source: DataSourceID
    public var run: RunID
    /// Running runs that the tenant had when this one was picked.
    public var busyness: Int

    public init(tenant: TenantID, source: DataSourceID, run: RunID, busyness: Int = 0) {
        self.tenant = tenant
        self.source = source
        self.run = run
        self.busyness = busyness
    }
}

/// A DataSource named from outside any tenant's transaction.
public struct SourceReference: Sendable, Hashable {
    public var tenant: TenantID
    public var source: DataSourceID

    public init(tenant: TenantID, source: DataSourceID) {
        self.tenant = tenant
        self.source = source
    }
}

/// One transaction within one ``Scope``: every method sees only rows of its tenant, and DataSources only of its
/// Application where the scope names one.
public protocol StoreTransaction {
    var scope: Scope { get }
    /// The database's own clock, one reading for the whole transaction.
    var now: Timestamp { get }
    var sources: any DataSourceRows { get }
    var runs: any RunRows { get }
    var sync: any SyncRows { get }
    var records: any RecordRows { get }
    var keys: any KeyRows { get }
    var audit: any AuditRows { get }
    var answers: any KeptAnswerRows { get }
    var applications: any ApplicationRows { get }
    var apiKeys: any APIKeyRows { get }
    var manifests: any ManifestRows { get }
    var credentials: any CredentialRows { get }
    /// Posts `hint` once this transaction has committed.
    func post(_ hint: Hint)
}
