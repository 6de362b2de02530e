import Domain
import GRDB
import Meters
import StoreAPI
import StoreRows
import Synchronization

/// A few connections that only read, each on a thread of its own while it works.
final class ReaderPool: Sendable {
    typealias Job = @Sendable (Connection) -> Void

    /// Reads that may wait for a connection.
    private static let lineLimit = 10_000

    private struct State {
        var idle: [DatabaseQueue]
        var waiting = Fifo<Job>(limit: ReaderPool.lineLimit)
        var busy = 0
        var isClosed = false
        var waitsForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let readers: [DatabaseQueue]
    private let state: Mutex<State>
    private let meters: StoreMeters

    init(path: String, count: Int, meters: StoreMeters) throws {
        self.meters = meters
        readers = try (0..<count).map { _ in try DatabaseOpening.reader(path: path) }
        state = Mutex(State(idle: readers))
    }

    /// Runs the job on the next free connection. False when it was refused: closed, or too many wait.
    func submit(_ job: @escaping Job) -> Bool {
        let (isTaken, reader) = state.withLock { state -> (Bool, DatabaseQueue?) in
            guard !state.isClosed else { return (false, nil) }
            guard let reader = state.idle.popLast() else { return (state.waiting.append(job), nil) }
            state.busy += 1
            return (true, reader)
        }
        if isTaken { meters.reads.add(1, StoreMeters.ReadPath.pool) }
        guard let reader else {
            if isTaken { meters.waitingReads.add(1) }
            return isTaken
        }
        meters.busyReaders.add(1, StoreMeters.ReadPath.pool)
        reader.asyncWriteWithoutTransaction { [self] database in
            let connection = Connection(database: database, onFatal: { _ in })
            job(connection)
            while let next = nextJob(of: reader) { next(connection) }
        }
        return true
    }

    /// Refuses new reads, finishes those in line, closes the connections.
    func close() async throws {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isClosed = true
                if state.busy > 0 { state.waitsForEnd.append(continuation) }
                return state.busy == 0
            }
            if isIdle { continuation.resume() }
        }
        do {
            for reader in readers { try reader.close() }
        } catch {
            throw StoreFailure.error(error)
        }
    }

    /// The next job in line; none gives the connection back.
    private func nextJob(of reader: DatabaseQueue) -> Job? {
        let (job, ended) = state.withLock { state -> (Job?, [CheckedContinuation<Void, Never>]) in
            if let job = state.waiting.popFirst() { return (job, []) }
            state.idle.append(reader)
            state.busy -= 1
            guard state.busy == 0 else { return (nil, []) }
            defer { state.waitsForEnd = [] }
            return (nil, state.waitsForEnd)
        }
        if job == nil { meters.busyReaders.add(-1, StoreMeters.ReadPath.pool) } else { meters.waitingReads.add(-1) }
        for continuation in ended { continuation.resume() }
        return job
    }
}
