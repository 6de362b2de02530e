import Domain

/// How long something takes.
struct Stopwatch: Sendable {
    private let clock: MonotonicClock
    private let start: Duration

    /// Starts now.
    init(_ clock: MonotonicClock) {
        self.clock = clock
        start = clock.now()
    }

    /// The time since it was started.
    var elapsed: Duration { clock.now() - start }
}
