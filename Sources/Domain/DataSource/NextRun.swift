extension DataSource {
    /// Consecutive failures after which an unscheduled DataSource isn't retried any more: about a day of hourly tries.
    public static let maxRetries = 30

    /// When its next run is due, seen from `time`: by its schedule, or sooner when a transient failure is to be retried.
    /// nil when nothing is due by itself: paused, no schedule, or a person must act first.
    public func nextRun(after time: Timestamp, failure: RunError? = nil) -> Timestamp? {
        guard acceptsRuns else { return nil }
        // A schedule was validated when it was set; one that no longer parses (an old zone) stops, it doesn't crash.
        let scheduled = schedule.flatMap { try? Schedule(parsing: $0) }
            .map { schedule in
                let seed = Jitter.seed(of: id.rawValue)
                // What was registered just now isn't due just now, however late its ticks are put off.
                let start = max(time, createdAt + schedule.jitter(seed: seed))
                return schedule.next(after: start, anchor: createdAt, jitterSeed: seed)
            }
        guard let failure else { return scheduled }
        guard failure.recovery.isTransient else { return nil }
        if schedule == nil && consecutiveFailures > Self.maxRetries { return nil }
        let retry = max(
            failure.retryAt ?? time,
            time + Backoff.delay(after: consecutiveFailures, seed: Jitter.seed(of: id.rawValue)))
        return scheduled.map { min($0, retry) } ?? retry
    }
}

/// How long to wait after failures in a row: 1 minute, doubling to 1 hour, then up to a tenth more so that sources that
/// failed together don't come back together.
public enum Backoff {
    /// The delay after so many failures; `seed` spreads it, as ``Jitter/seed(of:)`` gives it.
    public static func delay(after failures: Int, seed: UInt64) -> Duration {
        let minutes = min(60, 1 << min(max(failures - 1, 0), 6))
        let spread = Jitter.delay(seed: seed ^ UInt64(clamping: failures), window: .seconds(minutes * 6))
        return .seconds(minutes * 60) + spread
    }
}
