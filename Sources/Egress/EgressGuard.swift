public import Domain

/// Decides to which network addresses the program may open sockets.
///
/// A host must be written in a form that every reader takes alike, and every address that it has must be public or in
/// an allowed network: one that isn't refuses the host. Names are looked up once, here, and callers connect to the
/// addresses that were checked, so that a name whose answer changes (DNS rebinding) gains nothing.
public struct EgressGuard: Sendable {
    private let networks: [AllowedNetwork]
    private let resolver: HostResolver
    private let isUnrestricted: Bool

    /// Addresses of one host at most.
    static let mostAddresses = 64

    /// A guard that lets through what is public and what is in one of the networks.
    ///
    /// - Parameters:
    ///   - networks: Which addresses may be reached although they aren't public.
    ///   - resolver: For tests; the default is the system's (`getaddrinfo`, all A and AAAA, blocking).
    public init(allowing networks: [AllowedNetwork] = [], resolver: HostResolver = .system) {
        self.init(networks: networks, resolver: resolver, isUnrestricted: false)
    }

    private init(networks: [AllowedNetwork], resolver: HostResolver, isUnrestricted: Bool) {
        self.networks = networks
        self.resolver = resolver
        self.isUnrestricted = isUnrestricted
    }

    /// For what the operator themself configured (the server's own database): every address may be reached.
    ///
    /// The forms of hosts and URLs are the same as for tenants.
    public static let unrestricted = EgressGuard(networks: [], resolver: .system, isUnrestricted: true)

    /// The addresses of a host, all of them checked. Blocks while the name is resolved.
    ///
    /// Throws `egress.host_invalid`, `egress.address_forbidden`, `egress.host_unknown` and `egress.resolve_failed`
    /// (also for more than 64 addresses).
    ///
    /// - Parameters:
    ///   - host: An IPv4 address of four decimal numbers, an IPv6 address with or without brackets, or a DNS name.
    ///   - port: 1 to 65,535.
    ///   - tenant: Whose connection it is; some networks are open to one tenant alone.
    /// - Returns: At least one address, each once, in the order in which to try them.
    public func addresses(of host: String, port: Int, for tenant: TenantID) throws -> [PermittedAddress] {
        guard let parsed = Host(host, brackets: .optional) else { throw AppError.hostInvalid(host) }
        return try addresses(of: parsed, port: port, for: tenant)
    }

    /// An http or https URL, strictly parsed, with its checked addresses. Blocks while the name is resolved.
    ///
    /// At most 8,192 bytes of visible ASCII; no user information, no fragment, no backslash, no empty port; IPv6 in
    /// brackets. Throws `egress.url_invalid` and what ``addresses(of:port:for:)`` throws.
    public func destination(of url: String, for tenant: TenantID) throws -> PermittedURL {
        let parts = try URLParts(url)
        return PermittedURL(
            scheme: parts.scheme, host: parts.host.text, port: parts.port, target: parts.target,
            addresses: try addresses(of: parts.host, port: parts.port, for: tenant))
    }

    private func addresses(of host: Host, port: Int, for tenant: TenantID) throws -> [PermittedAddress] {
        guard (1...65_535).contains(port) else { throw AppError.portInvalid() }
        var seen: Set<IPAddress> = []
        let addresses = try resolved(host).map(\.unmapped).filter { seen.insert($0).inserted }
        guard !addresses.isEmpty else { throw AppError.hostUnknown(host.text) }
        guard addresses.count <= Self.mostAddresses else {
            throw AppError.resolveFailed(host.text, "it has more than \(Self.mostAddresses) addresses")
        }
        for address in addresses { try check(address, of: host, port: port, for: tenant) }
        return addresses.map { PermittedAddress(host: host, address: $0, port: port) }
    }

    private func resolved(_ host: Host) throws -> [IPAddress] {
        switch host {
        case .address(let address, _): return [address]
        case .name(let name):
            do {
                return try resolver.lookUp(name)
            } catch let error as AppError {
                throw error
            } catch {
                throw AppError.resolveFailed(name, "the resolver failed")
            }
        }
    }

    private func check(_ address: IPAddress, of host: Host, port: Int, for tenant: TenantID) throws(AppError) {
        guard !isUnrestricted, let reason = SpecialNetworks.reasonAgainst(address),
            !networks.contains(where: { $0.opens(address, port: port, for: tenant) })
        else { return }
        throw .addressForbidden(address, of: host.text, port: port, because: reason)
    }
}
