/// Steps over the values of JSON text without looking into them. It trusts that the text is valid, but stays within
/// its bounds whatever the bytes are.
struct TextWalker {
    /// A string: where its inside is, and whether an escape is in it.
    struct Quoted {
        let inside: Range<Int>
        let hasEscapes: Bool
    }

    let text: ByteView
    private(set) var index = 0

    init(_ text: ByteView) { self.text = text }

    /// The next byte that isn't white space; nil at the end.
    @inline(__always)
    mutating func peek() -> UInt8? {
        while index < text.count {
            if !Byte.isWhitespace(text[index]) { return text[index] }
            index &+= 1
        }
        return nil
    }

    /// Steps over `byte` if it is next.
    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        index &+= 1
        return true
    }

    /// Steps over a string; nil if none is next.
    mutating func string() -> Quoted? {
        guard take(Byte.quote), let bytes = text.baseAddress else { return nil }
        let start = index
        var hasEscapes = false
        while true {
            index = ByteScan.quoteOrBackslash(bytes, from: index, to: text.count)
            guard index < text.count else { return nil }
            if bytes[index] == Byte.quote { break }
            hasEscapes = true
            index = min(index &+ 2, text.count)
        }
        index &+= 1
        return Quoted(inside: start..<index &- 1, hasEscapes: hasEscapes)
    }

    /// Steps over a value of any kind and returns where it is; nil if none is next.
    mutating func value() -> Range<Int>? {
        guard let first = peek() else { return nil }
        let start = index
        switch first {
        case Byte.quote: guard string() != nil else { return nil }
        case Byte.beginArray, Byte.beginObject: guard skipContainer() else { return nil }
        default: skipScalar()
        }
        return index > start ? start..<index : nil
    }

    private mutating func skipScalar() {
        while index < text.count {
            let byte = text[index]
            if byte == Byte.comma || byte == Byte.endObject || byte == Byte.endArray || Byte.isWhitespace(byte) {
                return
            }
            index &+= 1
        }
    }

    private mutating func skipContainer() -> Bool {
        var depth = 0
        while index < text.count {
            switch text[index] {
            case Byte.quote:
                guard string() != nil else { return false }
                continue
            case Byte.beginArray, Byte.beginObject: depth += 1
            case Byte.endArray, Byte.endObject: depth -= 1
            default: break
            }
            index &+= 1
            if depth == 0 { return true }
        }
        return false
    }
}
