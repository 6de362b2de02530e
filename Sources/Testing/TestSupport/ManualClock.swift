public import Domain
import Synchronization

/// A monotonic clock that only a test moves.
public final class ManualClock: Sendable {
    private struct State {
        var now = Duration.zero
        var next = 0
        var sleepers: [Int: (until: Duration, continuation: CheckedContinuation<Void, Never>)] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    public var clock: MonotonicClock {
        MonotonicClock(now: { self.state.withLock { $0.now } }, sleep: { try await self.sleep($0) })
    }

    /// Moves time on and wakes whoever slept until then.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    /// How long until the first sleeper's end; nil while nobody sleeps.
    public var nextWake: Duration? {
        state.withLock { state in state.sleepers.values.map { $0.until - state.now }.min() }
    }

    /// Moves time on to the first sleeper's end, if that is at most `limit` away: for code that pauses briefly beside
    /// code that waits for long.
    public func wakeNext(within limit: Duration) {
        let left = state.withLock { state in state.sleepers.values.map { $0.until - state.now }.min() }
        if let left, left <= limit { advance(by: left) }
    }

    private func sleep(_ duration: Duration) async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if Task.isCancelled || duration <= .zero { return true }
                    state.sleepers[number] = (state.now + duration, continuation)
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: number) }?.continuation.resume()
        }
        try Task.checkCancellation()
    }
}
