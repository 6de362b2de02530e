public import Domain

/// The sync runs of the transaction's tenant.
public protocol RunRows {
    /// Stores a new queued run. False, and nothing stored, when the DataSource has an active run already or its
    /// `scheduledFor` was used before.
    func insert(_ run: SyncRun) throws -> Bool

    func find(_ id: RunID, of source: DataSourceID) throws -> SyncRun?

    /// The queued or running one.
    func active(of source: DataSourceID) throws -> SyncRun?

    /// Writes every column of a row that exists.
    func update(_ run: SyncRun) throws

    /// Moves the lease of a running run; false when it is no longer running under this fence.
    func renewLease(_ id: RunID, of source: DataSourceID, fence: Int64, until: Timestamp) throws -> Bool

    /// Running runs of the tenant. In a write nobody else who counts them starts one before the transaction ends.
    func runningCount() throws -> Int

    /// Running runs of the tenant against one host; as ``runningCount()``.
    func runningCount(on host: String) throws -> Int

    /// Newest first, starting behind `after`; `limit` 1 to 501: one more than an API's page.
    func list(of source: DataSourceID, after: RunID?, limit: Int) throws -> [SyncRun]

    func count(of source: DataSourceID) throws -> Int

    /// Keeps rejects of a run, at most ``maxRejectsKept`` a run; more are dropped (the counters have them).
    func insertRejects(_ rejects: [Reject], run: RunID, of source: DataSourceID) throws

    /// Rejects in the order kept, starting behind position `after` (0 = from the first). Answers positions with them.
    func rejects(
        of run: RunID, source: DataSourceID, after: Int64, limit: Int
    ) throws -> [(position: Int64, reject: Reject)]

    func rejectCount(of run: RunID, source: DataSourceID) throws -> Int

    /// Removes runs, with their rejects, that ended before `time`; at most `limit`. Answers how many.
    func purge(finishedBefore time: Timestamp, limit: Int) throws -> Int
}

/// How many rejects of one run are kept.
public let maxRejectsKept = 1_000
