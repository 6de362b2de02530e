import Glibc

/// A connection to a local port for bytes that no HTTP library would send. Calls block, at most for the time given.
public final class RawSocket {
    private let descriptor: Int32

    /// Connects; throws where nothing listens.
    public init(port: Int, patience seconds: Int = 10) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw Failure(number: errno)
        }
    }

    deinit { close(descriptor) }

    /// What the operating system refused.
    public struct Failure: Error {
        /// Its `errno`.
        public let number: Int32
    }

    /// Sends bytes; false once the other side takes no more, which a test of refusals expects.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Says that nothing more is sent.
    public func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// What comes until the other side ends, or `isEnough` of what has come.
    public func receive(until isEnough: ([UInt8]) -> Bool = { _ in false }) -> [UInt8] {
        var all: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while !isEnough(all) {
            let count = recv(descriptor, &block, block.count, 0)
            guard count > 0 else { break }
            all += block[..<count]
        }
        return all
    }
}
