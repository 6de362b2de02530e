/// One way to write a secret, and where it counts as found.
struct Needle: Sendable {
    /// What must stand around an occurrence, or belongs to it.
    enum Edges: Sendable {
        /// Anything.
        case free
        /// Neither a letter nor a digit.
        case alone
        /// The base64 text around it, which holds the rest of its first and last byte, goes too.
        case base64
    }

    let bytes: [UInt8]
    let edges: Edges
    /// At each place, how much of the beginning is repeated there (Knuth, Morris, Pratt 1977): a search is linear
    /// whatever text and secret are.
    private let fallback: [Int]

    init(_ bytes: [UInt8], _ edges: Edges) {
        self.bytes = bytes
        self.edges = edges
        var fallback = [Int](repeating: 0, count: bytes.count)
        var length = 0
        for index in bytes.indices.dropFirst() {
            while length > 0, bytes[index] != bytes[length] { length = fallback[length - 1] }
            if bytes[index] == bytes[length] { length += 1 }
            fallback[index] = length
        }
        self.fallback = fallback
    }

    /// All the ways in which a text of at least one byte is written, but for escapes.
    static func all(of text: [UInt8]) -> [Needle] {
        guard text.count >= Scrubber.minFreeBytes else { return [Needle(text, .alone)] }
        let hexadecimal = hex(text)
        let encoded = Base64.Alphabet.allCases.flatMap { alphabet in
            (0...2).map { Needle(base64(text, after: $0, alphabet), .base64) }
        }
        let plain = [text, Array(hexadecimal.utf8), Array(hexadecimal.uppercased().utf8)].map { Needle($0, .free) }
        return plain + encoded
    }

    /// The base64 symbols that hold nothing but bits of `text`, which comes after `count` other bytes.
    private static func base64(_ text: [UInt8], after count: Int, _ alphabet: Base64.Alphabet) -> [UInt8] {
        let symbols = Base64.encode([UInt8](repeating: 0, count: count) + text, alphabet)
        let first = (count * 8 + 5) / 6
        let end = (count + text.count) * 8 / 6
        return Array(symbols[first..<end])
    }

    /// Where it is found, in order; last where the text ends within it.
    func matches(in text: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var length = 0
        for index in text.indices {
            while length > 0, text[index] != bytes[length] { length = fallback[length - 1] }
            if text[index] == bytes[length] { length += 1 }
            guard length == bytes.count else { continue }
            length = fallback[length - 1]
            if let range = widened(index + 1 - bytes.count..<index + 1, in: text, after: found.last) {
                found.append(range)
            }
        }
        if length >= Scrubber.minCutBytes, let range = widened(text.count - length..<text.count, in: text, after: nil) {
            found.append(range)
        }
        return found
    }

    private func widened(_ range: Range<Int>, in text: [UInt8], after last: Range<Int>?) -> Range<Int>? {
        switch edges {
        case .free: return range
        case .alone:
            let before = range.lowerBound > 0 && text[range.lowerBound - 1].isWordByte
            let after = range.upperBound < text.count && text[range.upperBound].isWordByte
            return before || after ? nil : range
        case .base64:
            // Lies in what the last match took already: without this, many matches would each walk the same text.
            if let last, range.upperBound <= last.upperBound { return nil }
            var (start, end) = (range.lowerBound, range.upperBound)
            while start > 0, text[start - 1].isBase64Byte { start -= 1 }
            while end < text.count, text[end].isBase64Byte { end += 1 }
            while end < text.count, text[end] == UInt8(ascii: "=") { end += 1 }
            return start..<end
        }
    }
}

extension UInt8 {
    /// A letter or digit of ASCII, or a part of a character beyond it.
    fileprivate var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
            true
        default: false
        }
    }

    /// A symbol of either base64 alphabet.
    fileprivate var isBase64Byte: Bool {
        self < 0x80 && isWordByte || [0x2B, 0x2F, 0x2D, 0x5F].contains(self)
    }
}
