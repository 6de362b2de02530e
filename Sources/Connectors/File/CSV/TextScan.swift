/// Finds the bytes of CSV text that need a look, eight at a time.
///
/// Each test sets the high bit of a byte that matches. A borrow can set bits of later bytes wrongly, never of earlier
/// ones, so the first bit set is always right.
struct TextScan {
    private let delimiters: UInt64
    let delimiter: UInt8

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080
    private static let quotes: UInt64 = ones &* UInt64(UInt8(ascii: "\""))
    private static let backslashes: UInt64 = ones &* UInt64(UInt8(ascii: "\\"))
    private static let firstPrintables: UInt64 = ones &* 0x20

    init(delimiter: UInt8) {
        self.delimiter = delimiter
        delimiters = Self.ones &* UInt64(delimiter)
    }

    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }

    /// Marks of quotes, backslashes and controls, and of bytes over 0x7F if `high` is all ones.
    @inline(__always)
    private static func special(_ word: UInt64, _ high: UInt64) -> UInt64 {
        zeros(word ^ quotes) | zeros(word ^ backslashes) | (word &- firstPrintables) & ~word | word & high
    }

    @inline(__always)
    private static func load(_ bytes: UnsafePointer<UInt8>, _ index: Int) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self))
    }

    @inline(__always)
    private static func isSpecial(_ byte: UInt8, _ high: UInt64) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte >= 0x80 && high != 0
    }

    /// The first delimiter, quote, backslash or control from `start` on, or byte over 0x7F if `high` is all ones; else
    /// `end`.
    @inline(__always)
    func fieldStop(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, high: UInt64) -> Int {
        var index = start
        while index &+ 8 <= end {
            let word = Self.load(bytes, index)
            let marks = (Self.special(word, high) | Self.zeros(word ^ delimiters)) & Self.highBits
            if marks != 0 { return index &+ marks.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < end, bytes[index] != delimiter, !Self.isSpecial(bytes[index], high) { index &+= 1 }
        return index
    }

    /// As ``fieldStop(_:from:to:high:)``, for text in which a delimiter means nothing.
    @inline(__always)
    static func textStop(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, high: UInt64) -> Int {
        var index = start
        while index &+ 8 <= end {
            let marks = special(load(bytes, index), high) & highBits
            if marks != 0 { return index &+ marks.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < end, !isSpecial(bytes[index], high) { index &+= 1 }
        return index
    }
}
