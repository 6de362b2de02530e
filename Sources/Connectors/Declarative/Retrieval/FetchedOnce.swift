import Synchronization

/// A value that is got when it is first asked for, by one task for all; a failure isn't kept.
final class FetchedOnce<Result: Sendable>: Sendable {
    private let known = Mutex<Result?>(nil)
    private let flight = SingleFlight<Result>()

    func value(_ fetch: @escaping @Sendable () async throws -> Result) async throws -> Result {
        if let value = known.withLock({ $0 }) { return value }
        return try await flight.run { [self] in
            if let value = known.withLock({ $0 }) { return value }
            let value = try await fetch()
            known.withLock { $0 = value }
            return value
        }
    }
}
