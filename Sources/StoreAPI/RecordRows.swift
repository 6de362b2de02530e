public import Domain

/// The records of the transaction's tenant: each at its newest version, deletions as tombstones. In `seq` order they are
/// the change feed.
///
/// Methods that write take the locked ``SyncState`` and move its `feedSeq`; the caller saves it.
public protocol RecordRows {
    /// Upserts a batch, the last one of a key winning; a record whose body is unchanged isn't rewritten (Invariant 2).
    /// With `read`, remembers which records were met, for ``countUnseen(_:of:in:)``. A deletion item makes a tombstone.
    /// A record that is met, by whatever read, is no longer one that the complete read before missed. `run` is nil for
    /// records that were pushed.
    ///
    /// `ahead` is what ``lookAhead(at:of:)`` saw, whatever happened since: where a record that is to be changed isn't as it was
    /// seen, ``StaleLookAhead`` is thrown, and the transaction fails.
    func merge(
        _ batch: RecordBatch, run: RunID?, read: ReadToken?, ahead: (any LookAhead)?, sync: inout SyncState
    ) throws -> MergeCounts

    /// Looks up what is stored of a batch that is merged later, in a transaction that only reads; nil where that gains
    /// nothing.
    func lookAhead(at batch: RecordBatch, of source: DataSourceID) throws -> (any LookAhead)?

    /// Live records of the entity that the read didn't meet. O(1) when it met as many as are live.
    func countUnseen(_ read: ReadToken, of entity: String, in source: DataSourceID) throws -> Int

    /// Makes tombstones of at most `limit` live records that the read didn't meet; answers how many, so less than
    /// `limit` means done. With `absentBefore` only those that the complete read before this one missed too.
    func deleteUnseen(
        _ read: ReadToken, of entity: String, run: RunID, absentBefore: Bool, limit: Int, sync: inout SyncState
    ) throws -> Int

    /// Remembers which live records this complete read missed, in place of what the one before missed.
    func rememberAbsent(_ read: ReadToken, of entity: String, in source: DataSourceID) throws

    /// Live records that this read missed and that the complete read before missed too.
    func countAbsentTwice(_ read: ReadToken, of entity: String, in source: DataSourceID) throws -> Int

    /// Makes tombstones of at most `limit` live records of the entity (nil = of all), whatever was read; for erase.
    func deleteAll(of entity: String?, run: RunID?, limit: Int, sync: inout SyncState) throws -> Int

    /// One page of an entity's records in key order; it ends early once its bodies amount to ``maxPageBytes``, and then
    /// there may be more although it is shorter than the limit.
    func list(_ query: RecordQuery, of source: DataSourceID) throws -> [StoredRecord]

    /// How many records the query's filters match, position and limit aside. O(1) without `keys` and `updatedAfter`.
    func count(_ query: RecordQuery, of source: DataSourceID) throws -> Int

    /// Records whose seq is above `after`, in seq order; the page ends early once its bodies amount to ``maxPageBytes``.
    func changes(
        of source: DataSourceID, entity: String?, after: Int64, limit: Int
    ) throws -> [StoredRecord]

    /// Removes tombstones made before `time`, moves `purgedThrough`; at most `limit`. Answers how many.
    func purgeTombstones(before time: Timestamp, limit: Int, sync: inout SyncState) throws -> Int

    /// Drops what was remembered of the read, once the transaction has committed.
    func forget(_ read: ReadToken)
}

extension RecordRows {
    public func merge(_ batch: RecordBatch, run: RunID?, read: ReadToken?, sync: inout SyncState) throws -> MergeCounts
    {
        try merge(batch, run: run, read: read, ahead: nil, sync: &sync)
    }

    public func lookAhead(at batch: RecordBatch, of source: DataSourceID) throws -> (any LookAhead)? { nil }
}

/// What a store saw of a batch's records before their merge. Only the store that saw it knows what is in it.
public protocol LookAhead: Sendable {}

/// Records changed between a look ahead and the merge: the merge has to be done without it.
public struct StaleLookAhead: Error {
    public init() {}
}

/// Bytes of bodies at which a page of records ends, whatever its limit: the last record is the one that reaches it.
public let maxPageBytes = 16 << 20

/// One attempt's full read of a DataSource. The fence makes it unique: a new attempt has seen nothing yet.
public struct ReadToken: Sendable, Hashable {
    public var source: DataSourceID
    public var fence: Int64

    public init(source: DataSourceID, fence: Int64) {
        self.source = source
        self.fence = fence
    }
}

/// What a merge did; the items of the batch are the sum of `inserted`, `updated`, `unchanged`, `deleted`,
/// `alreadyGone` and `duplicates`.
public struct MergeCounts: Sendable, Hashable {
    /// New, or back after a deletion.
    public var inserted = 0
    /// Of the inserted, those that came back.
    public var revived = 0
    public var updated = 0
    public var unchanged = 0
    public var deleted = 0
    /// Deletions of records that weren't live.
    public var alreadyGone = 0
    /// Items overruled by a later one of the same key in the batch.
    public var duplicates = 0

    public init() {}
}

/// Filters and position of a list of one entity's records.
public struct RecordQuery: Sendable, Hashable {
    public var entity: String
    public var includesDeleted = false
    /// Only these keys, in ordered form; at most 500.
    public var keys: [[UInt8]]?
    /// Exclusive.
    public var updatedAfter: Timestamp?
    /// 1 to 501: one more than an API's page, to see whether there is a next.
    public var limit = 50
    /// Start behind this key.
    public var after: [UInt8]?

    public init(entity: String) { self.entity = entity }
}
