import Domain
import StoreAPI
import StoreRows

/// One transaction shared by the jobs of a group.
struct CommitGroup {
    private struct Done {
        let job: WriteJob
        let answer: @Sendable () -> Void
        let hints: [Hint]
    }

    private enum Outcome {
        case done(Done)
        /// Its own part is rolled back, the group's stands.
        case failed(any Error)
        /// SQLite rolled everything back, as it does when the disk is full or memory short.
        case lost(any Error)
    }

    let connection: Connection
    let clock: WallClock
    let board: HintBoard
    let seen: SeenRecords
    let sourceText: SourceText?
    let meters: StoreMeters
    let commits: CommitCount
    private var done: [Done] = []
    /// What the jobs done so far change in memory, once they are committed.
    private var changes: [SeenChange] = []

    init(
        connection: Connection, clock: WallClock, board: HintBoard, seen: SeenRecords, sourceText: SourceText?,
        meters: StoreMeters, commits: CommitCount
    ) {
        self.connection = connection
        self.clock = clock
        self.board = board
        self.seen = seen
        self.sourceText = sourceText
        self.meters = meters
        self.commits = commits
    }

    /// Runs `first`, then what `next` gives, commits and answers every caller. Answers the jobs whose work was lost by
    /// a fault that may not be theirs, to be run again alone; none when `first` was alone.
    mutating func commit(
        first: WriteJob, limit: Int, time: Duration, next: () -> WriteJob?
    ) -> [WriteJob] {
        let begin = ContinuousClock.now
        var upcoming: WriteJob? = first
        var taken = 0
        while let job = upcoming {
            taken += 1
            switch run(job) {
            case .done(let one): done.append(one)
            case .failed(let error): job.fail(error)
            case .lost(let error):
                job.fail(error)
                return abandon()
            }
            upcoming = taken < limit && begin.duration(to: .now) < time ? next() : nil
        }
        return commitAndAnswer(begin)
    }

    private mutating func run(_ job: WriteJob) -> Outcome {
        guard !job.cancellation.isSet else { return .failed(CancellationError()) }
        do {
            // The group's first job needs no savepoint: rolling it back rolls back nothing else.
            let needsSavepoint = !done.isEmpty
            try connection.run(needsSavepoint ? "SAVEPOINT job" : "BEGIN IMMEDIATE")
            return try run(job, savepoint: needsSavepoint)
        } catch {
            return .lost(error)
        }
    }

    private mutating func run(_ job: WriteJob, savepoint: Bool) throws -> Outcome {
        let transaction = SQLiteTransaction(
            scope: job.scope, now: clock.now(), connection: connection, seen: seen, sourceText: sourceText,
            earlierChanges: changes)
        defer { transaction.end() }
        do {
            let answer = try job.body(transaction)
            guard connection.isInTransaction else { return .lost(AppError(.storeFull)) }
            // Invariant 1: half a write is none, even where the caller swallowed its error.
            if let error = transaction.failure { throw error }
            if savepoint { try connection.run("RELEASE job") }
            changes += transaction.changes
            return .done(Done(job: job, answer: answer, hints: transaction.hints))
        } catch {
            guard connection.isInTransaction else { return .lost(error) }
            if savepoint {
                try connection.run("ROLLBACK TO job")
                try connection.run("RELEASE job")
            } else {
                try connection.run("ROLLBACK")
            }
            return .failed(error)
        }
    }

    /// Commits what is done. Without anything done no transaction is open.
    private func commitAndAnswer(_ begin: ContinuousClock.Instant) -> [WriteJob] {
        guard !done.isEmpty else { return [] }
        do {
            try connection.run("COMMIT")
        } catch {
            guard done.count == 1 else { return abandon() }
            for one in done { one.job.fail(error) }
            return abandon(answering: [])
        }
        commits.add()
        meters.note(group: done.count, begin.duration(to: .now))
        // Invariant 1: nobody is told of a write before its commit.
        seen.apply(changes)
        for one in done {
            for hint in one.hints { board.post(hint) }
            one.answer()
        }
        return []
    }

    private func abandon() -> [WriteJob] { abandon(answering: done.map(\.job)) }

    private func abandon(answering jobs: [WriteJob]) -> [WriteJob] {
        // A rollback that fails leaves nothing committed either; the next BEGIN then says so.
        try? connection.rollBackIfOpen()
        return jobs
    }
}
