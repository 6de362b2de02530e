/// Finds the bytes of a text that need a look, eight at a time.
///
/// Each test sets the high bit of a byte that matches. A borrow can set bits of later bytes wrongly, never of earlier
/// ones, so the first bit set is always right.
enum PlainText {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080
    private static let quotes: UInt64 = 0x2222_2222_2222_2222
    private static let backslashes: UInt64 = 0x5C5C_5C5C_5C5C_5C5C
    private static let firstPrintables: UInt64 = 0x2020_2020_2020_2020

    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }

    /// Marks quotes, backslashes and controls.
    @inline(__always)
    private static func unsafeMarks(_ word: UInt64) -> UInt64 {
        zeros(word ^ quotes) | zeros(word ^ backslashes) | (word &- firstPrintables) & ~word
    }

    /// Marks quotes, backslashes, controls and what isn't ASCII, in a word as it lies in memory.
    @inline(__always)
    static func marks(_ word: UInt64) -> UInt64 {
        let word = UInt64(littleEndian: word)
        return (unsafeMarks(word) | word) & highBits
    }

    /// Whether a byte stands for itself in a JSON string and needs no check.
    @inline(__always)
    static func isPlain(_ byte: UInt8) -> Bool { isSafe(byte) && byte < 0x80 }

    @inline(__always)
    private static func isSafe(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// The first quote, backslash or control of a text that is UTF-8; else `end`.
    static func endOfSafe(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let word = UInt64(littleEndian: UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self))
            let marks = unsafeMarks(word) & highBits
            if marks != 0 { return index &+ marks.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < end, isSafe(bytes[index]) { index &+= 1 }
        return index
    }

    static func isUTF8(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        do {
            _ = try UTF8Span(validating: UnsafeBufferPointer(start: bytes, count: count).span)
            return true
        } catch {
            return false
        }
    }
}
