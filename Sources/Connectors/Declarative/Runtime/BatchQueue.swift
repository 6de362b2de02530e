import Domain
import Synchronization

/// A few batches between those who make them and the one who takes them.
final class BatchQueue: Sendable {
    private enum End {
        case finished
        case failed(any Error)
        case stopped
    }

    private struct State {
        var batches: [RecordBatch] = []
        var end: End?
        var taker: CheckedContinuation<RecordBatch?, any Error>?
    }

    private let state = Mutex(State())
    private let room: Slots

    /// - Parameter capacity: Batches that wait at most; who has more waits with it.
    init(capacity: Int) { room = Slots(capacity) }

    /// Adds a batch, once there is room. Throws `CancellationError` where nobody takes any more.
    func put(_ batch: RecordBatch) async throws {
        try await room.take()
        let (taker, isStopped) = state.withLock { state -> (CheckedContinuation<RecordBatch?, any Error>?, Bool) in
            guard state.end == nil else { return (nil, true) }
            if let taker = state.taker {
                state.taker = nil
                return (taker, false)
            }
            state.batches.append(batch)
            return (nil, false)
        }
        if isStopped {
            room.give()
            throw CancellationError()
        }
        if let taker {
            room.give()
            taker.resume(returning: batch)
        }
    }

    /// Says that no more come; with an error, once what there is has been taken.
    func finish(throwing error: (any Error)?) {
        let taker = state.withLock { state -> CheckedContinuation<RecordBatch?, any Error>? in
            guard state.end == nil else { return nil }
            state.end = error.map { .failed($0) } ?? .finished
            defer { state.taker = nil }
            return state.taker
        }
        guard let taker else { return }
        if let error { taker.resume(throwing: error) } else { taker.resume(returning: nil) }
    }

    /// Says that nobody takes any more.
    func stop() {
        let (taker, waiting) = state.withLock { state in
            defer { state = State(batches: [], end: .stopped, taker: nil) }
            return (state.taker, state.batches.count)
        }
        for _ in 0..<waiting { room.give() }
        taker?.resume(throwing: CancellationError())
    }

    /// The next batch, waiting for it; nil at the end.
    func next() async throws -> RecordBatch? {
        try await withCheckedThrowingContinuation { continuation in
            let result = state.withLock { state -> Result<RecordBatch?, any Error>? in
                if !state.batches.isEmpty { return .success(state.batches.removeFirst()) }
                switch state.end {
                case .finished: return .success(nil)
                case .failed(let error): return .failure(error)
                case .stopped: return .failure(CancellationError())
                case nil:
                    state.taker = continuation
                    return nil
                }
            }
            if case .success(.some)? = result { room.give() }
            if let result { continuation.resume(with: result) }
        }
    }
}
