/// A text with its escapes undone, which knows where in the source each of its bytes came from.
struct TextView {
    let bytes: [UInt8]
    /// Where each byte's source begins, and at the end where the last one's ends; nil: each byte is its own source.
    private let starts: [Int]?

    /// A text as it is.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        starts = nil
    }

    private init(bytes: [UInt8], starts: [Int]) {
        self.bytes = bytes
        self.starts = starts
    }

    /// The part of the source that a part of this text came from.
    func source(of range: Range<Int>) -> Range<Int> {
        starts.map { $0[range.lowerBound]..<$0[range.upperBound] } ?? range
    }

    /// This text read as percent-encoded, as a form's field and as JSON; those that change nothing are left out.
    func decodings() -> [TextView] {
        var views: [TextView] = []
        let isPercent = bytes.contains(UInt8(ascii: "%"))
        if isPercent { views.append(decoded { percent($0, plusIsSpace: false) }) }
        if bytes.contains(UInt8(ascii: "+")) { views.append(decoded { percent($0, plusIsSpace: true) }) }
        if bytes.contains(UInt8(ascii: "\\")) { views.append(decoded(json)) }
        return views
    }

    /// Reads the text piece by piece: `read` says for a place what bytes stand there and how many they are written in;
    /// none for an escape that the text's end cuts.
    private func decoded(_ read: (Int) -> (bytes: [UInt8], length: Int)) -> TextView {
        var decoded: [UInt8] = []
        var starts: [Int] = []
        var place = 0
        while place < bytes.count {
            let piece = read(place)
            for byte in piece.bytes {
                decoded.append(byte)
                starts.append(source(of: place..<place + piece.length).lowerBound)
            }
            place += piece.length
        }
        starts.append(source(of: bytes.count..<bytes.count).lowerBound)
        return TextView(bytes: decoded, starts: starts)
    }

    /// RFC 3986 section 2.1, and the `+` of HTML forms.
    private func percent(_ place: Int, plusIsSpace: Bool) -> (bytes: [UInt8], length: Int) {
        if bytes[place] == UInt8(ascii: "%"), let value = hexValue(place + 1, digits: 2) {
            return ([UInt8(truncatingIfNeeded: value)], 3)
        }
        if bytes[place] == UInt8(ascii: "%"), isCut(place + 1, digits: 2) { return ([], bytes.count - place) }
        if plusIsSpace, bytes[place] == UInt8(ascii: "+") { return ([UInt8(ascii: " ")], 1) }
        return ([bytes[place]], 1)
    }

    /// RFC 8259 section 7; an escape that JSON doesn't have stands for its second character, as in most languages.
    private func json(_ place: Int) -> (bytes: [UInt8], length: Int) {
        guard bytes[place] == UInt8(ascii: "\\") else { return ([bytes[place]], 1) }
        guard place + 1 < bytes.count else { return ([], 1) }
        switch bytes[place + 1] {
        case UInt8(ascii: "n"): return ([0x0A], 2)
        case UInt8(ascii: "r"): return ([0x0D], 2)
        case UInt8(ascii: "t"): return ([0x09], 2)
        case UInt8(ascii: "b"): return ([0x08], 2)
        case UInt8(ascii: "f"): return ([0x0C], 2)
        case UInt8(ascii: "u"): return unicode(place)
        default: return ([bytes[place + 1]], 2)
        }
    }

    private func unicode(_ place: Int) -> (bytes: [UInt8], length: Int) {
        if isCut(place + 2, digits: 4) { return ([], bytes.count - place) }
        guard let high = hexValue(place + 2, digits: 4) else { return ([bytes[place]], 1) }
        if let scalar = Unicode.Scalar(high) { return (Array(String(scalar).utf8), 6) }
        guard high < 0xDC00, place + 7 < bytes.count, bytes[place + 6] == UInt8(ascii: "\\"),
            bytes[place + 7] == UInt8(ascii: "u"), let low = hexValue(place + 8, digits: 4),
            (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else { return ([bytes[place]], 1) }
        return (Array(String(scalar).utf8), 12)
    }

    /// Whether the text ends within these digits.
    private func isCut(_ start: Int, digits: Int) -> Bool {
        start + digits > bytes.count && hexValue(start, digits: bytes.count - start) != nil
    }

    private func hexValue(_ start: Int, digits: Int) -> UInt32? {
        guard start + digits <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[start..<start + digits] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
