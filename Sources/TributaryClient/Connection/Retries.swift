/// Whether and when a failed call is sent again: a value without a clock, so every rule can be tested alone.
struct Retries {
    let repetition: Call.Repetition
    let isTriedOnce: Bool
    let limits: ClientLimits
    /// Whether a server that got the call twice would answer the second with the first one's answer.
    let isKeyed: Bool
    private(set) var attempts = 0
    /// Whether an attempt that was given up may have done its work.
    private(set) var mayBeDone = false

    init(_ call: Call, _ limits: ClientLimits) {
        repetition = call.repetition
        isTriedOnce = call.isTriedOnce
        self.limits = limits
        isKeyed = limits.repeatsKeyedCalls && call.headers.contains { $0.name == "Idempotency-Key" }
    }

    /// How long to wait before the next attempt; nil = there is none. `chance` is from 0 to 1, `spent` the time since
    /// the first attempt began.
    mutating func pause(after outcome: Outcome, spent: Duration, chance: Double) -> Duration? {
        attempts += 1
        guard !isTriedOnce, attempts < limits.attempts, let least = leastPause(after: outcome) else { return nil }
        let backoff = Backoff.attempts.pause(after: attempts - 1) * (0.5 + chance / 2)
        guard least <= limits.longestRetryAfter, spent + least + backoff <= limits.retryTimeout else { return nil }
        return least + backoff
    }

    /// nil = another attempt would do harm, or no good.
    private mutating func leastPause(after outcome: Outcome) -> Duration? {
        let canRepeat = repetition != .doubles || isKeyed
        switch outcome {
        case .lost(let error):
            guard error.isPassing else { return nil }
            guard error.mayHaveArrived else { return .zero }
            // A server that is too slow for one attempt isn't helped by another.
            guard error.reason != .timedOut else { return nil }
            mayBeDone = true
            return canRepeat ? .zero : nil
        case .answered(let answer):
            switch answer.status {
            case 429: return answer.retryAfter ?? .zero
            // The attempt that was lost is still being done: its answer will be there.
            case 409 where answer.refusal.code == .idempotencyInProgress: return answer.retryAfter ?? .zero
            case 503:
                // Who says when to come again has done nothing, but for a request that was given up halfway.
                let isHalfDone = answer.refusal.code == .serverInterrupted
                mayBeDone = mayBeDone || isHalfDone
                if canRepeat { return answer.retryAfter ?? .zero }
                return isHalfDone ? nil : answer.retryAfter
            case 502, 504:
                mayBeDone = true
                return canRepeat ? .zero : nil
            default: return nil
            }
        }
    }

    /// What came of one attempt.
    enum Outcome {
        case answered(Answer)
        case lost(ConnectionError)
    }
}
