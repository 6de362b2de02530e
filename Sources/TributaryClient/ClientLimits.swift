/// Bounds on what a call may cost, and how far the client goes before it gives up.
public struct ClientLimits: Hashable, Sendable {
    /// How long a connection may take to open, and how long a call may wait for one that is free.
    public var connectTimeout: Duration
    /// How long one attempt of a call may take until its answer is read, besides the time that it asks the server to
    /// wait.
    public var callTimeout: Duration
    /// The longest answer in bytes.
    public var maxAnswerBytes: Int
    /// Connections open at a time. A follower of a feed holds one while it waits.
    public var maxConnections: Int
    /// How often a call is sent at most; 1 = never again.
    public var attempts: Int
    /// The longest `Retry-After` that is waited for; a longer one is an error at once.
    public var longestRetryAfter: Duration
    /// How long a call may go on with its retries; an attempt that has begun is let finish.
    public var retryTimeout: Duration
    /// Whether a call with an idempotency key is sent again although the first may have arrived: the server answers a
    /// repeated key with the first answer. To be turned off for one that doesn't, which would do the work twice.
    public var repeatsKeyedCalls: Bool

    /// Makes limits.
    public init(
        connectTimeout: Duration = .seconds(5), callTimeout: Duration = .seconds(30), maxAnswerBytes: Int = 64 << 20,
        maxConnections: Int = 64, attempts: Int = 4, longestRetryAfter: Duration = .seconds(60),
        retryTimeout: Duration = .seconds(120), repeatsKeyedCalls: Bool = true
    ) {
        self.connectTimeout = connectTimeout
        self.callTimeout = callTimeout
        self.maxAnswerBytes = maxAnswerBytes
        self.maxConnections = maxConnections
        self.attempts = attempts
        self.longestRetryAfter = longestRetryAfter
        self.retryTimeout = retryTimeout
        self.repeatsKeyedCalls = repeatsKeyedCalls
    }
}
