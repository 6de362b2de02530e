/// How to go on while a server is away: for those who wait for it rather than fail.
struct Patience {
    private let limits: ClientLimits
    private let chance: @Sendable () -> Double
    private var failures = 0

    init(_ limits: ClientLimits, _ surroundings: ClientSurroundings) {
        self.limits = limits
        chance = surroundings.chance
    }

    /// How long to wait before asking again; nil = the failure won't pass by itself.
    mutating func pause(after error: any Error) -> Duration? {
        let least: Duration
        switch error {
        case let error as ConnectionError where error.isPassing: least = .zero
        case let error as TributaryError where error.status == 429 || error.status >= 500:
            least = min(error.retryAfter ?? .zero, limits.longestRetryAfter)
        default: return nil
        }
        defer { failures += 1 }
        return max(least, Backoff.outage.pause(after: failures) * (0.5 + chance() / 2))
    }

    /// Begins anew after an answer.
    mutating func rest() { failures = 0 }
}
