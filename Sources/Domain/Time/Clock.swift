/// Where the time of day comes from. The only way to read it: tests give their own.
public struct WallClock: Sendable {
    /// The present time of day, UTC. May jump; never used to decide who owns a run.
    public let now: @Sendable () -> Timestamp

    public init(now: @escaping @Sendable () -> Timestamp) { self.now = now }
}

/// Time that only goes forward, for waiting and for deadlines: tests and simulations give their own.
public struct MonotonicClock: Sendable {
    /// Time since some fixed point of this process.
    public let now: @Sendable () -> Duration
    /// Waits; throws `CancellationError` when the task is cancelled.
    public let sleep: @Sendable (Duration) async throws -> Void

    public init(
        now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }
}
