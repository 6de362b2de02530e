/// Cuts a large input, fed in pieces that may be cut anywhere, into its elements: validated in full against RFC 8259
/// and minified (white space between tokens dropped, everything else kept byte for byte), in flat memory.
///
/// ```swift
/// var scanner = JSONElementScanner(.automatic)
/// var batch = JSONElementBatch()
/// while let chunk = try file.read() {
///     try scanner.feed(chunk, into: &batch)
///     use(batch); batch.removeAll()
/// }
/// try scanner.finish(into: &batch)
/// ```
///
/// After an error the batch still holds the whole elements before it, and the scanner is of no more use.
public struct JSONElementScanner: Sendable {
    private var lines: LineCutter?
    private var document: DocumentCutter?

    /// Makes a scanner at the start of an input.
    public init(_ selection: JSONElementSelection, limits: JSONElementLimits = .source) {
        if case .lines = selection {
            lines = LineCutter(limits: limits)
        } else {
            document = DocumentCutter(selection, limits: limits)
        }
    }

    /// Reads the next piece and appends each element that ends in it to the batch.
    public mutating func feed(
        _ chunk: UnsafeRawBufferPointer, into batch: inout JSONElementBatch
    ) throws(JSONElementError) {
        let view = chunk.bindMemory(to: UInt8.self)
        guard let bytes = view.baseAddress, !view.isEmpty else { return }
        lines?.feed(bytes, count: view.count, into: &batch)
        try document?.feed(bytes, count: view.count, into: &batch)
    }

    /// Reads the next piece; see the other `feed`.
    public mutating func feed(_ chunk: [UInt8], into batch: inout JSONElementBatch) throws(JSONElementError) {
        try feed(chunk.span, into: &batch)
    }

    /// Reads the next piece; see the other `feed`.
    public mutating func feed(_ chunk: Span<UInt8>, into batch: inout JSONElementBatch) throws(JSONElementError) {
        try chunk.withUnsafeBytes { (view) throws(JSONElementError) in try feed(view, into: &batch) }
    }

    /// Says that the input has ended; throws `truncated` when it ends inside a value, an array or a cut last line, and
    /// what was asked for but not found.
    public mutating func finish(into batch: inout JSONElementBatch) throws(JSONElementError) {
        try lines?.finish(into: &batch)
        try document?.finish(into: &batch)
    }
}
