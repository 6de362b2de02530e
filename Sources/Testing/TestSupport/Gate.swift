import Synchronization

/// A point where the code under test waits for the test, and the test for the code.
public final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var arrivals = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var watching: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// Waits until the gate is open; throws `CancellationError` when the task is cancelled first.
    public func wait() async throws {
        let number = state.withLock { state in
            state.arrivals += 1
            for watcher in state.watching { watcher.resume() }
            state.watching = []
            return state.arrivals
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.isOpen || Task.isCancelled { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
        try Task.checkCancellation()
    }

    /// How many have come so far.
    public var arrivals: Int { state.withLock { $0.arrivals } }

    /// Returns once somebody has come to the gate.
    public func arrival() async {
        await withCheckedContinuation { continuation in
            let hasCome = state.withLock { state in
                if state.arrivals > 0 { return true }
                state.watching.append(continuation)
                return false
            }
            if hasCome { continuation.resume() }
        }
    }

    /// Lets everybody through from now on.
    public func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.values.map { $0 }
        }
        for continuation in waiting { continuation.resume() }
    }
}
