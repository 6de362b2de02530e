import Domain
import Synchronization
import WireAPI

/// What a process says of itself, and whether it may be sent requests.
public final class ServerStatus: Sendable {
    let version: String
    private let role: String
    private let workerID: String
    private let ping: @Sendable () async throws -> Void
    private let started = Mutex(false)

    /// `ping` throws when the database can't be reached.
    public init(
        version: String, role: String, workerID: String, ping: @escaping @Sendable () async throws -> Void
    ) {
        self.version = version
        self.role = role
        self.workerID = workerID
        self.ping = ping
    }

    /// To be called once the database is migrated and its keys are verified.
    public func markStarted() { started.withLock { $0 = true } }

    /// Says again that no more requests are wanted; for a server that stops.
    public func markStopping() { started.withLock { $0 = false } }

    /// Whether it was marked as started and not as stopping since.
    public var hasStarted: Bool { started.withLock { $0 } }

    func isReady() async -> Bool {
        guard hasStarted else { return false }
        return await reachesDatabase()
    }

    func body() async -> HealthBody {
        let database = await reachesDatabase()
        return HealthBody(
            status: "ok", version: version, role: role, workerID: workerID, database: database ? "ok" : "unavailable")
    }

    /// Why the database can't be reached is the store's to log.
    private func reachesDatabase() async -> Bool { (try? await ping()) != nil }
}
