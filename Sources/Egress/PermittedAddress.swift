/// An address to which a socket may be opened; only an ``EgressGuard`` makes one.
///
/// Connect to ``address``, never to ``host``: looked up once more, the name may have another address.
public struct PermittedAddress: Sendable, Hashable {
    /// As asked for, in lower case, without brackets and without a dot at the end: the name that TLS checks.
    public let host: String
    /// The IP address in its canonical text form, without a zone; an IPv4-mapped one as IPv4.
    public let address: String
    /// 1 to 65,535.
    public let port: Int
    /// Whether the host was asked for by its IP address.
    public let isNumericHost: Bool

    init(host: Host, address: IPAddress, port: Int) {
        self.host = host.text
        self.address = address.description
        self.port = port
        isNumericHost =
            switch host {
            case .address: true
            case .name: false
            }
    }
}

/// An http or https URL that may be fetched, in its parts; only an ``EgressGuard`` makes one.
///
/// The parts are for sending as they are: given to another parser as a text, the URL might be read in another way.
public struct PermittedURL: Sendable, Hashable {
    /// Whether TLS is spoken.
    public enum Scheme: String, Sendable, Hashable {
        case http, https

        /// 80 or 443.
        public var defaultPort: Int { self == .http ? 80 : 443 }
    }

    public let scheme: Scheme
    /// In lower case, without brackets and without a dot at the end: the name that TLS checks.
    public let host: String
    /// 1 to 65,535; the scheme's own where the URL has none.
    public let port: Int
    /// Path and query as written, to be sent in the request line; begins with `/`.
    public let target: String
    /// At least one, all of them checked, in the order in which to try them.
    public let addresses: [PermittedAddress]

    /// Host and port as the `Host` field has them (RFC 9110, 7.2): IPv6 in brackets, the port only where it isn't the
    /// scheme's own.
    public var authority: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return port == scheme.defaultPort ? host : "\(host):\(port)"
    }
}
