import Dispatch
import Domain
import GRDB
import StoreAPI
import StoreRows
import Synchronization

/// The one connection that writes. Waiting jobs share a transaction and with it one sync of the disk; each has a
/// savepoint of its own, so a job that throws takes nothing of its neighbours with it.
final class Writer: Sendable {
    /// Jobs in one transaction.
    private static let groupLimit = 64
    /// No further job joins a transaction that is this old.
    private static let groupTime = Duration.milliseconds(25)
    /// Jobs that may wait.
    private static let lineLimit = 10_000

    private struct Line {
        var waiting = Fifo<WriteJob>(limit: Writer.lineLimit)
        var isDraining = false
        var isClosed = false
        /// The disk failed to keep what was written: nothing may be written or promised any more.
        var hasFailed = false
        var waitsForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let queue: DatabaseQueue
    private let clock: WallClock
    private let board: HintBoard
    private let seen: SeenRecords
    private let sourceText: SourceText?
    private let meters: StoreMeters
    private let commits: CommitCount
    private let onFatal: @Sendable (String) -> Void
    private let line = Mutex(Line())
    private let checkpointer: Checkpointer

    init(
        queue: DatabaseQueue, clock: WallClock, board: HintBoard, seen: SeenRecords, sourceText: SourceText?,
        meters: StoreMeters, commits: CommitCount, nearReaders: NearReaders,
        onFatal: @escaping @Sendable (String) -> Void
    ) {
        self.queue = queue
        self.clock = clock
        self.board = board
        self.seen = seen
        self.sourceText = sourceText
        self.meters = meters
        self.commits = commits
        self.onFatal = onFatal
        checkpointer = Checkpointer(nearReaders: nearReaders)
    }

    /// Jobs in line.
    var waiting: Int { line.withLock { $0.waiting.count } }

    /// Puts the job in line; refused jobs fail with `store.unavailable`.
    func submit(_ job: WriteJob) {
        enum Verdict { case refused, waits, begins }
        let verdict: Verdict = line.withLock { line in
            guard !line.isClosed, line.waiting.append(job) else { return .refused }
            guard !line.isDraining else { return .waits }
            line.isDraining = true
            return .begins
        }
        switch verdict {
        case .refused: job.fail(AppError(.storeUnavailable))
        case .waits: break
        case .begins: queue.asyncWriteWithoutTransaction { [self] in drain(connection($0)) }
        }
    }

    /// Runs `body` on the writing connection, outside any group.
    func exclusively<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.asyncWriteWithoutTransaction { [self] database in
                let result = Result { try body(connection(database)) }
                commits.add()
                continuation.resume(with: result)
            }
        }
    }

    /// Refuses new jobs, finishes those in line, closes the connection.
    func close() async throws {
        await withCheckedContinuation { continuation in
            let isIdle = line.withLock { line in
                line.isClosed = true
                if line.isDraining { line.waitsForEnd.append(continuation) }
                return !line.isDraining
            }
            if isIdle { continuation.resume() }
        }
        do {
            try queue.close()
        } catch {
            throw StoreFailure.error(error)
        }
    }

    private func connection(_ database: Database) -> Connection {
        Connection(database: database) { [self] message in
            line.withLock { line in
                line.isClosed = true
                line.hasFailed = true
            }
            onFatal(message)
        }
    }

    private func drain(_ connection: Connection) {
        while let job = nextJob() {
            guard !hasFailed else {
                job.fail(AppError(.storeUnavailable))
                continue
            }
            var group = group(on: connection)
            let unfinished = group.commit(
                first: job, limit: Self.groupLimit, time: Self.groupTime, next: nextWaiting)
            for job in unfinished {
                guard !hasFailed else {
                    job.fail(AppError(.storeUnavailable))
                    continue
                }
                var alone = self.group(on: connection)
                _ = alone.commit(first: job, limit: 1, time: .zero, next: { nil })
            }
            checkpointer.afterCommit(on: connection)
        }
        if checkpointer.isWorthwhile { checkpointAtRest() }
    }

    /// A checkpoint of many pages takes longer than a commit: it waits until nobody would wait for it.
    private func checkpointAtRest() {
        let commits = commits.now
        DispatchQueue.global().asyncAfter(deadline: .now() + Checkpointer.rest) { [self] in
            queue.asyncWriteWithoutTransaction { [self] database in
                let isResting = line.withLock { !$0.isClosed && $0.waiting.count == 0 }
                guard isResting, self.commits.now == commits else { return }
                checkpointer.checkpoint(on: connection(database))
            }
        }
    }

    private func group(on connection: Connection) -> CommitGroup {
        CommitGroup(
            connection: connection, clock: clock, board: board, seen: seen, sourceText: sourceText, meters: meters,
            commits: commits)
    }

    private var hasFailed: Bool { line.withLock { $0.hasFailed } }

    private func nextWaiting() -> WriteJob? { line.withLock { $0.waiting.popFirst() } }

    /// The next job; none ends the draining.
    private func nextJob() -> WriteJob? {
        let (job, ended) = line.withLock { line -> (WriteJob?, [CheckedContinuation<Void, Never>]) in
            if let job = line.waiting.popFirst() { return (job, []) }
            line.isDraining = false
            defer { line.waitsForEnd = [] }
            return (nil, line.waitsForEnd)
        }
        for continuation in ended { continuation.resume() }
        return job
    }
}
