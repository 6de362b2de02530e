import Domain
import StoreAPI
import StoreRows

/// One transaction of one caller on a connection that has begun it.
final class PostgresTransaction: StoreTransaction {
    let scope: Scope
    let now: Timestamp
    /// Whether nothing may be written, so that nothing is locked.
    let isReading: Bool
    /// How rows are written in answers; nil in a store that shows none.
    let sourceText: SourceText?
    private(set) var changes: [SeenChange] = []
    private(set) var hints: [Hint] = []
    /// Set when a write stopped half way: such a transaction doesn't commit even if the caller swallowed the error.
    private(set) var failure: (any Error)?
    private let seenRecords: SeenRecords
    private var open: Link?
    private var known: Set<DataSourceID> = []
    private var locked: Set<DataSourceID> = []
    private var mayCount = false
    /// Sets the locks of counting apart from others that are made of a tenant.
    private static let countingLock = 7_237_018_274_551_107

    init(
        scope: Scope, now: Timestamp, link: Link, isReading: Bool, seen: SeenRecords, sourceText: SourceText?
    ) {
        self.scope = scope
        self.now = now
        self.open = link
        self.isReading = isReading
        self.seenRecords = seen
        self.sourceText = sourceText
    }

    var sources: any DataSourceRows { SourceTable(transaction: self) }
    var runs: any RunRows { RunTable(transaction: self) }
    var sync: any SyncRows { SyncTable(transaction: self) }
    var records: any RecordRows { RecordTable(transaction: self) }
    var keys: any KeyRows { KeyTable(transaction: self) }
    var audit: any AuditRows { AuditTable(transaction: self) }
    var answers: any KeptAnswerRows { KeptAnswerTable(transaction: self) }
    var applications: any ApplicationRows { ApplicationTable(transaction: self) }
    var apiKeys: any APIKeyRows { APIKeyTable(transaction: self) }
    var manifests: any ManifestRows { ManifestTable(self) }
    var credentials: any CredentialRows { CredentialTable(self) }

    func post(_ hint: Hint) { hints.append(hint) }

    /// Lets go of the connection: a transaction that leaves its closure can do nothing more.
    func end() { open = nil }

    /// The connection, as long as the transaction lasts.
    var link: Link {
        get throws {
            guard let open else { throw AppError(.storeBroken, "A transaction was used after its end.") }
            return open
        }
    }

    /// Whether the scope has the DataSource (Invariant 5). Where the scope is a whole tenant the statements' own
    /// condition says it.
    func isInScope(_ source: DataSourceID) throws -> Bool {
        guard scope.app != nil, !known.contains(source) else { return true }
        let count = try link.integer(
            "SELECT count(*) FROM source_sync WHERE tenant_id = $1 AND ds_id = $2 AND app_id = $3", scope.tenant,
            source, scope.app)
        if count == 1 { known.insert(source) }
        return count == 1
    }

    /// Whether this transaction has the DataSource's sync row locked.
    func holds(_ source: DataSourceID) -> Bool { locked.contains(source) }

    /// Notes that it has.
    func noteLock(of source: DataSourceID) {
        known.insert(source)
        locked.insert(source)
    }

    /// Takes the lock that every writer of a DataSource takes, first of all its locks: what is read afterwards stays as it
    /// is until the transaction ends. False when the scope has none of that id. Does nothing in a read.
    @discardableResult
    func takeTurn(at source: DataSourceID) throws -> Bool {
        if isReading { return try isInScope(source) }
        if holds(source) { return true }
        return try SyncTable(transaction: self).lock(source) != nil
    }

    /// As ``takeTurn(at:)``, for writes, whose caller has read the DataSource before.
    func requireTurn(at source: DataSourceID) throws {
        guard try takeTurn(at: source) else { throw Self.missing(source.rawValue) }
    }

    /// Whoever counts a tenant's running runs in a write starts one by what it finds: one after the other, behind the lock of
    /// the DataSource, so that two don't both take the last place (Invariant 5). Does nothing in a read.
    func takeTurnToCount() throws {
        guard !isReading, !mayCount else { return }
        try link.run(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, \(Self.countingLock)))", scope.tenant)
        mayCount = true
    }

    /// How rows are written in answers; a store that was opened without it can show none.
    var requiredSourceText: SourceText {
        get throws {
            guard let sourceText else {
                throw AppError(.storeBroken, "The store was opened without a way to show DataSources.")
            }
            return sourceText
        }
    }

    static func missing(_ id: String) -> AppError {
        AppError(.storeBroken, "A write names \(id), which isn't in its scope.")
    }

    /// Runs a write of many statements; one that stops half way can't be committed.
    func entirely<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            failure = failure ?? error
            throw error
        }
    }

    func note(_ change: SeenChange) { changes.append(change) }

    /// What the read has met, this transaction's own batches included.
    func seen(_ read: ReadToken, in entity: EntityName) -> IDBitmap {
        seenRecords.bitmap(read, in: entity, with: changes)
    }

    func sweepPosition(_ sweep: SweepKey) -> SweepPosition? { seenRecords.position(sweep, with: changes) }
}
