public import Domain

/// A network that connectors may reach although it isn't public: CIDR (RFC 4632, RFC 4291), optionally one port of it,
/// optionally for one tenant alone.
public struct AllowedNetwork: Sendable, Hashable {
    private let network: IPNetwork
    /// nil = every port.
    public let port: Int?
    /// nil = every tenant.
    public let tenant: TenantID?

    /// 4 bytes of IPv4 or 16 of IPv6; bits beyond the prefix don't matter.
    public var address: [UInt8] { network.address.bytes }
    /// How many bits of the address count.
    public var prefixLength: Int { network.prefixLength }

    /// Reads `10.0.0.0/8`, `10.0.0.0/8:5432`, `fd00::/8` or `fd00::/8:5432`, each also after a tenant's id and `=`
    /// (`acme=10.0.0.0/8:5432`); nil for anything else.
    public init?(_ text: some StringProtocol) {
        let sides = text.split(separator: "=", omittingEmptySubsequences: false)
        guard (1...2).contains(sides.count), let network = sides.last else { return nil }
        tenant = sides.count == 2 ? TenantID(String(sides[0])) : nil
        guard tenant != nil || sides.count == 1 else { return nil }

        let halves = network.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let address = IPAddress(halves[0]) else { return nil }
        let numbers = halves[1].split(separator: ":", omittingEmptySubsequences: false).map(\.utf8.decimalNumber)
        guard (1...2).contains(numbers.count), let length = numbers[0], length <= address.bytes.count * 8 else {
            return nil
        }
        port = numbers.count == 2 ? numbers[1] : nil
        guard numbers.count == 1 || port.map((1...65_535).contains) == true else { return nil }
        self.network = Self.unmapped(IPNetwork(address, length))
    }

    /// Reads a comma-separated list of at most 256, spaces before an entry allowed; nil where an entry isn't one.
    public static func list(_ text: String) -> [AllowedNetwork]? {
        let entries = text.split(separator: ",", omittingEmptySubsequences: false)
        let networks = entries.compactMap { AllowedNetwork($0.trimmingPrefix { $0 == " " }) }
        return networks.count == entries.count && networks.count <= 256 ? networks : nil
    }

    /// Whether this opens the address, which is no IPv4-mapped one, at the port for the tenant.
    func opens(_ address: IPAddress, port: Int, for tenant: TenantID) -> Bool {
        network.contains(address) && (self.port ?? port) == port && (self.tenant ?? tenant) == tenant
    }

    /// A network of IPv4-mapped addresses as the IPv4 network that it is.
    private static func unmapped(_ network: IPNetwork) -> IPNetwork {
        guard network.prefixLength >= 96, IPNetwork.mapped.contains(network.address) else { return network }
        return IPNetwork(network.address.tail, network.prefixLength - 96)
    }
}
