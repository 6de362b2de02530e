/// A view of bytes that lasts for one call.
typealias ByteView = UnsafeBufferPointer<UInt8>

/// The bytes that have a meaning in JSON text.
enum Byte {
    static let quote: UInt8 = 0x22
    static let backslash: UInt8 = 0x5C
    static let comma: UInt8 = 0x2C
    static let colon: UInt8 = 0x3A
    static let beginArray: UInt8 = 0x5B
    static let endArray: UInt8 = 0x5D
    static let beginObject: UInt8 = 0x7B
    static let endObject: UInt8 = 0x7D
    static let minus: UInt8 = 0x2D
    static let plus: UInt8 = 0x2B
    static let point: UInt8 = 0x2E
    static let zero: UInt8 = 0x30
    static let nine: UInt8 = 0x39
    static let newline: UInt8 = 0x0A

    /// Space, tab, line feed and carriage return (RFC 8259 section 2).
    @inline(__always)
    static func isWhitespace(_ byte: UInt8) -> Bool {
        byte <= 0x20 && (1 as UInt64) << UInt64(byte) & 0x1_0000_2600 != 0
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- zero <= 9 }

    /// The value of a hexadecimal digit; nil for any other byte.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt16? {
        switch byte {
        case 0x30...0x39: UInt16(byte &- 0x30)
        case 0x41...0x46: UInt16(byte &- 0x37)
        case 0x61...0x66: UInt16(byte &- 0x57)
        default: nil
        }
    }
}

/// Finds bytes eight at a time. Each test marks the high bit of a byte that matches; a borrow can mark later bytes
/// wrongly but never earlier ones, so the first mark is exact.
enum ByteScan {
    @inline(__always)
    private static func word(_ bytes: UnsafePointer<UInt8>, _ index: Int) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self))
    }

    @inline(__always)
    private static func marks(_ word: UInt64, equalTo byte: UInt8) -> UInt64 {
        let difference = word ^ (0x0101_0101_0101_0101 &* UInt64(byte))
        return (difference &- 0x0101_0101_0101_0101) & ~difference
    }

    @inline(__always)
    private static func marksOfControls(_ word: UInt64) -> UInt64 { (word &- 0x2020_2020_2020_2020) & ~word }

    @inline(__always)
    private static func find(
        _ bytes: UnsafePointer<UInt8>, _ from: Int, _ end: Int,
        marking: (UInt64) -> UInt64, matching: (UInt8) -> Bool
    ) -> Int {
        var index = from
        while index &+ 8 <= end {
            let found = marking(word(bytes, index)) & 0x8080_8080_8080_8080
            if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < end, !matching(bytes[index]) { index &+= 1 }
        return index
    }

    /// The first byte of a string's inside that needs a look: quote, backslash, control or not ASCII; else `end`.
    @inline(__always)
    static func endOfPlainText(_ bytes: UnsafePointer<UInt8>, from: Int, to end: Int) -> Int {
        find(bytes, from, end) { word in
            marks(word, equalTo: Byte.quote) | marks(word, equalTo: Byte.backslash) | marksOfControls(word) | word
        } matching: { byte in
            byte < 0x20 || byte >= 0x80 || byte == Byte.quote || byte == Byte.backslash
        }
    }

    /// The first byte that a writer must escape: quote, backslash or control; else `end`.
    @inline(__always)
    static func endOfSafeText(_ bytes: UnsafePointer<UInt8>, from: Int, to end: Int) -> Int {
        find(bytes, from, end) { word in
            marks(word, equalTo: Byte.quote) | marks(word, equalTo: Byte.backslash) | marksOfControls(word)
        } matching: { byte in
            byte < 0x20 || byte == Byte.quote || byte == Byte.backslash
        }
    }

    /// The first quote or backslash of text that is known to be valid; else `end`.
    @inline(__always)
    static func quoteOrBackslash(_ bytes: UnsafePointer<UInt8>, from: Int, to end: Int) -> Int {
        find(bytes, from, end) { word in
            marks(word, equalTo: Byte.quote) | marks(word, equalTo: Byte.backslash)
        } matching: { byte in
            byte == Byte.quote || byte == Byte.backslash
        }
    }

    /// The first place of `byte`; else `end`.
    @inline(__always)
    static func first(_ byte: UInt8, in bytes: UnsafePointer<UInt8>, from: Int, to end: Int) -> Int {
        find(bytes, from, end) {
            marks($0, equalTo: byte)
        } matching: {
            $0 == byte
        }
    }
}
