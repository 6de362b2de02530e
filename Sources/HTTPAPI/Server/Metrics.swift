public import Domain
public import Meters
import Synchronization

/// All that a process measures, as `/metrics` answers it.
public final class Metrics: Sendable {
    /// How old what was looked up may be: asking often must not load the database (Invariant 8).
    static let maxAge = Duration.seconds(1)

    let http: HTTPMeters
    private let others: [any MeterGroup]
    private let clock: MonotonicClock
    private let refresh: @Sendable () async -> Void
    private let state = Mutex(State())

    private struct State {
        var isLooking = false
        var lookedAt: Duration?
    }

    /// - Parameters:
    ///   - http: what the server itself counts.
    ///   - others: what the other components count.
    ///   - refresh: sets the meters whose figures have to be looked up; called at most once a second and never twice at a
    ///     time.
    public init(
        http: HTTPMeters, others: [any MeterGroup], clock: MonotonicClock,
        refresh: @escaping @Sendable () async -> Void
    ) {
        self.http = http
        self.others = others
        self.clock = clock
        self.refresh = refresh
    }

    /// The text of all meters now.
    func text() async -> String {
        let isDue = state.withLock { state in
            let isFresh = state.lookedAt.map { clock.now() - $0 < Self.maxAge } ?? false
            guard !isFresh, !state.isLooking else { return false }
            state.isLooking = true
            return true
        }
        if isDue {
            await refresh()
            state.withLock { $0 = State(isLooking: false, lookedAt: clock.now()) }
        }
        return MetricsText([http] + others).text
    }
}
