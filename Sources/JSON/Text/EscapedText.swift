/// Turns the inside of a JSON string into the text it stands for. Safe on any bytes: what isn't a valid escape gives
/// false rather than a fault.
enum EscapedText {
    /// What becomes of half a surrogate pair that stands alone.
    enum LoneSurrogate {
        /// U+FFFD, for a `String`.
        case replaced
        /// The three bytes that UTF-8 would have if surrogates were allowed (WTF-8), so that none is lost.
        case kept
    }

    /// Appends the decoded bytes of `raw`, which has no quotes around it; false if an escape is broken.
    static func decode(_ raw: ByteView, lone: LoneSurrogate, into output: inout [UInt8]) -> Bool {
        guard let bytes = raw.baseAddress else { return true }
        var index = 0
        while index < raw.count {
            let run = ByteScan.quoteOrBackslash(bytes, from: index, to: raw.count)
            output.append(contentsOf: ByteView(start: bytes + index, count: run - index))
            if run == raw.count { return true }
            guard raw[run] == Byte.backslash, run + 1 < raw.count else { return false }
            index = run + 2
            if raw[run + 1] == UInt8(ascii: "u") {
                guard let scalar = unicodeEscape(raw, &index) else { return false }
                append(scalar, lone: lone, to: &output)
            } else {
                guard let byte = simpleEscape(raw[run + 1]) else { return false }
                output.append(byte)
            }
        }
        return true
    }

    /// Makes a `String` of the inside of a string that is known to be valid.
    static func string(_ raw: ByteView, hasEscapes: Bool) -> String {
        guard hasEscapes else { return String(decoding: raw, as: UTF8.self) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(raw.count)
        guard decode(raw, lone: .replaced, into: &decoded) else { return String(decoding: raw, as: UTF8.self) }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func simpleEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case Byte.quote, Byte.backslash, UInt8(ascii: "/"): byte
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// Reads four digits at `index`, and the low half of a pair if one follows; moves `index` past what it took.
    private static func unicodeEscape(_ raw: ByteView, _ index: inout Int) -> UInt32? {
        guard let first = unit(raw, at: index) else { return nil }
        index += 4
        guard first & 0xFC00 == 0xD800, index + 1 < raw.count, raw[index] == Byte.backslash,
            raw[index + 1] == UInt8(ascii: "u"), let second = unit(raw, at: index + 2), second & 0xFC00 == 0xDC00
        else { return UInt32(first) }
        index += 6
        return 0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(second & 0x3FF))
    }

    private static func unit(_ raw: ByteView, at index: Int) -> UInt16? {
        guard index + 4 <= raw.count else { return nil }
        var value: UInt16 = 0
        for place in index..<index + 4 {
            guard let digit = Byte.hexValue(raw[place]) else { return nil }
            value = value << 4 | digit
        }
        return value
    }

    private static func append(_ scalar: UInt32, lone: LoneSurrogate, to output: inout [UInt8]) {
        let isSurrogate = scalar & 0xFFFF_F800 == 0xD800
        let value = isSurrogate && lone == .replaced ? 0xFFFD : scalar
        switch value {
        case 0..<0x80: output.append(UInt8(value))
        case 0x80..<0x800:
            output.append(UInt8(0xC0 | value >> 6))
            output.append(UInt8(0x80 | value & 0x3F))
        case 0x800..<0x10000:
            output.append(UInt8(0xE0 | value >> 12))
            output.append(UInt8(0x80 | value >> 6 & 0x3F))
            output.append(UInt8(0x80 | value & 0x3F))
        default:
            output.append(UInt8(0xF0 | value >> 18 & 0x07))
            output.append(UInt8(0x80 | value >> 12 & 0x3F))
            output.append(UInt8(0x80 | value >> 6 & 0x3F))
            output.append(UInt8(0x80 | value & 0x3F))
        }
    }
}
