public import Domain

/// What a URL says by itself; nothing is looked up and nothing is promised of where it leads.
public struct URLForm: Sendable, Hashable {
    public let scheme: PermittedURL.Scheme
    /// In lower case, without brackets.
    public let host: String
    /// Whether it names this machine: `localhost`, 127.0.0.0/8 or ::1.
    public let isLoopback: Bool

    /// Reads an http or https URL as strictly as ``EgressGuard/destination(of:for:)`` does. Throws `egress.url_invalid`
    /// and `egress.host_invalid`.
    public init(_ url: String) throws(AppError) {
        let parts = try URLParts(url)
        scheme = parts.scheme
        host = parts.host.text
        isLoopback =
            switch parts.host {
            case .name(let name): name == "localhost"
            case .address(let address, _): Self.isLoopback(address.unmapped)
            }
    }

    private static func isLoopback(_ address: IPAddress) -> Bool {
        address.isIPv4 ? address.bytes[0] == 127 : address == IPAddress(bytes: [UInt8](repeating: 0, count: 15) + [1])
    }
}
