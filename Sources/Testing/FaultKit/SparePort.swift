import Glibc

/// Ports of 127.0.0.1 that nothing listens on.
///
/// They lie below the range from which Linux takes the local ends of outgoing connections
/// (`net.ipv4.ip_local_port_range`, from 32,768), so that a server that stops finds its port free when it starts again.
public enum SparePort {
    /// A port that could be bound a moment ago. Another process may take it before the caller does: a server that can't
    /// listen on it takes another.
    public static func find() throws -> Int {
        for _ in 0..<200 {
            let port = Int.random(in: 10_240..<32_768)
            if isFree(port) { return port }
        }
        throw FaultKitFailure("no spare port")
    }

    private static func isFree(_ port: Int) -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        return withLoopback(port) { bind(socket, $0, $1) } == 0
    }

    /// Hands `body` the address 127.0.0.1 with this port.
    static func withLoopback<Result>(
        _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
    ) rethrows -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return try withUnsafePointer(to: address) { address in
            try address.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body($0, size) }
        }
    }
}

/// Why a part of the kit couldn't do what a test asked of it.
public struct FaultKitFailure: Error, CustomStringConvertible {
    /// What went wrong.
    public let description: String

    /// Makes one.
    public init(_ description: String) { self.description = description }
}
