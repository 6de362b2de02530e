/// Looks up named members of one object straight in its text, without building a value. Of a name that stands twice
/// the last one wins. Names are compared by what they say, so `"\u0069d"` is `id`.
public struct JSONFields: Sendable {
    private let names: [[UInt8]]

    /// Prepares a look-up of names, of which there should be few: each member's name is compared with all of them.
    public init(_ names: [String]) { self.names = names.map { Array($0.utf8) } }

    /// Where each name's value is within `object`, in the order of the names; nil for a name that isn't there.
    /// Returns nil as a whole unless `object` is the text of an object. The text should be valid, as a
    /// `JSONElementScanner` gives it (white space is allowed); of other text the answer may be wrong but is safe.
    public func ranges(in object: UnsafeRawBufferPointer) -> [Range<Int>?]? {
        var walker = TextWalker(object.bindMemory(to: UInt8.self))
        var found = [Range<Int>?](repeating: nil, count: names.count)
        guard walker.take(Byte.beginObject) else { return nil }
        if walker.take(Byte.endObject) { return found }
        repeat {
            guard let name = walker.string(), walker.take(Byte.colon), let value = walker.value() else { return nil }
            if let place = place(of: name, in: walker.text) { found[place] = value }
        } while walker.take(Byte.comma)
        return walker.take(Byte.endObject) ? found : nil
    }

    /// Where each name's value is; see the other `ranges`. Ranges count from the slice's first byte.
    public func ranges(in object: ArraySlice<UInt8>) -> [Range<Int>?]? {
        object.withUnsafeBytes { ranges(in: $0) }
    }

    /// Where each name's value is; see the other `ranges`.
    public func ranges(in object: [UInt8]) -> [Range<Int>?]? {
        object.withUnsafeBytes { ranges(in: $0) }
    }

    private func place(of name: TextWalker.Quoted, in text: ByteView) -> Int? {
        let raw = ByteView(rebasing: text[name.inside])
        if name.hasEscapes {
            var decoded: [UInt8] = []
            guard EscapedText.decode(raw, lone: .kept, into: &decoded) else { return nil }
            return names.firstIndex(of: decoded)
        }
        return names.firstIndex { $0.count == raw.count && $0.elementsEqual(raw) }
    }
}
