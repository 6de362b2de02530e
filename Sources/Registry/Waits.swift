import Domain
import StoreAPI
import Synchronization

/// Requests that wait for something to happen: long polls of the feed, "sync now" with `wait`. Each holds a connection,
/// so a tenant has only so many; all end early when the server stops.
final class Waits: Sendable {
    /// Of one tenant; well below the server's connections.
    static let mostOfOneTenant = 100
    static let mostAtOnce = 1_000
    /// How often the store is looked at while waiting, hints or not: a hint may be lost.
    static let lookInterval = Duration.seconds(2)

    let clock: MonotonicClock
    fileprivate let slots = TenantSlots(ofOneTenant: mostOfOneTenant, atOnce: mostAtOnce)
    private let stopping = Mutex(false)

    init(clock: MonotonicClock) { self.clock = clock }

    /// Ends every wait within ``lookInterval``, and lets none begin.
    func stop() { stopping.withLock { $0 = true } }

    var isStopping: Bool { stopping.withLock { $0 } }

    /// Takes a place for something that waits on its own; throws `request.too_many_waiting`.
    func place(of tenant: TenantID) throws -> WaitingPlace {
        guard slots.enter(tenant) else { throw AppError(.tooManyWaiting, retryAfter: .seconds(5)) }
        return WaitingPlace(waits: self, tenant: tenant)
    }

    /// Looks until `look` answers something, the time is up or the server stops; nil then. Throws `request.too_many_waiting`
    /// when the tenant has too many requests that wait.
    func wait<Value>(
        upTo limit: Duration, for listener: HintListener, of tenant: TenantID, _ look: () async throws -> Value?
    ) async throws -> Value? {
        let place = try place(of: tenant)
        defer { withExtendedLifetime(place) {} }
        let watch = Stopwatch(clock)
        while true {
            if let value = try await look() { return value }
            let left = limit - watch.elapsed
            if left <= .zero || Task.isCancelled || isStopping { return nil }
            await listener.wait(atMost: min(left, Self.lookInterval), clock: clock)
        }
    }
}

/// A place among the tenant's requests that wait, given back when it is released.
final class WaitingPlace: Sendable {
    private let waits: Waits
    private let tenant: TenantID

    fileprivate init(waits: Waits, tenant: TenantID) {
        self.waits = waits
        self.tenant = tenant
    }

    deinit { waits.slots.leave(tenant) }
}
