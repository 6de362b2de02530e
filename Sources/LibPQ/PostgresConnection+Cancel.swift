import CLibPQ
import Dispatch
import Glibc

extension PostgresConnection {
    /// Where requests to cancel wait for their servers: one that never answers holds up nobody else.
    private static let cancelling = DispatchQueue(label: "tributary.postgres.cancel", attributes: .concurrent)

    /// Asks the server to stop the statement under way, by a connection of its own to the same address (PostgreSQL 15,
    /// 55.2.8), and waits for that at most `milliseconds`. Nothing when no statement runs.
    public func cancelStatement(atMost milliseconds: Int32 = 2000) {
        guard PQtransactionStatus(raw) == PQTRANS_ACTIVE, let request = CancelRequest(raw) else { return }
        let done = Interrupt()
        Self.cancelling.async {
            request.send()
            done.fire()
        }
        var entry = pollfd(fd: done.descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, milliseconds)
    }
}

/// What libpq needs to cancel, apart from the connection that it is about.
private struct CancelRequest: Sendable {
    /// Address of a `PGcancel`, which any thread may use (PostgreSQL 15, 34.7).
    private let address: UInt

    init?(_ connection: OpaquePointer) {
        guard let cancel = PQgetCancel(connection) else { return nil }
        address = UInt(bitPattern: cancel)
    }

    /// Sends it and frees it; called once.
    func send() {
        guard let cancel = OpaquePointer(bitPattern: address) else { return }
        var message = [CChar](repeating: 0, count: 256)
        // Best effort: the connection is closed next, whatever the answer.
        _ = PQcancel(cancel, &message, Int32(message.count))
        PQfreeCancel(cancel)
    }
}
