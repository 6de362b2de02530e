import Foundation
import Synchronization
import Testing

/// A man in the middle before a real PostgreSQL server: it passes on all that both say but what a test changes. For
/// clients with `sslmode` disable.
final class FakeServer: Sendable {
    /// One message of the server's (PostgreSQL 15, 55.7).
    struct Message {
        var kind: Character
        var body: [UInt8]

        var bytes: [UInt8] {
            let length = UInt32(body.count + 4).bigEndian
            return [kind.asciiValue ?? 0] + withUnsafeBytes(of: length) { Array($0) } + body
        }

        /// An ErrorResponse.
        static func error(_ state: String) -> Message {
            Message(kind: "E", body: Array("SFATAL\u{0}VFATAL\u{0}C\(state)\u{0}Msecret\u{0}\u{0}".utf8))
        }
    }

    /// What the client sent last, and how many CopyData came since.
    struct Moment {
        var statement = ""
        var pieces = 0
    }

    /// Sends bytes to the client; answers false once it is gone.
    typealias Send = ([UInt8]) -> Bool

    let port: Int
    private let listener: Int32

    /// - Parameters:
    ///   - port: The real server's, on 127.0.0.1.
    ///   - answers: Given each message of the server's, sends what the client is to get.
    init(
        before port: Int,
        answers: @escaping @Sendable (Message, Moment, Send) -> Bool
    ) throws {
        let listener = try LocalSocket.listen()
        (self.listener, self.port) = (listener, LocalSocket.port(of: listener))
        Thread.detachNewThread {
            while true {
                let client = accept(listener, nil, nil)
                if client < 0 { return }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                let link = FakeServerLink(client: client, server: LocalSocket.connect(to: port))
                Thread.detachNewThread { link.passStatements() }
                Thread.detachNewThread { link.passAnswers(answers) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}

/// A client and its connection to the real server.
private final class FakeServerLink: Sendable {
    private let client: Int32
    private let server: Int32
    private let moment = Mutex(FakeServer.Moment())

    init(client: Int32, server: Int32) { (self.client, self.server) = (client, server) }

    deinit {
        close(client)
        close(server)
    }

    private func hangUp() {
        shutdown(client, Int32(SHUT_RDWR))
        shutdown(server, Int32(SHUT_RDWR))
    }

    func passStatements() {
        defer { hangUp() }
        while let bytes = LocalSocket.receive(client, atMost: 1 << 16) {
            let text = String(decoding: bytes, as: UTF8.self)
            moment.withLock { $0 = FakeServer.Moment(statement: text) }
            guard LocalSocket.send(server, bytes) else { return }
        }
    }

    func passAnswers(_ answer: (FakeServer.Message, FakeServer.Moment, FakeServer.Send) -> Bool) {
        defer { hangUp() }
        while let head = LocalSocket.receive(server, exactly: 5) {
            let length = head[1...].reduce(0) { $0 << 8 | Int($1) } - 4
            guard let body = LocalSocket.receive(server, exactly: length) else { return }
            let message = FakeServer.Message(kind: Character(UnicodeScalar(head[0])), body: body)
            let now = moment.withLock { moment in
                if message.kind == "d" { moment.pieces += 1 }
                return moment
            }
            guard answer(message, now, { LocalSocket.send(client, $0) }) else { return }
        }
    }
}

/// Sockets of 127.0.0.1 and its neighbours; calls block.
enum LocalSocket {
    static func listen(on last: UInt32 = 1, port: Int = 0) throws -> Int32 {
        let listener = make()
        let isListening =
            with(address: last, port: port) { bind(listener, $0, $1) == 0 } && Glibc.listen(listener, 8) == 0
        try #require(isListening)
        return listener
    }

    static func connect(to port: Int) -> Int32 {
        let connection = make()
        _ = with(address: 1, port: port) { Glibc.connect(connection, $0, $1) }
        return connection
    }

    static func port(of socket: Int32) -> Int {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { address in
            _ = address.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    static func receive(_ socket: Int32, atMost limit: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = recv(socket, &bytes, limit, 0)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    static func receive(_ socket: Int32, exactly count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let more = receive(socket, atMost: count - bytes.count) else { return nil }
            bytes += more
        }
        return bytes
    }

    static func send(_ socket: Int32, _ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Programs that other tests start inherit none of them.
    private static func make() -> Int32 {
        socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    }

    private static func with<Result>(
        address last: UInt32, port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = (UInt32(0x7F00_0000) | last).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
        }
    }
}
