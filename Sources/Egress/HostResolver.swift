import Domain
import Glibc

/// Looks up the addresses of a DNS name.
public struct HostResolver: Sendable {
    let lookUp: @Sendable (String) throws -> [IPAddress]

    /// A resolver of a test's own.
    ///
    /// - Parameter lookUp: Given a name in lower case, never an address, gives all of its addresses in the order in
    ///   which to try them. An empty answer means that the name has none.
    public init(_ lookUp: @escaping @Sendable (String) throws -> [IPAddress]) { self.lookUp = lookUp }

    /// The system's: `getaddrinfo` with all that it consults (hosts file, DNS, search domains).
    ///
    /// Blocks for as long as the system's resolver is set to wait, by default some 10 to 30 s where no server answers.
    /// Throws `egress.host_unknown` and `egress.resolve_failed`.
    public static let system = HostResolver(systemAddresses)

    private static func systemAddresses(of name: String) throws -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        // One entry for each address instead of one for each kind of socket.
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(name, nil, &hints, &first)
        guard status == 0 else { throw failure(of: name, status) }
        defer { freeaddrinfo(first) }
        return sequence(first: first, next: { $0?.pointee.ai_next }).prefix { $0 != nil }
            .compactMap { entry in entry.flatMap { address(in: $0.pointee) } }
    }

    static func failure(of name: String, _ status: Int32) -> AppError {
        switch status {
        case EAI_NONAME, noData, addressFamily: .hostUnknown(name)
        default: .resolveFailed(name, gai_strerror(status).map { String(cString: $0) } ?? "error \(status)")
        }
    }

    /// EAI_NODATA and EAI_ADDRFAMILY of glibc, which its header shows to GNU programs only: the name is there, but has
    /// no address.
    private static let noData: Int32 = -5
    private static let addressFamily: Int32 = -9

    private static func address(in entry: addrinfo) -> IPAddress? {
        guard let address = UnsafeRawPointer(entry.ai_addr) else { return nil }
        let length = Int(entry.ai_addrlen)
        switch entry.ai_family {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            let four = address.loadUnaligned(as: sockaddr_in.self).sin_addr
            return withUnsafeBytes(of: four) { IPAddress(bytes: Array($0)) }
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            let six = address.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            return withUnsafeBytes(of: six) { IPAddress(bytes: Array($0)) }
        default: return nil
        }
    }
}
