public import Domain
public import Logging
import Meters
public import StoreAPI

/// Turns due times into queued runs, and does nothing else: a worker takes it from there.
public struct Scheduler: Sendable {
    static let pageSize = 200
    static let poll = Duration.seconds(1)

    private let store: any Store
    private let ids: ULIDGenerator
    private let clock: MonotonicClock
    private let logger: Logger
    private let meters: SchedulerMeters

    /// Makes one; nothing happens before it ticks.
    public init(
        store: any Store, ids: ULIDGenerator, clock: MonotonicClock, logger: Logger,
        meters: SchedulerMeters = SchedulerMeters()
    ) {
        self.store = store
        self.ids = ids
        self.clock = clock
        self.logger = logger
        self.meters = meters
    }

    /// Ticks until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            do {
                while try await tick() == Self.pageSize {}
            } catch {
                let code = (error as? AppError)?.code ?? "\(type(of: error))"
                if !(error is CancellationError) { logger.error("tick failed", metadata: ["code": "\(code)"]) }
            }
            // Cancelled: the loop's condition sees it.
            try? await clock.sleep(Self.poll)
        }
    }

    /// Queues a run for each DataSource that is due, at most ``pageSize``; answers how many were due.
    @discardableResult
    public func tick() async throws -> Int {
        let began = clock.now()
        defer { meters.ticks.note(clock.now() - began) }
        let due = try await store.dueSources(limit: Self.pageSize)
        await withTaskGroup { group in
            for reference in due { group.addTask { await fire(reference) } }
        }
        return due.count
    }

    private func fire(_ reference: SourceReference) async {
        let run = ids.next(RunKind.self)
        do {
            let lag = try await store.write(Scope(tenant: reference.tenant)) { tx in
                try tx.fire(reference.source, run: run)
            }
            guard let lag else { return }
            meters.lag.note(lag)
        } catch {
            let code = (error as? AppError)?.code ?? "\(type(of: error))"
            logger.error("a due run couldn't be queued", metadata: ["code": "\(code)"])
        }
    }
}

extension StoreTransaction {
    /// One tick of one DataSource: queues its run and moves its next time, together. Looks again at what is due, by the
    /// database's clock, so that a tick fires once however many schedulers saw it; missed ticks collapse into this one
    /// (SYNC.md 8; Invariant 2). Answers how late the queued run is; nil when there is none.
    @discardableResult
    func fire(_ id: DataSourceID, run: RunID) throws -> Duration? {
        guard try sync.lock(id) != nil, var source = try sources.find(id), let due = source.nextSyncAt, due <= now
        else {
            return nil
        }
        let isRetry = source.lastError?.retryAt == due
        source.nextSyncAt = source.nextRun(after: now)
        try sources.update(source)
        guard source.acceptsRuns, try runs.active(of: id) == nil else { return nil }
        do {
            _ = try enqueue(
                RunRequest(trigger: isRetry ? .retry : .schedule, scheduledFor: due), for: source, id: run)
            return now - due
        } catch let error as AppError where error.code == ErrorCode.runActive.code {
            // The tick was used before the clock went back: it never fires twice.
            return nil
        }
    }
}
