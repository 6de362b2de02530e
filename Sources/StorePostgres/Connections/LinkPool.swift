import Dispatch
import Domain
import Glibc
import Meters
import StoreAPI
import StoreRows
import Synchronization

/// A few threads, each with a connection of its own that is opened when the first job needs it. Blocking calls on threads
/// of their own hold up nobody who answers requests.
final class LinkPool: Sendable {
    typealias Job = @Sendable (LinkHolder) -> Void

    /// Jobs that may wait for a thread (Invariant 8).
    private static let lineLimit = 10_000

    private struct State {
        var idle: [Lane] = []
        var lanes = 0
        var waiting = Fifo<Job>(limit: LinkPool.lineLimit)
        var isClosed = false
        var waitsForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let count: Int
    private let open: @Sendable () throws -> Link

    init(count: Int, open: @escaping @Sendable () throws -> Link) {
        self.count = count
        self.open = open
    }

    /// Runs the job on a thread; false when it was refused: closed, or too many wait.
    func submit(_ job: @escaping Job) -> Bool {
        enum Verdict { case refused, waits, begins, wakes(Lane) }
        let verdict: Verdict = state.withLock { state in
            guard !state.isClosed else { return .refused }
            if let lane = state.idle.popLast() { return .wakes(lane) }
            if state.lanes < count {
                state.lanes += 1
                return .begins
            }
            return state.waiting.append(job) ? .waits : .refused
        }
        switch verdict {
        case .refused: return false
        case .waits: return true
        case .wakes(let lane):
            lane.give(job)
            return true
        case .begins:
            let lane = Lane(pool: self, first: job)
            if lane.start() { return true }
            state.withLock { $0.lanes -= 1 }
            return false
        }
    }

    /// Refuses new jobs, finishes those in line, closes the connections.
    func close() async {
        stop()
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.lanes > 0 { state.waitsForEnd.append(continuation) }
                return state.lanes == 0
            }
            if isOver { continuation.resume() }
        }
    }

    /// Begins to close, and waits for nothing.
    func stop() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for lane in idle { lane.give(nil) }
    }

    /// The next job in line; nil when the lane has become idle, or must end.
    private func next(_ lane: Lane) -> (job: Job?, mustEnd: Bool) {
        state.withLock { state in
            if let job = state.waiting.popFirst() { return (job, false) }
            if state.isClosed { return (nil, true) }
            state.idle.append(lane)
            return (nil, false)
        }
    }

    private func end() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.lanes -= 1
            guard state.isClosed, state.lanes == 0 else { return [] }
            defer { state.waitsForEnd = [] }
            return state.waitsForEnd
        }
        for continuation in waiting { continuation.resume() }
    }

    /// One thread.
    private final class Lane: Sendable {
        private let pool: LinkPool
        private let job: Mutex<Job?>
        private let isGiven = DispatchSemaphore(value: 0)

        init(pool: LinkPool, first: @escaping Job) {
            self.pool = pool
            job = Mutex(first)
        }

        /// Wakes an idle lane; without a job it ends.
        func give(_ next: Job?) {
            job.withLock { $0 = next }
            isGiven.signal()
        }

        func start() -> Bool { OwnThread.start { [self] in work() } }

        private func work() {
            let holder = LinkHolder(open: pool.open)
            while let job = job.withLock({ $0.take() }) {
                job(holder)
                var following = pool.next(self)
                while let job = following.job {
                    job(holder)
                    following = pool.next(self)
                }
                if following.mustEnd { break }
                isGiven.wait()
            }
            holder.drop()
            pool.end()
        }
    }
}

/// The connection of one thread.
final class LinkHolder {
    private let open: @Sendable () throws -> Link
    private var link: Link?

    init(open: @escaping @Sendable () throws -> Link) { self.open = open }

    /// The open connection; opens one where there is none.
    func take() throws -> Link {
        if let link, link.isUsable { return link }
        link = nil
        let new = try open()
        link = new
        return new
    }

    /// Closes the connection.
    func drop() { link = nil }
}

/// Threads of the operating system's, for calls that block.
enum OwnThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// False when the system has none left.
    static func start(_ run: @escaping @Sendable () -> Void) -> Bool {
        var thread = pthread_t()
        let own = Unmanaged.passRetained(Body(run))
        let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { body in
            guard let body else { return nil }
            Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
            return nil
        }
        guard pthread_create(&thread, nil, entry, own.toOpaque()) == 0 else {
            own.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
