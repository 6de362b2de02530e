import ConnectorAPI
import Synchronization
public import Testing

/// Runs tests on threads of their own, a few at a time: for tests that block, by a database's or a process's answer. On the
/// threads that all tests share they would hold up those that only compute; all at once they would hold up each other. A time
/// limit counts their wait for a turn too: it is there for what would never end.
public struct OwnThreads: SuiteTrait, TestTrait, TestScoping {
    private static let threads = ConnectorThreads()
    private static let turnstile = Turnstile(places: 4)

    /// Each test of a suite waits for its own turn.
    public var isRecursive: Bool { true }

    /// Waits for a place, then runs the test.
    @concurrent
    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        await Self.turnstile.enter()
        defer { Self.turnstile.leave() }
        try await withTaskExecutorPreference(Self.threads) { try await function() }
    }
}

extension Trait where Self == OwnThreads {
    /// The tests block their threads.
    public static var ownThreads: Self { OwnThreads() }
}

/// Lets in so many at a time, in the order in which they came.
private final class Turnstile: Sendable {
    private let state: Mutex<(places: Int, waiting: [CheckedContinuation<Void, Never>])>

    init(places: Int) { state = Mutex((places, [])) }

    func enter() async {
        await withCheckedContinuation { continuation in
            let isIn = state.withLock { state in
                guard state.places == 0 else {
                    state.places -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isIn { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.places += 1
            return nil
        }
        next?.resume()
    }
}
