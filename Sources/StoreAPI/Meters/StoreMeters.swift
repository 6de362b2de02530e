public import Meters

/// What a store measures.
public struct StoreMeters: MeterGroup {
    public static let title = "Store"

    /// Where a read runs.
    public enum ReadPath: String, Sendable, CaseIterable {
        /// On the thread that asked.
        case near
        /// On a thread of the store's own.
        case pool
    }

    public let writes = Counter(
        "tributary_store_writes_total", "Writes that were committed, each a part of a transaction.")
    public let transactions = Histogram(
        "tributary_store_transaction_duration_seconds",
        "A committed transaction, from its beginning until it is durable.", bounds: Histogram.shortTimes)
    public let groups = Histogram(
        "tributary_store_group_size", "Writes that shared a committed transaction.", items: [1, 2, 4, 8, 16, 32, 64])
    public let reads = Counter(
        "tributary_store_reads_total", "Reads that were begun.", labels: [MeterLabel("path", ReadPath.self)])
    public let busyReaders = Gauge(
        "tributary_store_readers_busy", "Connections that read now.", labels: [MeterLabel("path", ReadPath.self)])
    public let waitingReads = Gauge("tributary_store_reads_waiting", "Reads that wait for a connection of the pool.")

    /// Makes the meters, all at nought.
    public init() {}

    /// Notes a committed transaction of so many writes.
    public func note(group writes: Int, _ duration: Duration) {
        self.writes.add(writes)
        groups.note(items: writes)
        transactions.note(duration)
    }

    public var all: [any Meter] { [writes, transactions, groups, reads, busyReaders, waitingReads] }
}
