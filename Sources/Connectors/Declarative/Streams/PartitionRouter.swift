import Interpolation

/// Says into which partitions a stream falls.
///
/// Reading parents takes requests, so partitions are handed on one by one as they come up; they are asked for anew for
/// each read.
protocol PartitionRouter: RequestOptionsProvider {
    /// Hands each partition to `body`, in a stable order, and waits for it before it goes on; stops when `body` throws.
    func forEachPartition(_ body: (StreamSlice) async throws -> Void) async throws

    /// Takes the stream's own state, in which the states of parents are that a run before left (`parent_state`); called
    /// once, before the first partition.
    func restore(childState: Mapping) throws

    /// The state of parents whose records decide what is read, by parent's name; nil for a router that reads none, an
    /// empty mapping where none of its parents is read incrementally.
    func parentState() -> Mapping?
}

extension PartitionRouter {
    func restore(childState: Mapping) throws {}
    func parentState() -> Mapping? { nil }
}

/// A stream as a substream's router reads it: from its first to its last record, partition by partition.
///
/// Its responses are kept for the run, so that reading it for each of its children costs its requests once.
protocol ParentStream: Sendable {
    var name: String { get }

    /// Hands on each record, after the stream's filters and transformations, with the slice that it belongs to.
    ///
    /// - Parameters:
    ///   - state: Where the stream goes on (`incremental_dependency`); nil = from the start, and no state is kept.
    ///   - body: Called in the order of slices and of records in them. What it throws ends the read.
    func forEachRecord(from state: Mapping?, _ body: (Record) async throws -> Void) async throws

    /// The state after the records handed on so far; nil for a stream that has no cursor.
    func state() -> Mapping?
}
