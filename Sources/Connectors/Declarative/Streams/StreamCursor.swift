import Interpolation

/// Cuts a stream into slices by what was read before, and says afterwards where the next run goes on.
///
/// Slices are read several at a time, so every method may be called from several tasks at once; the calls for one slice
/// come in order: its records, then its end.
///
/// As a provider of options it adds those of its partition router too.
protocol StreamCursor: AnyObject, RequestOptionsProvider {
    /// The top-level field of a record that says how far the stream is read; nil for a stream without incremental reads.
    var cursorField: String? { get }

    /// Takes the state of the run before, as the stream's last state message had it; called once, before the first slice.
    /// Throws `declarative.state_invalid`.
    func restore(_ state: Mapping) throws

    /// Hands each slice that is to be read to `body`, in a stable order, and waits for it before it goes on.
    func forEachSlice(_ body: (StreamSlice) async throws -> Void) async throws

    /// Takes note of records that were read, in the form in which they are handed on.
    func observe(_ records: [Record], in slice: StreamSlice)

    /// Takes note that every record of the slice was handed on. Returns the state that is true from then on, where it is
    /// time to say it; nil where nothing changed or it is said later.
    func close(_ slice: StreamSlice) throws -> Mapping?

    /// The state after the stream's last slice.
    func finalState() throws -> Mapping

    /// Whether the record isn't older than what was read before nor younger than the read's end; one without a usable
    /// cursor value counts as new.
    func isNew(_ record: Record) -> Bool

    /// What is left of a slice after the records that were observed in it (`pagination_reset`); nil where that can't be said.
    func rest(of slice: StreamSlice) throws -> StreamSlice?

    /// A slice in two parts (`request_window_splitting`); nil where it can't be split, or only into parts that are smaller
    /// than they may be.
    func split(_ slice: StreamSlice, noSmallerThan smallest: TimeSpan?) throws -> [StreamSlice]?
}

extension StreamCursor {
    func rest(of slice: StreamSlice) throws -> StreamSlice? { nil }
    func split(_ slice: StreamSlice, noSmallerThan smallest: TimeSpan?) throws -> [StreamSlice]? { nil }
}
