import Domain
import GRDB
import Meters
import StoreAPI
import Synchronization

/// Connections for brief reads on the calling threads: as many as threads call at once, so that none waits.
///
/// A connection keeps its snapshot until something is committed: beginning and ending one costs as much as a look-up. Who
/// checkpoints has them ended first, since a snapshot keeps the log from being started over.
final class NearReaders: Sendable {
    private struct Reader {
        let queue: DatabaseQueue
        /// How many commits there were before its snapshot was taken; nil while it has none.
        var snapshot: Int?
    }

    private struct State {
        var idle: [Reader]
        var busy = 0
        var isPaused = false
        var isClosed = false
        var waitsForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let commits: CommitCount
    private let meters: StoreMeters

    init(path: String, count: Int, commits: CommitCount, meters: StoreMeters) throws {
        self.commits = commits
        self.meters = meters
        state = Mutex(
            State(idle: try (0..<count).map { _ in Reader(queue: try DatabaseOpening.reader(path: path)) }))
    }

    /// Runs the job on a snapshot that has everything committed by now; nil when every connection is at work.
    func read<Value>(_ job: (Connection) throws -> Value) throws -> Value? {
        guard var reader = take() else { return nil }
        meters.reads.add(1, StoreMeters.ReadPath.near)
        meters.busyReaders.add(1, StoreMeters.ReadPath.near)
        defer {
            meters.busyReaders.add(-1, StoreMeters.ReadPath.near)
            giveBack(reader)
        }
        return try reader.queue.inDatabase { database in
            let connection = Connection(database: database, onFatal: { _ in })
            // Counted before the snapshot is taken: one that is newer than it claims is only renewed too early.
            let now = commits.now
            if reader.snapshot != now {
                try connection.rollBackIfOpen()
                reader.snapshot = nil
                try connection.run("BEGIN")
                reader.snapshot = now
            }
            do {
                return try job(connection)
            } catch {
                reader.snapshot = nil
                try connection.rollBackIfOpen()
                throw error
            }
        }
    }

    /// Runs the body while no connection has a snapshot, but for those that are at a look-up when it begins. Reads go
    /// another way meanwhile.
    func withoutSnapshots(_ body: () -> Void) {
        let idle = state.withLock { state in
            defer { state.idle = [] }
            state.isPaused = true
            state.busy += state.idle.count
            return state.idle
        }
        let ended = idle.map(withoutSnapshot)
        body()
        state.withLock { $0.isPaused = false }
        for reader in ended { giveBack(reader) }
    }

    /// Refuses new reads, waits for those under way, closes the connections.
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
            for reader in state.withLock({ $0.idle }) { try withoutSnapshot(reader).queue.close() }
        } catch {
            throw StoreFailure.error(error)
        }
    }

    private func take() -> Reader? {
        state.withLock { state in
            guard !state.isClosed, !state.isPaused, let reader = state.idle.popLast() else { return nil }
            state.busy += 1
            return reader
        }
    }

    private func giveBack(_ reader: Reader) {
        let ended = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
            if state.isPaused, reader.snapshot != nil { return nil }
            state.idle.append(reader)
            state.busy -= 1
            guard state.busy == 0 else { return [] }
            defer { state.waitsForEnd = [] }
            return state.waitsForEnd
        }
        guard let ended else { return giveBack(withoutSnapshot(reader)) }
        for continuation in ended { continuation.resume() }
    }

    private func withoutSnapshot(_ reader: Reader) -> Reader {
        // One that can't be ended now is renewed at the next read.
        try? reader.queue.inDatabase { try Connection(database: $0, onFatal: { _ in }).rollBackIfOpen() }
        return Reader(queue: reader.queue, snapshot: nil)
    }
}

/// How many transactions the writer has committed since the store was opened.
final class CommitCount: Sendable {
    private let count = Atomic(0)

    var now: Int { count.load(ordering: .acquiring) }

    /// To be called after a commit and before anyone is told of it.
    func add() { count.add(1, ordering: .releasing) }
}
