/// Validates the inside of one JSON string, fed in pieces that may be cut anywhere.
struct StringMachine {
    private enum Phase: UInt8 {
        case text, continuation, escape, hex, lowBackslash, lowLetter
    }

    private let allowsLoneSurrogates: Bool
    private var phase = Phase.text
    /// Continuation bytes that are still to come, and the bounds of the next one (RFC 3629 section 4).
    private var continuations: UInt8 = 0
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF
    /// Digits of a `\u` escape that are still to come, and their value so far.
    private var hexDigits: UInt8 = 0
    private var unit: UInt16 = 0
    private var expectsLowSurrogate = false

    init(allowsLoneSurrogates: Bool) { self.allowsLoneSurrogates = allowsLoneSurrogates }

    /// Reads on from `start`, which must be inside the string; returns the place after the closing quote, or nil when
    /// all bytes were taken and the string goes on.
    @inline(__always)
    mutating func advance(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) throws(JSONError) -> Int? {
        var index = start
        while index < end {
            if phase == .text {
                index = ByteScan.endOfPlainText(bytes, from: index, to: end)
                if index == end { return nil }
                if bytes[index] == Byte.quote { return index &+ 1 }
            }
            try take(bytes[index], at: index)
            index &+= 1
        }
        return nil
    }

    private mutating func take(_ byte: UInt8, at index: Int) throws(JSONError) {
        switch phase {
        case .text: try leaveText(byte, index)
        case .continuation: try takeContinuation(byte, index)
        case .escape: try takeEscape(byte, index)
        case .hex: try takeHexDigit(byte, index)
        case .lowBackslash:
            guard byte == Byte.backslash else { throw Self.loneSurrogate(index) }
            phase = .lowLetter
        case .lowLetter:
            guard byte == UInt8(ascii: "u") else { throw Self.loneSurrogate(index) }
            beginHex(low: true)
        }
    }

    private mutating func leaveText(_ byte: UInt8, _ index: Int) throws(JSONError) {
        if byte == Byte.backslash {
            phase = .escape
            return
        }
        guard byte >= 0x80 else { throw .malformed(index, "a control character stands unescaped in a string") }
        (lowest, highest) = (0x80, 0xBF)
        switch byte {
        case 0xC2...0xDF: continuations = 1
        case 0xE0: (continuations, lowest) = (2, 0xA0)
        case 0xED: (continuations, highest) = (2, 0x9F)
        case 0xE1...0xEF: continuations = 2
        case 0xF0: (continuations, lowest) = (3, 0x90)
        case 0xF1...0xF3: continuations = 3
        case 0xF4: (continuations, highest) = (3, 0x8F)
        default: throw Self.notUTF8(index)
        }
        phase = .continuation
    }

    private mutating func takeContinuation(_ byte: UInt8, _ index: Int) throws(JSONError) {
        guard byte >= lowest, byte <= highest else { throw Self.notUTF8(index) }
        (lowest, highest) = (0x80, 0xBF)
        continuations &-= 1
        if continuations == 0 { phase = .text }
    }

    private mutating func takeEscape(_ byte: UInt8, _ index: Int) throws(JSONError) {
        switch byte {
        case Byte.quote, Byte.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            phase = .text
        case UInt8(ascii: "u"): beginHex(low: false)
        default: throw .malformed(index, "an escape that JSON doesn't have stands in a string")
        }
    }

    private mutating func beginHex(low: Bool) {
        phase = .hex
        hexDigits = 4
        unit = 0
        expectsLowSurrogate = low
    }

    private mutating func takeHexDigit(_ byte: UInt8, _ index: Int) throws(JSONError) {
        guard let digit = Byte.hexValue(byte) else { throw .malformed(index, "a \\u escape lacks a hexadecimal digit") }
        unit = unit << 4 | digit
        hexDigits &-= 1
        guard hexDigits == 0 else { return }
        phase = .text
        if allowsLoneSurrogates { return }
        let isLow = unit & 0xFC00 == 0xDC00
        guard isLow == expectsLowSurrogate else { throw Self.loneSurrogate(index) }
        if unit & 0xFC00 == 0xD800 { phase = .lowBackslash }
    }

    private static func loneSurrogate(_ index: Int) -> JSONError {
        .malformed(index, "half of a surrogate pair stands alone in a string")
    }

    private static func notUTF8(_ index: Int) -> JSONError {
        JSONError(.invalidUTF8, offset: index, detail: "a string holds bytes that aren't UTF-8")
    }
}
