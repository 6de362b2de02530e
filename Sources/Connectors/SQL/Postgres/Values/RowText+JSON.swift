import JSON

extension RowText {
    /// How deeply a record may nest, its own object included.
    private static let deepest = 64
    /// Longer than any text whose compact form a record can hold, unless it is mostly white space.
    private static let longestJSON = 2 * longest

    /// Puts the compact form of a JSON text that stands below `depth` arrays and objects.
    mutating func json(_ value: ValueBytes, isBinary: Bool, depth: Int) throws(ValueFault) {
        var text = value
        if isBinary {
            // The format's version; there is only one.
            guard value.count > 0, value.load(0, as: UInt8.self) == 1 else { throw .malformed }
            text = value.dropping(1)
        }
        guard text.count <= Self.longestJSON else { throw cut(text) }
        ensure(text.count + 16)
        let limits = JSONLimits(
            maxDepth: Self.deepest - depth, allowsDuplicateNames: true, allowsLoneSurrogates: true)
        do {
            count += try JSONCompactor.write(
                UnsafeRawBufferPointer(start: text.start, count: text.count),
                to: UnsafeMutableRawBufferPointer(start: end, count: text.count), limits: limits)
        } catch {
            throw error.code == .invalidUTF8 ? .notUTF8 : .invalidJSON
        }
    }
}
