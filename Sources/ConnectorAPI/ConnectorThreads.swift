import Dispatch
import Glibc
import Synchronization

/// Threads on which connectors' calls run, so that a blocking read or a long parse never holds up the threads that answer
/// requests. Use with `withTaskExecutorPreference`.
///
/// They are the operating system's own: the pool that Dispatch shares with Swift's tasks has as many as there are cores, and
/// a few calls that block or compute for long would leave none for anything else (Invariant 5).
public final class ConnectorThreads: TaskExecutor {
    /// More calls than this at once wait for one another.
    public static let most = 512

    private let pool = Pool()

    public init() {}

    deinit { pool.close() }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        pool.add { [self] in
            // Keeps the executor as long as one of its jobs runs.
            withExtendedLifetime(self) { job.runSynchronously(on: executor) }
        }
    }
}

/// Jobs, and threads that take them in turn; a thread that is idle is used before another one is made.
private final class Pool: Sendable {
    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var threads = 0
        var idle = 0
    }

    private let state = Mutex(State())
    /// Counts the jobs that no thread has taken.
    private let waiting = DispatchSemaphore(value: 0)

    func add(_ job: @escaping @Sendable () -> Void) {
        let needsThread = state.withLock { state in
            state.jobs.append(job)
            guard state.jobs.count > state.idle, state.threads < ConnectorThreads.most else { return false }
            state.threads += 1
            return true
        }
        if needsThread, !startThread() { state.withLock { $0.threads -= 1 } }
        waiting.signal()
    }

    /// Lets the threads end once they are idle.
    func close() {
        for _ in 0..<state.withLock({ $0.threads }) { waiting.signal() }
    }

    private func startThread() -> Bool {
        var thread = pthread_t()
        let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { pool in
            guard let pool else { return nil }
            Unmanaged<Pool>.fromOpaque(pool).takeRetainedValue().work()
            return nil
        }
        let own = Unmanaged.passRetained(self)
        guard pthread_create(&thread, nil, body, own.toOpaque()) == 0 else {
            own.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private func work() {
        while let job = next() { job() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { $0.idle += 1 }
        waiting.wait()
        return state.withLock { state in
            state.idle -= 1
            return state.jobs.isEmpty ? nil : state.jobs.removeFirst()
        }
    }
}
