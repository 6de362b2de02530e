import Egress
import Synchronization

/// The answer to a look-up, which comes once: from the resolver, or because nobody waits any more.
final class LookUp: Sendable {
    private enum State {
        case waiting(CheckedContinuation<PermittedURL, any Error>)
        case ended(Result<PermittedURL, any Error>)
        case idle
    }

    private let state = Mutex(State.idle)

    func begin(_ continuation: CheckedContinuation<PermittedURL, any Error>) {
        let early = state.withLock { state -> Result<PermittedURL, any Error>? in
            if case .ended(let result) = state { return result }
            state = .waiting(continuation)
            return nil
        }
        if let early { continuation.resume(with: early) }
    }

    func end(_ result: Result<PermittedURL, any Error>) {
        let waiting = state.withLock { state -> CheckedContinuation<PermittedURL, any Error>? in
            guard case .ended = state else {
                defer { state = .ended(result) }
                if case .waiting(let continuation) = state { return continuation }
                return nil
            }
            return nil
        }
        waiting?.resume(with: result)
    }
}
