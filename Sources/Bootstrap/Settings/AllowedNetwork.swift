import FoundationEssentials
import Glibc

/// A network that connectors may reach although it is private: CIDR (RFC 4632, RFC 4291), optionally one port of it.
public struct AllowedNetwork: Sendable, Hashable {
    /// 4 bytes of IPv4 or 16 of IPv6.
    public var address: [UInt8]
    /// How many bits of the address count.
    public var prefixLength: Int
    /// nil = every port.
    public var port: Int?

    /// Reads `10.0.0.0/8`, `10.0.0.0/8:5432`, `fd00::/8` or `fd00::/8:5432`; nil for anything else.
    init?(_ text: some StringProtocol) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let address = Self.address(String(halves[0])) else { return nil }
        let numbers = halves[1].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
        guard (1...2).contains(numbers.count), (0...address.count * 8).contains(numbers[0]) else { return nil }
        self.address = address
        prefixLength = numbers[0]
        guard numbers.count == 2 else { return }
        guard (1...65_535).contains(numbers[1]) else { return nil }
        port = numbers[1]
    }

    /// Reads a comma-separated list of at most 256; nil where an entry isn't one.
    static func list(_ text: String) -> [AllowedNetwork]? {
        let entries = text.split(separator: ",", omittingEmptySubsequences: false)
        let networks = entries.compactMap { AllowedNetwork($0.trimmingPrefix { $0 == " " }) }
        return networks.count == entries.count && networks.count <= 256 ? networks : nil
    }

    /// The bytes of an IPv4 or IPv6 address in text form; nil for anything else.
    static func address(_ text: String) -> [UInt8]? {
        for (family, length) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: length)
            if inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }
}
