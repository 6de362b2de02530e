public import Domain

extension MonotonicClock {
    /// The machine's own clock, for tests of what waits for another program.
    public static let machine: MonotonicClock = {
        let clock = ContinuousClock()
        let start = clock.now
        return MonotonicClock(
            now: { start.duration(to: clock.now) },
            sleep: { try await Task.sleep(for: $0, clock: clock) })
    }()
}
