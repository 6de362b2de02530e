public import Domain
public import Logging
public import StoreAPI

/// How long what nobody needs any more is kept.
public struct Retention: Sendable {
    /// Secrets of soft-deleted DataSources.
    public var deleted: Duration
    public var tombstones: Duration
    /// Ended runs with their rejects.
    public var runs: Duration

    /// Makes one.
    public init(deleted: Duration, tombstones: Duration, runs: Duration) {
        self.deleted = deleted
        self.tombstones = tombstones
        self.runs = runs
    }
}

/// Removes what is past its retention: once shortly after the start, then every hour, a bounded piece a transaction so
/// that nobody waits for it.
public struct Housekeeper: Sendable {
    static let firstPause = Duration.seconds(60)
    static let pause = Duration.seconds(3600)
    /// Rows a transaction.
    static let piece = 1_000

    private let store: any Store
    private let retention: Retention
    private let clock: MonotonicClock
    private let logger: Logger

    public init(store: any Store, retention: Retention, clock: MonotonicClock, logger: Logger) {
        self.store = store
        self.retention = retention
        self.clock = clock
        self.logger = logger
    }

    /// Tidies up until the task is cancelled.
    public func run() async {
        var wait = Self.firstPause
        while !Task.isCancelled {
            do {
                try await clock.sleep(wait)
                try await tidy()
            } catch is CancellationError {
                return
            } catch {
                let code = (error as? AppError)?.code ?? "\(type(of: error))"
                logger.error("housekeeping failed; it is tried again", metadata: ["code": "\(code)"])
            }
            wait = Self.pause
        }
    }

    /// Visits every tenant once.
    public func tidy() async throws {
        var last: TenantID?
        while true {
            let tenants = try await store.tenants(after: last, limit: 500)
            for tenant in tenants { try await tidy(Scope(tenant: tenant)) }
            guard let next = tenants.last else { return }
            last = next
        }
    }

    private func tidy(_ scope: Scope) async throws {
        let retention = retention
        try await piecewise(scope) { tx in
            try tx.sources.eraseSecrets(deletedBefore: tx.now - retention.deleted, limit: Self.piece)
        }
        try await piecewise(scope) { tx in
            try tx.runs.purge(finishedBefore: tx.now - retention.runs, limit: Self.piece)
        }
        try await piecewise(scope) { tx in
            try tx.audit.purge(before: tx.now - AuditEvent.retention, limit: Self.piece)
        }
        try await piecewise(scope) { tx in
            try tx.answers.purge(before: tx.now - KeptAnswerRow.retention, limit: Self.piece)
        }
        var query = DataSourceQuery()
        query.includesDeleted = true
        query.limit = 500
        while true {
            let page = query
            let sources = try await store.read(scope) { try $0.sources.list(page) }
            for source in sources { try await purgeTombstones(of: source.id, scope) }
            guard let last = sources.last, sources.count == query.limit else { return }
            query.after = query.position(of: last)
        }
    }

    private func purgeTombstones(of source: DataSourceID, _ scope: Scope) async throws {
        let retention = retention
        try await piecewise(scope) { tx in
            guard var state = try tx.sync.lock(source) else { return 0 }
            let purged = try tx.records.purgeTombstones(
                before: tx.now - retention.tombstones, limit: Self.piece, sync: &state)
            if purged > 0 { try tx.sync.save(state) }
            return purged
        }
    }

    private func piecewise(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Int
    ) async throws {
        while try await store.write(scope, body) == Self.piece { try Task.checkCancellation() }
    }
}
