import Domain
import StoreAPI
import StoreRows

/// One transaction of one caller on a connection that has begun it.
final class SQLiteTransaction: StoreTransaction {
    let scope: Scope
    let now: Timestamp
    /// What this and the group's earlier transactions change in memory once they are committed.
    private let earlierChanges: [SeenChange]
    private(set) var changes: [SeenChange] = []
    private(set) var hints: [Hint] = []
    /// Set when a write stopped half way: such a transaction doesn't commit even if the caller swallowed the error.
    private(set) var failure: (any Error)?
    /// How rows are written in answers; nil in a store that shows none.
    let sourceText: SourceText?
    private let seenRecords: SeenRecords
    private var open: Connection?
    private var numbers: [DataSourceID: Int64] = [:]

    init(
        scope: Scope, now: Timestamp, connection: Connection, seen: SeenRecords, sourceText: SourceText?,
        earlierChanges: [SeenChange] = []
    ) {
        self.scope = scope
        self.now = now
        self.open = connection
        self.seenRecords = seen
        self.sourceText = sourceText
        self.earlierChanges = earlierChanges
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

    /// The connection, as long as the transaction lasts. After SQLite rolled it back by itself any further statement
    /// would commit alone, so there is none.
    var connection: Connection {
        get throws {
            guard let open else { throw AppError(.storeBroken, "A transaction was used after its end.") }
            guard open.isInTransaction else { throw AppError(.storeUnavailable) }
            return open
        }
    }

    /// The integer that stands for the DataSource; nil when the scope has none of that id (Invariant 5).
    func number(of source: DataSourceID) throws -> Int64? {
        if let number = numbers[source] { return number }
        let number = try connection.first(
            """
            SELECT source_no FROM source_sync
            WHERE tenant_id = ?1 AND ds_id = ?2 AND (?3 IS NULL OR app_id = ?3)
            """,
            scope.tenant, source, scope.app
        ) { row in row.int64() }
        numbers[source] = number
        return number
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

    /// As `number(of:)`, for writes, whose caller has read the DataSource before.
    func requiredNumber(of source: DataSourceID) throws -> Int64 {
        guard let number = try number(of: source) else { throw Self.missing(source.rawValue) }
        return number
    }

    static func missing(_ id: String) -> AppError {
        AppError(.storeBroken, "A write names \(id), which isn't in its scope.")
    }

    /// Runs a write of many statements; one that stops half way can't be committed.
    func entirely<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            failure = error
            throw error
        }
    }

    func note(_ change: SeenChange) { changes.append(change) }

    /// What the read has met, this transaction's own batches included.
    func seen(_ read: ReadToken, in entity: Int64) -> IDBitmap {
        seenRecords.bitmap(read, in: entity, with: earlierChanges + changes)
    }

    func sweepPosition(_ sweep: SweepKey) -> [UInt8]? {
        seenRecords.position(sweep, with: earlierChanges + changes)
    }
}
