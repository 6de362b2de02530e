import Interpolation

/// Reads the records of one slice from the source.
protocol Retriever: Sendable {
    /// Hands on the slice's records, page by page or piece by piece, after filters and transformations.
    ///
    /// `emit` waits while its taker is busy, and so slows the source down. Several slices are read at once.
    func read(_ slice: StreamSlice, _ emit: ([Record]) async throws -> Void) async throws
}
