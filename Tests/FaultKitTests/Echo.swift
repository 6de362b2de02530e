import FaultKit
import Foundation
import Glibc

/// A server on 127.0.0.1 that sends back what it gets, with plain blocking sockets.
final class Echo: Sendable {
    let port: Int
    private let listener: Int32

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var address = Plug.address(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = Plug.withAddress(&address) { bind(listener, $0, size) }
        guard bound == 0, listen(listener, 64) == 0 else { throw FaultKitFailure("no echo: \(errno)") }
        _ = Plug.withAddress(&address) { getsockname(listener, $0, &size) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread {
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { return }
                Thread.detachNewThread { Self.serve(socket) }
            }
        }
    }

    /// Ends the accepting thread; connections end with their clients.
    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func serve(_ socket: Int32) {
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(socket, &block, block.count)
            guard count > 0, send(socket, block, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        close(socket)
    }
}

/// A client's plain blocking socket.
final class Plug: Sendable {
    /// How a wait for bytes ended.
    enum Outcome: Equatable {
        case bytes(Int)
        case end
        case reset
        case nothing
    }

    private let socket: Int32

    /// Connects; throws where that is refused.
    init(_ port: Int) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.socket = socket
        var address = Self.address(port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        guard Self.withAddress(&address, { connect(socket, $0, size) }) == 0 else {
            // The socket goes with `deinit`, which follows since all is set.
            throw FaultKitFailure(String(cString: strerror(errno)))
        }
    }

    deinit { close(socket) }

    func write(_ count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        var sent = 0
        while sent < count {
            let part = bytes.withUnsafeBytes {
                send(socket, $0.baseAddress.map { $0 + sent }, count - sent, Int32(MSG_NOSIGNAL))
            }
            if part <= 0 { return }
            sent += part
        }
    }

    func finish() { shutdown(socket, Int32(SHUT_WR)) }

    /// Waits for something; answers how many bytes came, or what came instead.
    func read(milliseconds: Int32 = 60_000) -> Outcome {
        var wait = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, milliseconds) > 0 else { return .nothing }
        var block = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(socket, &block, block.count)
        return count > 0 ? .bytes(count) : count == 0 ? .end : .reset
    }

    /// Reads until so many bytes came or something else did; answers how many came, and what else.
    func read(upTo count: Int) -> (bytes: Int, then: Outcome?) {
        var total = 0
        while total < count {
            let outcome = read()
            guard case .bytes(let part) = outcome else { return (total, outcome) }
            total += part
        }
        return (total, nil)
    }

    static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    static func withAddress(
        _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Int32
    ) -> Int32 {
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
        }
    }
}
