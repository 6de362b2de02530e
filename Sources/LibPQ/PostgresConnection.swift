import CLibPQ
public import Domain
public import Egress
import Glibc

/// One connection to a PostgreSQL server, over libpq, of one thread at a time.
///
/// Every call blocks its thread until the server has answered, the interrupt is fired, or no byte came for as long as the
/// call allows. After any error but a `refusal` the connection is of no more use.
public final class PostgresConnection {
    /// The largest row that is taken in. PostgreSQL's own limit is 1 GiB, but a body is 8 MiB at most.
    static let longestPiece = 64 << 20
    /// The largest answer of a catalogue, and the most that a server may say while a connection is made.
    static let longestAnswer = 64 << 20
    /// Notifications that are kept until they are asked for; more are dropped.
    static let mostNotifications = 10_000

    let raw: OpaquePointer
    let interrupt: Interrupt
    let clock: MonotonicClock
    /// Bytes of the pieces that came whole.
    var wholeBytes = 0
    /// Payloads of notifications that came; only a connection that listens gets any.
    var notified: [String] = []

    /// Connects to the first of `addresses` that accepts. Throws ``PostgresError``: the last address' failure, or at once
    /// what another address wouldn't change, such as a wrong password.
    public static func open(
        _ parameters: ConnectionParameters, at addresses: [PermittedAddress], interrupt: Interrupt,
        clock: MonotonicClock
    ) throws(PostgresError) -> PostgresConnection {
        guard let authorities = TrustedAuthorities(parameters) else { throw PostgresError(.invalidParameter) }
        let deadline = clock.now() + parameters.connectTimeout
        var failure = PostgresError(.unreachable)
        for (place, address) in addresses.enumerated() {
            // An address that doesn't answer leaves time for the others.
            let share = (deadline - clock.now()) / (addresses.count - place)
            do throws(PostgresError) {
                let connection = try PostgresConnection(
                    parameters.keywords(authorities: authorities.path), address, interrupt, clock)
                try connection.finishOpening(until: clock.now() + share)
                return connection
            } catch {
                failure = error
                guard error.kind.isOfAddress else { throw error }
            }
        }
        throw failure
    }

    private init(
        _ keywords: [(String, String)], _ address: PermittedAddress, _ interrupt: Interrupt, _ clock: MonotonicClock
    ) throws(PostgresError) {
        // `hostaddr` keeps libpq from resolving the name again: it connects to the address that was checked (SYNC.md 13).
        let pairs =
            keywords + [
                ("host", address.host), ("hostaddr", address.address), ("port", String(address.port)),
            ]
        guard pairs.allSatisfy({ !$0.1.utf8.contains(0) }) else { throw PostgresError(.invalidParameter) }
        let started = CStrings.lend(pairs.map(\.0)) { names in
            CStrings.lend(pairs.map(\.1)) { values in PQconnectStartParams(names, values, 0) }
        }
        guard let started else { throw PostgresError(.connectionLost) }
        raw = started
        self.interrupt = interrupt
        self.clock = clock
        // Errors come as their SQLSTATE alone: the server's words may quote values.
        PQsetErrorVerbosity(raw, PQERRORS_SQLSTATE)
        PQsetNoticeProcessor(raw, { _, _ in }, nil)
    }

    deinit { PQfinish(raw) }

    /// `server_version_num`: 150018 for 15.18.
    public var serverVersion: Int { Int(PQserverVersion(raw)) }

    /// Whether the server follows another one and takes no writes (`in_hot_standby`, which PostgreSQL 14 and newer report).
    public var isStandby: Bool {
        PQparameterStatus(raw, "in_hot_standby").map { String(cString: $0) == "on" } ?? false
    }

    private func finishOpening(until deadline: Duration) throws(PostgresError) {
        guard PQstatus(raw) != CONNECTION_BAD else { throw ConnectFailure.error(PQerrorMessage(raw)) }
        var waitsFor = PGRES_POLLING_WRITING
        while waitsFor != PGRES_POLLING_OK {
            guard waitsFor != PGRES_POLLING_FAILED else { throw ConnectFailure.error(PQerrorMessage(raw)) }
            let isReading = waitsFor == PGRES_POLLING_READING
            try wait(for: isReading ? POLLIN : POLLOUT, until: deadline)
            try checkUnfinished(upTo: Self.longestAnswer)
            waitsFor = PQconnectPoll(raw)
        }
        settle()
        guard PQsetnonblocking(raw, 1) == 0 else { throw PostgresError(.connectionLost) }
    }

    /// Takes in what has come. Throws `oversized` once more than `limit` came that makes no whole piece: libpq keeps all of a
    /// message until it is whole, and of a result until it is at its end, so that what a server sends without end would
    /// fill the memory (Invariant 8).
    func takeIn(upTo limit: Int) throws(PostgresError) {
        try checkUnfinished(upTo: limit)
        guard PQconsumeInput(raw) == 1 else { throw lost() }
        takeNotifications()
    }

    private func checkUnfinished(upTo limit: Int) throws(PostgresError) {
        // What comes between the pieces is kept by libpq for as long as it is: an eighth is room for what TLS adds.
        guard bytesTaken - wholeBytes <= limit + wholeBytes / 8 else { throw PostgresError(.oversized) }
    }

    /// Those that are taken in, for as long as no answer stands before them.
    func takeNotifications() {
        while let notification = PQnotifies(raw) {
            defer { PQfreemem(notification) }
            guard notification.pointee.be_pid != PQbackendPID(raw), notified.count < Self.mostNotifications else {
                continue
            }
            notified.append(String(cString: notification.pointee.extra))
        }
    }

    /// All that was taken in makes whole answers.
    func settle() { wholeBytes = max(wholeBytes, bytesTaken) }

    /// What the socket received, less what still waits in it: libpq itself doesn't tell.
    private var bytesTaken: Int {
        // `tcpi_bytes_received` of Linux's struct tcp_info (linux/tcp.h), which glibc's has not.
        let place = 128
        return withUnsafeTemporaryAllocation(byteCount: place + 8, alignment: 8) { info in
            var size = socklen_t(info.count)
            var waiting: Int32 = 0
            guard getsockopt(PQsocket(raw), Int32(IPPROTO_TCP), TCP_INFO, info.baseAddress, &size) == 0,
                Int(size) == info.count, ioctl(PQsocket(raw), UInt(FIONREAD), &waiting) == 0
            else { return 0 }
            return Int(info.load(fromByteOffset: place, as: UInt64.self)) - Int(waiting)
        }
    }

    /// Waits until the socket is ready; throws `interrupted` or `timedOut`.
    func wait(for events: Int32, until deadline: Duration) throws(PostgresError) {
        // Also where there always is something to read.
        guard clock.now() < deadline else { throw PostgresError(.timedOut) }
        while !(try isReady(for: events, within: deadline - clock.now())) {
            if clock.now() >= deadline { throw PostgresError(.timedOut) }
        }
    }

    /// Whether the socket becomes ready in time; throws `interrupted`.
    func isReady(for events: Int32, within limit: Duration) throws(PostgresError) -> Bool {
        let (seconds, attoseconds) = max(limit, .zero).components
        let milliseconds = min(seconds * 1000 + attoseconds / 1_000_000_000_000_000, Int64(Int32.max))
        var entries = [
            pollfd(fd: PQsocket(raw), events: Int16(events), revents: 0),
            pollfd(fd: interrupt.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let count = poll(&entries, 2, Int32(milliseconds))
        if entries[1].revents != 0 { throw PostgresError(.interrupted) }
        return count > 0
    }
}

extension PostgresError.Kind {
    /// Whether another address of the same host may do better.
    var isOfAddress: Bool { self == .refused || self == .unreachable || self == .timedOut || self == .connectionLost }
}

/// Lends texts to C as an array of pointers that ends with nil.
enum CStrings {
    static func lend<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result?
    ) -> Result? {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        let pointers = copies.map { UnsafePointer($0) } + [nil]
        return pointers.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return nil }
            return body(start)
        }
    }
}
