import Glibc

/// One forwarded connection: the client's socket and the server's.
struct ProxyLink {
    /// What one side sent and the other hasn't got yet.
    private struct Lane {
        let from: Int32
        let to: Int32
        /// In the order of arrival, each with the time from which it may go on.
        var chunks: [(bytes: [UInt8], due: ContinuousClock.Instant)] = []
        /// How much of the first chunk is gone.
        var sent = 0
        var held = 0
        /// Where the throttle counts from, and what has gone since.
        var throttledSince: ContinuousClock.Instant?
        var throttledBytes = 0
        /// The sender is done; passed on once all before it is.
        var isAtEnd = false
        var hasPassedEnd = false
        /// The receiver's buffer was full.
        var isBlocked = false
    }

    private var lanes: [TCPProxy.Direction: Lane]
    private let client: Int32
    private let server: Int32
    private var isBroken = false

    /// The most that a lane holds: then the sender has to wait.
    private static let capacity = 1 << 18

    /// Connects to the target; nil, with the client reset, where that fails at once.
    init?(client: Int32, target: Int) {
        self.client = client
        server = Self.newSocket()
        let flags = fcntl(client, F_GETFL)
        _ = fcntl(client, F_SETFL, flags | O_NONBLOCK)
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        var yes: Int32 = 1
        for socket in [client, server] { setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4) }
        lanes = [
            .toServer: Lane(from: client, to: server), .toClient: Lane(from: server, to: client),
        ]
        let result = SparePort.withLoopback(target) { [server] in connect(server, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else {
            reset()
            return nil
        }
        if result != 0 { lanes[.toServer]?.isBlocked = true }
    }

    static func newSocket() -> Int32 {
        socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    }

    /// Whether nothing more will come through.
    var isOver: Bool { isBroken || lanes.values.allSatisfy { $0.hasPassedEnd } }

    /// Ends both sides by what has become of the connection.
    func close() {
        if isBroken { return reset() }
        Glibc.close(client)
        Glibc.close(server)
    }

    /// Closes both sides so that the system sends a reset (SO_LINGER of 0 seconds: socket(7)).
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        for socket in [client, server] {
            setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
            Glibc.close(socket)
        }
    }

    /// Sends both sides their end; answers the sockets, which must be read to their own.
    func end() -> [Int32] {
        for socket in [client, server] { shutdown(socket, Int32(SHUT_WR)) }
        return [client, server]
    }

    func waits() -> [pollfd] {
        lanes.values.flatMap { lane in
            var waits: [pollfd] = []
            if !lane.isAtEnd && lane.held < Self.capacity {
                waits.append(pollfd(fd: lane.from, events: Int16(POLLIN), revents: 0))
            }
            if lane.isBlocked { waits.append(pollfd(fd: lane.to, events: Int16(POLLOUT), revents: 0)) }
            return waits
        }
    }

    /// When something that is held back may go on; nil where nothing is.
    func nextTime(_ bytesPerSecond: Int?) -> ContinuousClock.Instant? {
        lanes.values.compactMap { lane in
            guard !lane.isBlocked, let first = lane.chunks.first else { return nil }
            guard let bytesPerSecond, let since = lane.throttledSince else { return first.due }
            let next = Double(lane.throttledBytes + 1) / Double(bytesPerSecond)
            return max(first.due, since + .seconds(next))
        }
        .min()
    }

    /// Takes what both sides sent, to go on at `due`.
    mutating func read(due: ContinuousClock.Instant) {
        for direction in TCPProxy.Direction.allCases { read(direction, due) }
    }

    private mutating func read(_ direction: TCPProxy.Direction, _ due: ContinuousClock.Instant) {
        guard var lane = lanes[direction] else { return }
        defer { lanes[direction] = lane }
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while !lane.isAtEnd && lane.held < Self.capacity {
            let count = Glibc.read(lane.from, &block, block.count)
            if count > 0 {
                lane.chunks.append((Array(block[..<count]), due))
                lane.held += count
            } else if count == 0 {
                lane.isAtEnd = true
            } else {
                if ![EAGAIN, EINTR, ENOTCONN].contains(errno) { isBroken = true }
                return
            }
        }
    }

    /// Whether these bytes are among what came and hasn't gone on.
    func holds(_ bytes: [UInt8], _ direction: TCPProxy.Direction) -> Bool {
        lanes[direction]?.chunks.contains { $0.bytes.contains(bytes) } ?? false
    }

    /// Sends on what is due, at most `limit` bytes; answers how many it was.
    mutating func forward(
        _ direction: TCPProxy.Direction, _ now: ContinuousClock.Instant, _ bytesPerSecond: Int?, limit: Int
    ) -> Int {
        guard var lane = lanes[direction], !isBroken else { return 0 }
        defer { lanes[direction] = lane }
        var allowed = min(limit, Self.allowance(&lane, now, bytesPerSecond))
        var total = 0
        lane.isBlocked = false
        while allowed > 0, let chunk = lane.chunks.first, chunk.due <= now {
            let size = min(allowed, chunk.bytes.count - lane.sent)
            let count = chunk.bytes.withUnsafeBytes { bytes in
                send(lane.to, bytes.baseAddress.map { $0 + lane.sent }, size, Int32(MSG_NOSIGNAL))
            }
            guard count >= 0 else {
                if [EAGAIN, EINTR, ENOTCONN].contains(errno) { lane.isBlocked = true } else { isBroken = true }
                break
            }
            (total, allowed) = (total + count, allowed - count)
            (lane.held, lane.sent) = (lane.held - count, lane.sent + count)
            if lane.sent == chunk.bytes.count {
                lane.chunks.removeFirst()
                lane.sent = 0
            }
        }
        lane.throttledBytes += total
        // Time without anything to send earns nothing.
        if lane.chunks.isEmpty { lane.throttledSince = nil }
        passEnd(&lane)
        return total
    }

    /// Whether the system holds nothing any more that was sent on (SIOCOUTQ: tcp(7)).
    func hasDelivered(_ direction: TCPProxy.Direction) -> Bool {
        guard let socket = lanes[direction]?.to else { return true }
        var left: Int32 = 0
        return ioctl(socket, UInt(TIOCOUTQ), &left) != 0 || left == 0
    }

    private mutating func passEnd(_ lane: inout Lane) {
        guard lane.isAtEnd, !lane.hasPassedEnd, lane.chunks.isEmpty else { return }
        shutdown(lane.to, Int32(SHUT_WR))
        lane.hasPassedEnd = true
    }

    /// How many bytes the throttle lets through now.
    private static func allowance(_ lane: inout Lane, _ now: ContinuousClock.Instant, _ bytesPerSecond: Int?) -> Int {
        guard let bytesPerSecond else {
            lane.throttledSince = nil
            return .max
        }
        guard let since = lane.throttledSince else {
            (lane.throttledSince, lane.throttledBytes) = (now, 0)
            return 0
        }
        return max(0, Int((now - since) / .seconds(1) * Double(bytesPerSecond)) - lane.throttledBytes)
    }
}
