/// A host in one of the two forms that every reader takes alike: an IP address in its usual form, or a DNS name.
///
/// What isn't one of them is refused before anything is looked up: the C library would read `127.1`, `0x7f.1` and
/// `2130706433` as addresses, and libpq a path as a Unix socket, a comma as the next host, `=` as a setting.
enum Host: Sendable, Hashable {
    /// In lower case as asked for, without brackets.
    case address(IPAddress, text: String)
    /// In lower case, without a dot at the end.
    case name(String)

    /// Where an IPv6 address must stand in brackets (a URL), or may (a field of its own).
    enum Brackets { case required, optional }

    init?(_ text: some StringProtocol, brackets: Brackets) {
        let bytes = Array(text.utf8)
        if bytes.first == UInt8(ascii: "[") {
            guard bytes.last == UInt8(ascii: "]") else { return nil }
            self.init(six: bytes.dropFirst().dropLast())
        } else if bytes.contains(UInt8(ascii: ":")) {
            guard brackets == .optional else { return nil }
            self.init(six: bytes[...])
        } else if let address = IPAddress(text) {
            self = .address(address, text: String(text))
        } else {
            self.init(name: bytes[...])
        }
    }

    var text: String {
        switch self {
        case .address(_, let text): text
        case .name(let name): name
        }
    }

    private init?(six bytes: ArraySlice<UInt8>) {
        let text = bytes.lowercasedText
        guard let address = IPAddress(text), !address.isIPv4 else { return nil }
        self = .address(address, text: text)
    }

    /// 1 to 253 bytes in labels of 1 to 63 (RFC 1035, 2.3.4; RFC 1123, 2.1).
    ///
    /// Names in other scripts must come as punycode: no two readers agree on what ASCII a full-width digit or another
    /// full stop becomes.
    private init?(name bytes: ArraySlice<UInt8>) {
        let name = bytes.last == UInt8(ascii: ".") ? bytes.dropLast() : bytes
        guard (1...253).contains(name.count) else { return nil }
        let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.allSatisfy(Self.isLabel), let last = labels.last, !Self.isNumber(last) else { return nil }
        self = .name(name.lowercasedText)
    }

    /// Letters, digits, and between them hyphens and underscores (which no host should have and some do).
    private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
        guard (1...63).contains(label.count), let first = label.first, let last = label.last else { return false }
        let isPlain = { (byte: UInt8) in byte.isLetter || byte.isDigit }
        return isPlain(first) && isPlain(last) && label.allSatisfy { isPlain($0) || "-_".utf8.contains($0) }
    }

    /// Whether `inet_aton` could read the label as a part of an address: decimal, octal or hexadecimal. No top-level
    /// domain is a number (RFC 3696, 2).
    private static func isNumber(_ label: ArraySlice<UInt8>) -> Bool {
        let isHex = label.count >= 2 && label.lowercasedText.hasPrefix("0x")
        return isHex ? label.dropFirst(2).allSatisfy(\.isHexDigit) : label.allSatisfy(\.isDigit)
    }
}
