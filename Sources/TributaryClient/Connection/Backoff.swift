/// Pauses that double from a first to a longest one.
public struct Backoff: Hashable, Sendable {
    /// The first pause.
    public var first: Duration
    /// No pause is longer.
    public var longest: Duration

    /// Makes one.
    public init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    /// Between the attempts of one call.
    static let attempts = Backoff(first: .milliseconds(100), longest: .seconds(5))
    /// Between the looks at a run.
    public static let looks = Backoff(first: .milliseconds(100), longest: .seconds(2))
    /// While a server is away.
    static let outage = Backoff(first: .milliseconds(500), longest: .seconds(30))

    /// The pause that follows `count` others.
    func pause(after count: Int) -> Duration {
        var pause = first
        for _ in 0..<count where pause < longest { pause *= 2 }
        return min(pause, longest)
    }
}
