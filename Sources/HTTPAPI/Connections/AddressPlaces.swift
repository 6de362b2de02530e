import NIOCore
import Synchronization

/// How many connections each address has open, so that one can't take every place. A proxy counts as the one address that
/// it is, so the bound leaves it most places.
final class AddressPlaces: Sendable {
    private let most: Int
    private let open = Mutex<[String: Int]>([:])

    init(most: Int) { self.most = most }

    /// Takes a place for as long as the channel is open; false when its address has none left.
    func take(for channel: any Channel) -> Bool {
        guard let address = channel.remoteAddress?.ipAddress else { return true }
        guard take(address) else { return false }
        channel.closeFuture.whenComplete { [self] _ in leave(address) }
        return true
    }

    func take(_ address: String) -> Bool {
        open.withLock { open in
            guard open[address, default: 0] < most else { return false }
            open[address, default: 0] += 1
            return true
        }
    }

    func leave(_ address: String) {
        open.withLock { open in
            let rest = open[address, default: 1] - 1
            open[address] = rest > 0 ? rest : nil
        }
    }
}
