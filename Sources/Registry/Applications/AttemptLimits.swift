import Domain
import Synchronization
import Vault

/// Bounds how often wrong credentials may be tried: by an address for one client, and by an address in all. Only
/// failures count, and a stranger's don't count against a client's own address.
final class AttemptLimits: Sendable {
    /// Failures a minute.
    static let mostOfClient = 20
    static let mostOfAddress = 300
    static let window = Duration.seconds(60)
    static let mostCounted = 20_000

    /// One attempt under way; it counts as failed until it is forgiven.
    struct Attempt: Sendable {
        fileprivate let names: [String]
    }

    private struct Count: Sendable {
        let start: Duration
        var failures: Int
    }

    private let clock: MonotonicClock
    private let counts = Mutex(BoundedCache<String, Count>(capacity: mostCounted))

    init(clock: MonotonicClock) { self.clock = clock }

    /// Counts an attempt; throws `auth.too_many_attempts` when there were too many.
    func begin(client: String, address: String) throws -> Attempt {
        let now = clock.now()
        // What is too long to be an id is nobody's; its beginning is enough to count by.
        let own = "client \(address) \(client.utf8.prefix(128).map { String($0, radix: 16) }.joined(separator: "."))"
        let places = [("address \(address)", Self.mostOfAddress), (own, Self.mostOfClient)]
        let wait = counts.withLock { counts -> Duration? in
            var fresh: [(String, Count)] = []
            for (name, most) in places {
                var count = counts.value(for: name) ?? Count(start: now, failures: 0)
                if now - count.start >= Self.window { count = Count(start: now, failures: 0) }
                guard count.failures < most else { return count.start + Self.window - now }
                count.failures += 1
                fresh.append((name, count))
            }
            for (name, count) in fresh { counts.insert(count, for: name) }
            return nil
        }
        if let wait { throw AppError(.authTooManyAttempts, retryAfter: wait) }
        return Attempt(names: places.map(\.0))
    }

    /// The attempt was right after all.
    func forgive(_ attempt: Attempt) {
        counts.withLock { counts in
            for name in attempt.names {
                guard var count = counts.value(for: name) else { continue }
                count.failures = max(count.failures - 1, 0)
                counts.insert(count, for: name)
            }
        }
    }
}
