public import Domain

/// The sync state of DataSources: the row that everything locks, and a state for each entity.
public protocol SyncRows {
    /// The DataSource's sync row, locked until the transaction ends (in a read: not locked). nil when there is none.
    func lock(_ source: DataSourceID) throws -> SyncState?

    /// As ``lock(_:)``, but nil too while another transaction has the row locked, without waiting for it: for who can do
    /// something else meanwhile.
    func lockIfFree(_ source: DataSourceID) throws -> SyncState?

    /// Writes a row that was locked in this transaction.
    func save(_ state: SyncState) throws

    /// The entity's state; nil before the first `saveEntity`, whatever records there are.
    func entity(_ name: String, of source: DataSourceID) throws -> EntityState?

    /// All states saved, by name.
    func entities(of source: DataSourceID) throws -> [EntityState]

    /// Inserts or replaces all but `live`, which the store counts by itself.
    func saveEntity(_ state: EntityState, of source: DataSourceID) throws
}

/// What orders and guards the writes to one DataSource's records.
public struct SyncState: Sendable, Hashable {
    public var source: DataSourceID
    /// Who may write: one more at every change of ownership.
    public var fence: Int64
    /// Batches committed under this fence; 0 after a change of ownership.
    public var batchNumber: Int64
    /// The newest change's number.
    public var feedSeq: Int64
    /// Renewed by erase, import and restore: cursors of another epoch are void. Starts at 1.
    public var feedEpoch: Int64
    /// Highest purged tombstone's seq.
    public var purgedThrough: Int64
    /// Moves when the config's identity changes.
    public var generation: Int64

    public init(source: DataSourceID) {
        self.source = source
        self.fence = 1
        self.batchNumber = 0
        self.feedSeq = 0
        self.feedEpoch = 1
        self.purgedThrough = 0
        self.generation = 1
    }
}

/// What is known of one entity of one DataSource.
public struct EntityState: Sendable, Hashable {
    public var name: String
    /// The connector's state, sealed; nil before the first.
    public var state: [UInt8]?
    /// The generation of the newest complete full read, or of the first read while none was: a state of another one
    /// isn't used, and what that read missed isn't counted with what one of another generation misses.
    public var generation: Int64
    /// Whether the newest full read reached its end.
    public var isComplete: Bool
    /// When the newest complete full read ended.
    public var fullReadAt: Timestamp?
    /// The key fields that the stored keys were made of; another set means another generation of the entity.
    public var primaryKey: [String]
    /// Live records: counted by the store with every write of records, in the same transaction; read it only.
    public var live: Int
    /// How many deletions wait for a person's confirmation; nil = none.
    public var deletesToReview: Int?

    public init(name: String, generation: Int64, primaryKey: [String] = []) {
        self.name = name
        self.generation = generation
        self.isComplete = false
        self.primaryKey = primaryKey
        self.live = 0
    }
}

extension SyncRows {
    /// Live records by entity.
    public func liveCounts(of source: DataSourceID) throws -> [String: Int] {
        Dictionary(uniqueKeysWithValues: try entities(of: source).map { ($0.name, $0.live) })
    }
}
