import Glibc

/// An IPv4 or IPv6 address, without a zone.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 bytes of IPv4 or 16 of IPv6, in network order.
    public let bytes: [UInt8]

    /// nil unless there are 4 or 16 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads an address in its usual form: four decimal numbers without leading zeros, or IPv6 as in RFC 4291, 2.2.
    ///
    /// nil for anything else: brackets, a zone, and the short, octal and hexadecimal forms of IPv4 that the C library
    /// reads too.
    public init?(_ text: some StringProtocol) {
        // No other byte gets to the C library, above all no NUL, at which it would stop reading.
        guard text.utf8.count <= 45, text.utf8.allSatisfy({ $0.isHexDigit || ":.".utf8.contains($0) }) else {
            return nil
        }
        let isSix = text.utf8.contains(UInt8(ascii: ":"))
        var bytes = [UInt8](repeating: 0, count: isSix ? 16 : 4)
        guard inet_pton(isSix ? AF_INET6 : AF_INET, String(text), &bytes) == 1 else { return nil }
        self.bytes = bytes
    }

    /// The address in its canonical form (RFC 5952).
    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let end = inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
        return end == nil ? "" : String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    public var isIPv4: Bool { bytes.count == 4 }

    /// IPv4 where this is an IPv4 address written as IPv6 (`::ffff:a.b.c.d`, RFC 4291, 2.5.5.2): a socket that is
    /// connected to the one reaches the other.
    public var unmapped: IPAddress { IPNetwork.mapped.contains(self) ? tail : self }

    /// The IPv4 address that the last four bytes are.
    var tail: IPAddress { IPAddress(lastOf: bytes) }

    private init(lastOf bytes: [UInt8]) { self.bytes = Array(bytes.suffix(4)) }

    init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) { bytes = [a, b, c, d] }

    /// The IPv6 address that begins with `groups`, at most 8, and ends with zeros.
    init(groups: [UInt16]) {
        let bytes = groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        self.bytes = Array((bytes + [UInt8](repeating: 0, count: 16)).prefix(16))
    }
}

/// The addresses that begin with the same bits (RFC 4632, RFC 4291, 2.3).
struct IPNetwork: Sendable, Hashable {
    let address: IPAddress
    /// How many bits of the address count: 0 to 32, for IPv6 0 to 128.
    let prefixLength: Int

    init(_ address: IPAddress, _ prefixLength: Int) {
        self.address = address
        self.prefixLength = prefixLength
    }

    init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ prefixLength: Int) {
        self.init(IPAddress(a, b, c, d), prefixLength)
    }

    init(groups: UInt16..., length: Int) { self.init(IPAddress(groups: groups), length) }

    static let mapped = IPNetwork(groups: 0, 0, 0, 0, 0, 0xFFFF, length: 96)

    /// Whether the address is in the network; one of the other family never is.
    func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        let whole = prefixLength / 8
        guard other.bytes.prefix(whole) == address.bytes.prefix(whole) else { return false }
        let rest = prefixLength % 8
        return rest == 0 || (other.bytes[whole] ^ address.bytes[whole]) >> UInt8(8 - rest) == 0
    }
}
