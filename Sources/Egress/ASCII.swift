/// Classes of ASCII, so that no letter or digit of another script is taken for one of these.
extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercased) }
    var isHexDigit: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(lowercased) }
    /// Printable and not a space.
    var isVisible: Bool { (0x21...0x7E).contains(self) }

    var lowercased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self + 0x20 : self
    }
}

extension Collection where Element == UInt8 {
    /// The number that one to five decimal digits without a leading zero write; nil for all else, `+1` and `01` too.
    var decimalNumber: Int? {
        guard (1...5).contains(count), allSatisfy(\.isDigit), count == 1 || first != UInt8(ascii: "0") else {
            return nil
        }
        return reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    var lowercasedText: String { String(decoding: map(\.lowercased), as: UTF8.self) }
}
