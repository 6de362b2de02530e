public import Domain
import Synchronization

/// Something changed: a reason to look, never the truth itself. A hint may be lost or come twice; who waits for one
/// looks again after a while anyway.
public enum Hint: Sendable, Hashable {
    /// A run was queued. It needs one who carries it out: of those who listen one is woken.
    case runQueued
    /// A run of the DataSource ended, moved, or its feed did.
    case source(DataSourceID)
    /// A run of the DataSource ended, or was taken from its worker. Beside ``source(_:)``, which comes with each batch.
    case runEnded(DataSourceID)
    /// A request with this idempotency key (its kept answer's id) ended.
    case keyFree([UInt8])
}

/// Hands hints to whoever listens for them within this process.
public final class HintBoard: Sendable {
    private struct Listeners {
        var next = 0
        var byHint: [Hint: [Int: AsyncStream<Void>.Continuation]] = [:]
    }

    private let listeners = Mutex(Listeners())

    public init() {}

    /// Listens from now on; hints collapse into one while nobody takes them. Listen first, then look at the store, then
    /// wait: nothing that happens in between is missed. Listening ends when the listener is released.
    public func listen(for hint: Hint) -> HintListener {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = listeners.withLock { listeners in
            listeners.next += 1
            listeners.byHint[hint, default: [:]][listeners.next] = continuation
            return listeners.next
        }
        continuation.onTermination = { [weak self] _ in self?.remove(number, hint) }
        return HintListener(stream: stream, continuation: continuation)
    }

    /// Wakes the hint's listeners.
    public func post(_ hint: Hint) {
        let continuations = listeners.withLock { $0.byHint[hint].map { Array($0.values) } ?? [] }
        for continuation in continuations {
            let yielded = continuation.yield()
            // Dropped: that listener has one waiting already, so that this one is for another.
            if hint == .runQueued, case .enqueued = yielded { return }
        }
    }

    private func remove(_ number: Int, _ hint: Hint) {
        listeners.withLock { listeners in
            listeners.byHint[hint]?[number] = nil
            if listeners.byHint[hint]?.isEmpty == true { listeners.byHint[hint] = nil }
        }
    }
}

/// One listener of a ``HintBoard``, for one task.
public final class HintListener: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    fileprivate init(stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation) {
        self.stream = stream
        self.continuation = continuation
    }

    deinit { continuation.finish() }

    /// Returns at the next hint, after `limit`, or when the task is cancelled; which of them isn't told, since who waits
    /// looks at the store anyway.
    public func wait(atMost limit: Duration, clock: MonotonicClock) async {
        // The timer speaks through the stream: cancelling a stream's `next()` would end the stream for good.
        let timer = Task { [continuation] in
            // Cancelled when a hint came first: nothing to do then.
            try? await clock.sleep(limit)
            if !Task.isCancelled { continuation.yield() }
        }
        var iterator = stream.makeAsyncIterator()
        _ = await iterator.next()
        timer.cancel()
    }
}
