public import Domain
import StoreAPI

/// What happens to a run, told in order until it has ended, its time is up or the server stops. It takes one of the tenant's
/// places for requests that wait, as long as it is kept; a run that is gone by then ends it too.
public struct RunEvents: AsyncSequence, Sendable {
    /// The longest time that a run is followed; who wants more follows it again.
    static let longest = Duration.seconds(3_600)
    /// The least time between two looks, and between two tellings of progress.
    static let lookPause = Duration.milliseconds(250)
    static let tellPause = Duration.seconds(1)
    /// How long nothing is said at most, so that a client that has gone is noticed.
    static let longestSilence = Duration.seconds(15)

    /// What a follower is told.
    public enum Element: Sendable, Hashable {
        /// The run as it is now: at once, and then at most once a second when it has changed.
        case progress(SyncRun)
        /// The run has ended; nothing follows.
        case end(SyncRun)
        /// Nothing has changed for a while.
        case silence
    }

    let first: SyncRun
    let listener: HintListener
    let place: WaitingPlace
    let waits: Waits
    let look: @Sendable () async throws -> SyncRun?

    /// Begins with the run as it was when it was asked for.
    public func makeAsyncIterator() -> Iterator { Iterator(self) }

    /// Follows the run once.
    public struct Iterator: AsyncIteratorProtocol {
        private let events: RunEvents
        private let clock: MonotonicClock
        private let start: Duration
        private var told: SyncRun?
        private var toldAt: Duration
        private var spokeAt: Duration
        private var isAtEnd = false
        private var isLate = false

        init(_ events: RunEvents) {
            self.events = events
            clock = events.waits.clock
            start = clock.now()
            (toldAt, spokeAt) = (start, start)
        }

        /// The next event; nil after the last.
        public mutating func next() async throws -> Element? {
            if isAtEnd { return nil }
            guard let before = told else { return tell(events.first) }
            // Hints come with every batch: looking at each would be more work than the run.
            try await clock.sleep(RunEvents.lookPause)
            while clock.now() - start < RunEvents.longest, !events.waits.isStopping {
                await events.listener.wait(atMost: Swift.max(pause, .milliseconds(1)), clock: clock)
                try Task.checkCancellation()
                guard let run = try await events.look() else { return nil }
                isLate = run != before
                if !run.status.isActive || (isLate && clock.now() - toldAt >= RunEvents.tellPause) { return tell(run) }
                if clock.now() - spokeAt >= RunEvents.longestSilence {
                    spokeAt = clock.now()
                    return .silence
                }
                try await clock.sleep(RunEvents.lookPause)
            }
            return nil
        }

        /// How long to wait for a hint: until what has changed may be told, or until something must be said.
        private var pause: Duration {
            if isLate { return RunEvents.tellPause - (clock.now() - toldAt) }
            return Swift.min(RunEvents.longestSilence - (clock.now() - spokeAt), Waits.lookInterval)
        }

        private mutating func tell(_ run: SyncRun) -> Element {
            (told, toldAt, spokeAt, isLate) = (run, clock.now(), clock.now(), false)
            isAtEnd = !run.status.isActive
            return isAtEnd ? .end(run) : .progress(run)
        }
    }
}

extension Runs {
    /// Follows a run of a DataSource, which ends at once for one that has ended.
    ///
    /// Errors: `auth.scope_missing` (datasources:read), `datasource.not_found`, `run.not_found`, `request.too_many_waiting`.
    public func follow(
        _ run: String, of source: String, includesDeleted: Bool = false, as caller: Caller
    ) async throws -> RunEvents {
        // Listening begins before the first look, so a change in between isn't missed. The first look refuses what isn't an
        // id; until then it listens for what nobody posts.
        let listener = store.hints.listen(for: DataSourceID(source).map { .source($0) } ?? .keyFree([]))
        let first = try await get(run, of: source, includesDeleted: includesDeleted, as: caller)
        let (store, scope) = (store, caller.scope)
        return RunEvents(first: first, listener: listener, place: try waits.place(of: scope.tenant), waits: waits) {
            try await store.read(scope) { try $0.runs.find(first.id, of: first.source) }
        }
    }
}
