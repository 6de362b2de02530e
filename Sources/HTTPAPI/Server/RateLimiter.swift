public import Domain
import HTTPTypes
import Synchronization

/// How many requests one tenant may make, and each of its Applications: a bucket of tokens for each that fills evenly.
public final class RateLimiter: Sendable {
    /// Buckets kept at most; beyond, the fullest are forgotten, which makes them full (Invariant 8).
    static let mostBuckets = 20_000

    private struct Bucket {
        var tokens: Double
        var at: Duration
    }

    private struct Key: Hashable {
        let tenant: TenantID
        let app: AppID?
    }

    private let perSecond: Double
    private let burst: Double
    private let clock: MonotonicClock
    private let buckets = Mutex<[Key: Bucket]>([:])

    /// Makes a limiter of so many requests a second in the long run, and so many at once after a pause; each at least 1.
    public init(perSecond: Int, burst: Int, clock: MonotonicClock) {
        self.perSecond = Double(max(1, perSecond))
        self.burst = Double(max(1, burst))
        self.clock = clock
    }

    /// Counts one request, in the tenant's bucket and in its Application's, where it comes from one. What is refused counts
    /// in neither.
    func take(_ scope: Scope) -> Quota {
        let keys =
            [Key(tenant: scope.tenant, app: nil)] + (scope.app.map { [Key(tenant: scope.tenant, app: $0)] } ?? [])
        let now = clock.now()
        return buckets.withLock { buckets in
            var filled = keys.map { key in self.filled(buckets[key], now) }
            let isAllowed = filled.allSatisfy { $0 >= 1 }
            if isAllowed { filled = filled.map { $0 - 1 } }
            for (key, tokens) in zip(keys, filled) { buckets[key] = Bucket(tokens: tokens, at: now) }
            if buckets.count > Self.mostBuckets { forgetFullest(&buckets, now) }
            return quota(isAllowed, least: filled.min() ?? burst)
        }
    }

    /// Buckets that are kept now.
    var count: Int { buckets.withLock { $0.count } }

    private func filled(_ bucket: Bucket?, _ now: Duration) -> Double {
        guard let bucket else { return burst }
        return min(burst, bucket.tokens + max(0, (now - bucket.at) / .seconds(1)) * perSecond)
    }

    /// Half of them go, so that this is done seldom.
    private func forgetFullest(_ buckets: inout [Key: Bucket], _ now: Duration) {
        let byFill = buckets.map { (key: $0.key, tokens: filled($0.value, now)) }.sorted { $0.tokens > $1.tokens }
        for (key, _) in byFill.prefix(buckets.count / 2) { buckets[key] = nil }
    }

    private func quota(_ isAllowed: Bool, least tokens: Double) -> Quota {
        Quota(
            isAllowed: isAllowed, remaining: Int(tokens), burst: Int(burst),
            windowSeconds: Int((burst / perSecond).rounded(.up)),
            secondsToFull: Int(((burst - tokens) / perSecond).rounded(.up)),
            wait: .milliseconds(Int64((max(0, 1 - tokens) / perSecond * 1000).rounded(.up))))
    }

    /// What a request met.
    struct Quota: Sendable, Hashable {
        let isAllowed: Bool
        /// Requests that may be made at once now.
        let remaining: Int
        let burst: Int
        let windowSeconds: Int
        let secondsToFull: Int
        /// How long until the next is allowed.
        let wait: Duration

        /// Throws `request.throttled` unless it is allowed.
        func check() throws {
            if !isAllowed { throw AppError(.requestThrottled, retryAfter: wait) }
        }

        /// Adds the fields of draft-ietf-httpapi-ratelimit-headers-09.
        func added(to answer: Answer) -> Answer {
            answer.with(.rateLimitPolicy, "\"default\";q=\(burst);w=\(max(1, windowSeconds))")
                .with(.rateLimit, "\"default\";r=\(remaining);t=\(secondsToFull)")
        }
    }
}

extension ErrorCode {
    /// The tenant, or the Application, makes too many requests.
    public static let requestThrottled = ErrorCode(
        "request.throttled", .throttled, "Too many requests of this tenant or Application; see Retry-After.")
}
