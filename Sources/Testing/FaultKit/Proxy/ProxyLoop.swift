import Glibc
import Synchronization

/// The thread that moves a proxy's bytes.
///
/// Whoever holds the lock may change anything, closing descriptors too: all reads and writes are made under the lock
/// and never wait, so a descriptor that was reported ready and is gone meanwhile does no harm.
final class ProxyLoop: Sendable {
    let port: Int
    private let state: Mutex<ProxyState>
    /// Ends of a socket pair: a byte in one ends the wait of the other.
    private let bell: (ring: Int32, heard: Int32)

    init(target: Int) throws {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw FaultKitFailure("no sockets: \(errno)") }
        bell = (ends[0], ends[1])
        let opened = try ProxyState(target: target)
        port = opened.port
        state = Mutex(opened)
    }

    deinit {
        close(bell.ring)
        close(bell.heard)
    }

    /// Does something to the proxy at once.
    func change<Result: Sendable>(_ body: (inout ProxyState) throws -> Result) rethrows -> Result {
        let result = try state.withLock { try body(&$0) }
        var byte: UInt8 = 1
        write(bell.ring, &byte, 1)
        return result
    }

    /// Moves bytes until the proxy is closed.
    func run() {
        while true {
            var waits = [pollfd(fd: bell.heard, events: Int16(POLLIN), revents: 0)]
            var timeout: Int32 = -1
            let isClosed = state.withLock { state in
                waits += state.waits()
                timeout = state.timeout()
                return state.isClosed
            }
            if isClosed { return }
            poll(&waits, nfds_t(waits.count), timeout)
            var bytes = [UInt8](repeating: 0, count: 64)
            while read(bell.heard, &bytes, bytes.count) > 0 {}
            state.withLock { $0.step() }
        }
    }
}

/// What a proxy has open and how it treats it.
struct ProxyState {
    let port: Int
    var target: Int
    private var listener: Int32?
    private(set) var isClosed = false
    private(set) var links: [ProxyLink] = []
    /// What was cut in good order and is read to its end, so that the system doesn't reset it.
    private var ending: [Int32] = []

    var limit: ProxyLimit?
    var forbidden: ProxyForbidden?
    /// A limit was reached: nothing more is forwarded, and everything is cut as soon as the system has delivered what
    /// went before, which a reset would drop.
    private var delivering: ProxyLimit?
    var isStalled = false
    var delay = Duration.zero
    var bytesPerSecond: Int?
    private(set) var accepted = 0
    private(set) var limitCuts = 0
    private(set) var forwarded: [TCPProxy.Direction: Int] = [:]

    init(target: Int) throws {
        self.target = target
        for _ in 0..<20 {
            let spare = try SparePort.find()
            guard let socket = Self.listen(spare) else { continue }
            (port, listener) = (spare, socket)
            return
        }
        throw FaultKitFailure("no port for a proxy")
    }

    private static func listen(_ port: Int) -> Int32? {
        let socket = ProxyLink.newSocket()
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        guard SparePort.withLoopback(port, { bind(socket, $0, $1) }) == 0, Glibc.listen(socket, 512) == 0 else {
            Glibc.close(socket)
            return nil
        }
        return socket
    }

    mutating func close() {
        isClosed = true
        cutAll(.reset)
        for socket in ending { Glibc.close(socket) }
        ending = []
        stopListening()
    }

    /// The other thread may be waiting for the socket, which keeps it open: a shutdown ends the listening at once.
    private mutating func stopListening() {
        guard let socket = listener else { return }
        shutdown(socket, Int32(SHUT_RDWR))
        Glibc.close(socket)
        listener = nil
    }

    mutating func refuse(_ isRefused: Bool) throws {
        if isRefused {
            accept()
            stopListening()
        } else if listener == nil {
            guard let socket = Self.listen(port) else { throw FaultKitFailure("port \(port) was taken meanwhile") }
            listener = socket
        }
    }

    mutating func cutAll(_ how: TCPProxy.Cut) {
        for link in links {
            switch how {
            case .reset: link.reset()
            case .end: ending += link.end()
            }
        }
        links = []
        delivering = nil
    }

    /// The descriptors to wait for. Without a stall a link waits for what it can move.
    func waits() -> [pollfd] {
        let own = ([listener].compactMap { $0 } + ending).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        return own + (isStalled || delivering != nil ? [] : links.flatMap { $0.waits() })
    }

    /// Milliseconds until held-back bytes may go on; -1 when there are none.
    func timeout() -> Int32 {
        if delivering != nil { return 1 }
        let now = ContinuousClock.now
        let next = isStalled ? nil : links.compactMap { $0.nextTime(bytesPerSecond) }.min()
        guard let next else { return -1 }
        return Int32(max(0, (next - now) / .milliseconds(1)) + 1)
    }

    /// Accepts, reads and forwards what can be without waiting.
    mutating func step() {
        accept()
        ending.removeAll { Self.hasEnded($0) }
        if let limit = delivering, links.allSatisfy({ $0.hasDelivered(limit.direction) }) { cut(at: limit) }
        guard !isStalled, delivering == nil else { return }
        let now = ContinuousClock.now
        for index in links.indices.reversed() {
            links[index].read(due: now + delay)
            if let found = forbidden, links[index].holds(found.bytes, found.direction) {
                limitCuts += 1
                forbidden =
                    found.times > 1
                    ? ProxyForbidden(bytes: found.bytes, direction: found.direction, times: found.times - 1) : nil
                links.remove(at: index).reset()
                continue
            }
            for direction in TCPProxy.Direction.allCases {
                let count = links[index].forward(direction, now, bytesPerSecond, limit: left(direction))
                forwarded[direction, default: 0] += count
                if reached(count, direction) { return }
            }
            if links[index].isOver { links.remove(at: index).close() }
        }
    }

    private func left(_ direction: TCPProxy.Direction) -> Int {
        guard let limit, limit.direction == direction else { return .max }
        return limit.left
    }

    /// Counts what was forwarded against the limit; answers whether it is reached.
    private mutating func reached(_ count: Int, _ direction: TCPProxy.Direction) -> Bool {
        guard var limit, limit.direction == direction else { return false }
        limit.left -= count
        self.limit = limit
        guard limit.left <= 0 else { return false }
        delivering = limit
        return true
    }

    private mutating func cut(at limit: ProxyLimit) {
        limitCuts += 1
        cutAll(limit.cut)
        self.limit = limit.next
    }

    private mutating func accept() {
        guard let listener else { return }
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { return }
            accepted += 1
            if let link = ProxyLink(client: client, target: target) { links.append(link) }
        }
    }

    private static func hasEnded(_ socket: Int32) -> Bool {
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(socket, &block, block.count)
            if count > 0 { continue }
            if count < 0 && (errno == EAGAIN || errno == EINTR) { return false }
            Glibc.close(socket)
            return true
        }
    }
}
