public import Domain
public import Meters

/// What becomes of runs and records: of those that this process works on.
public struct RunMeters: MeterGroup {
    public static let title = "Runs and records"

    /// How a run ended for the worker that had it.
    public enum Outcome: String, Sendable, CaseIterable {
        case succeeded, failed
        case needsReview = "needs_review"
        /// Cancelled, superseded or taken over: it wasn't this worker's any more.
        case lost
        /// Given back, because the process stops.
        case released
        /// The database didn't take its end; the lease runs out.
        case unwritten
    }

    /// What became of an item that a source gave, or of a record that it gave no longer.
    public enum RecordOutcome: String, Sendable, CaseIterable {
        case inserted, updated, unchanged, deleted, rejected, duplicate
    }

    public let runs = Counter(
        "tributary_runs_total", "Runs that this process worked on, by how they ended for it.",
        labels: [MeterLabel("outcome", Outcome.self), MeterLabel("trigger", SyncRun.Trigger.self)])
    public let runTimes = Histogram(
        "tributary_run_duration_seconds", "From a run's claim to its end.",
        labels: [MeterLabel("outcome", Outcome.self)], bounds: Histogram.longTimes)
    public let runsUnderWay = Gauge("tributary_runs_in_progress", "Runs that this process works on now.")
    public let records = Counter(
        "tributary_records_total",
        "Items of runs and pushes, and records that full reads missed, by what became of them.",
        labels: [MeterLabel("outcome", RecordOutcome.self)])
    public let recordBytes = Counter(
        "tributary_record_bytes_total", "Bytes of the record bodies that runs read.", unit: .bytes)
    public let batchTimes = Histogram(
        "tributary_batch_commit_duration_seconds",
        "From handing a run's batch to the store to the answer that it is durable.", bounds: Histogram.shortTimes)

    /// Makes the meters, all at nought.
    public init() {}

    public var all: [any Meter] { [runs, runTimes, runsUnderWay, records, recordBytes, batchTimes] }

    /// Counts what happened to a run between two looks at it.
    public func note(_ run: SyncRun, since before: SyncRun) {
        func count(_ outcome: RecordOutcome, _ counter: KeyPath<EntityCounts, Int>) {
            records.add(run.sum(counter) - before.sum(counter), outcome)
        }
        count(.inserted, \.inserted)
        count(.updated, \.updated)
        count(.unchanged, \.unchanged)
        count(.deleted, \.deleted)
        count(.rejected, \.rejected)
        count(.duplicate, \.duplicates)
        recordBytes.add(run.sum(\.bytes) - before.sum(\.bytes))
    }
}

extension SyncRun {
    fileprivate func sum(_ counter: KeyPath<EntityCounts, Int>) -> Int {
        entities.reduce(0) { $0 + $1[keyPath: counter] }
    }
}
