/// What isn't public: the rows of the IANA IPv4 and IPv6 Special-Purpose Address Registries and what goes beyond them.
///
/// Rows that the registries call globally reachable are refused too, NAT64 apart: they are anycast services of the
/// network itself (AS112, AMT, port control, TURN), and no source of records lives there.
enum SpecialNetworks {
    private struct Row: Sendable {
        let network: IPNetwork
        let name: String
        let source: String

        init(_ network: IPNetwork, _ name: String, _ source: String) {
            self.network = network
            self.name = name
            self.source = source
        }

        var reason: String { "it is \(name) (\(source))" }
    }

    /// Why the address isn't public, to end a sentence; nil where it is. An IPv4-mapped address must come unmapped.
    static func reasonAgainst(_ address: IPAddress) -> String? {
        if address.isIPv4 { return four.first { $0.network.contains(address) }?.reason }
        if let row = six.first(where: { $0.network.contains(address) }) { return row.reason }
        if nat64.contains(address) { return reason(inside: address, "NAT64, RFC 6052") }
        guard globalUnicast.contains(address) else { return "it isn't a global unicast address (RFC 4291)" }
        return isISATAP(address) ? reason(inside: address, "ISATAP, RFC 5214") : nil
    }

    private static func reason(inside address: IPAddress, _ form: String) -> String? {
        reasonAgainst(address.tail).map { "it stands for \(address.tail) (\(form)), and \($0)" }
    }

    /// All that is given out so far (RFC 4291, 2.4; IANA IPv6 Address Space).
    private static let globalUnicast = IPNetwork(groups: 0x2000, length: 3)

    /// The prefix by which a network that has IPv6 only reaches IPv4: its DNS answers every IPv4 host so. It may carry
    /// public IPv4 addresses only (RFC 6052, 3.1), which not every translator checks.
    private static let nat64 = IPNetwork(groups: 0x64, 0xFF9B, length: 96)

    /// Whether the lower half is `0000:5efe:a.b.c.d` or `0200:5efe:a.b.c.d`: a host that ends a tunnel at a.b.c.d
    /// (RFC 5214, 6.1), below whatever prefix.
    private static func isISATAP(_ address: IPAddress) -> Bool {
        let bytes = address.bytes
        return (bytes[8] == 0 || bytes[8] == 2) && bytes[9] == 0 && bytes[10] == 0x5E && bytes[11] == 0xFE
    }

    /// IANA IPv4 Special-Purpose Address Registry, in its order, then multicast and one address of a cloud.
    private static let four: [Row] = [
        Row(IPNetwork(0, 0, 0, 0, 8), "an address of this host or network", "RFC 791, RFC 1122"),
        Row(IPNetwork(10, 0, 0, 0, 8), "a private address", "RFC 1918"),
        Row(IPNetwork(100, 64, 0, 0, 10), "a shared address of a provider's network", "RFC 6598"),
        Row(IPNetwork(127, 0, 0, 0, 8), "a loopback address", "RFC 1122"),
        Row(IPNetwork(169, 254, 0, 0, 16), "a link-local address", "RFC 3927"),
        Row(IPNetwork(172, 16, 0, 0, 12), "a private address", "RFC 1918"),
        // With 192.0.0.0/29 (RFC 7335), .8 (RFC 7600), .9 (RFC 7723), .10 (RFC 8155), .170 and .171 (RFC 8880).
        Row(IPNetwork(192, 0, 0, 0, 24), "an address of network protocols", "RFC 6890"),
        Row(IPNetwork(192, 0, 2, 0, 24), "an address for documentation", "RFC 5737"),
        Row(IPNetwork(192, 31, 196, 0, 24), "an AS112 address", "RFC 7535"),
        Row(IPNetwork(192, 52, 193, 0, 24), "an AMT address", "RFC 7450"),
        Row(IPNetwork(192, 88, 99, 0, 24), "a 6to4 relay", "RFC 7526"),
        Row(IPNetwork(192, 168, 0, 0, 16), "a private address", "RFC 1918"),
        Row(IPNetwork(192, 175, 48, 0, 24), "an AS112 address", "RFC 7534"),
        Row(IPNetwork(198, 18, 0, 0, 15), "an address for benchmarks", "RFC 2544"),
        Row(IPNetwork(198, 51, 100, 0, 24), "an address for documentation", "RFC 5737"),
        Row(IPNetwork(203, 0, 113, 0, 24), "an address for documentation", "RFC 5737"),
        // With 255.255.255.255/32, the limited broadcast (RFC 919, RFC 8190).
        Row(IPNetwork(240, 0, 0, 0, 4), "a reserved or broadcast address", "RFC 1112, RFC 919"),
        Row(IPNetwork(224, 0, 0, 0, 4), "a multicast address", "RFC 5771"),
        // Every virtual machine of Azure reaches its host's services there, credentials among them.
        Row(IPNetwork(168, 63, 129, 16, 32), "an address of the Azure platform", "Azure Virtual Network documentation"),
    ]

    /// IANA IPv6 Special-Purpose Address Registry, in its order, then others that have a name.
    ///
    /// Tunnels are refused whatever they carry.
    private static let six: [Row] = [
        Row(IPNetwork(groups: 0, 0, 0, 0, 0, 0, 0, 1, length: 128), "the loopback address", "RFC 4291"),
        Row(IPNetwork(groups: 0, length: 128), "the unspecified address", "RFC 4291"),
        Row(IPNetwork(groups: 0, 0, 0, 0, 0, 0, length: 96), "an IPv4-compatible address", "RFC 4291, 2.5.5.1"),
        Row(IPNetwork(groups: 0x64, 0xFF9B, 1, length: 48), "a NAT64 address of the local network", "RFC 8215"),
        // 100::/64 and 100:0:0:1::/64, side by side.
        Row(IPNetwork(groups: 0x100, length: 63), "an address that discards or a dummy", "RFC 6666, RFC 9780"),
        Row(IPNetwork(groups: 0x2001, 0, length: 32), "a Teredo address", "RFC 4380"),
        // With 2001:1::1 (RFC 7723), ::2 (RFC 8155) and ::3 (RFC 9665), 2001:2::/48 (RFC 5180), 2001:3::/32 (RFC 7450),
        // 2001:4:112::/48 (RFC 7535), 2001:10::/28 (RFC 4843), 2001:20::/28 (RFC 7343) and 2001:30::/28 (RFC 9374).
        Row(IPNetwork(groups: 0x2001, length: 23), "an address of network protocols", "RFC 2928"),
        Row(IPNetwork(groups: 0x2001, 0xDB8, length: 32), "an address for documentation", "RFC 3849"),
        Row(IPNetwork(groups: 0x2002, length: 16), "a 6to4 address", "RFC 3056"),
        Row(IPNetwork(groups: 0x2620, 0x4F, 0x8000, length: 48), "an AS112 address", "RFC 7534"),
        Row(IPNetwork(groups: 0x3FFF, length: 20), "an address for documentation", "RFC 9637"),
        Row(IPNetwork(groups: 0x5F00, length: 16), "a segment identifier", "RFC 9602"),
        Row(IPNetwork(groups: 0xFC00, length: 7), "a private (unique local) address", "RFC 4193"),
        Row(IPNetwork(groups: 0xFE80, length: 10), "a link-local address", "RFC 4291"),
        // Given back, and not given out again.
        Row(IPNetwork(groups: 0x3FFE, length: 16), "an address of the former 6bone", "RFC 3701"),
        Row(IPNetwork(groups: 0xFEC0, length: 10), "a site-local address", "RFC 3879"),
        Row(IPNetwork(groups: 0xFF00, length: 8), "a multicast address", "RFC 4291"),
    ]
}
