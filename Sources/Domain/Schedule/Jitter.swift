/// How long after a tick a source really starts, so that sources with one schedule don't all start at once.
///
/// It is the same for every tick of a source. A schedule that names minutes (five cron fields) stays within the minute
/// that was asked for; one that only tells a pace (`@hourly`, `PT15M`) is spread over up to five minutes. Neither is
/// moved by more than a tenth of the smallest gap between two ticks.
public enum Jitter {
    static let longestForPace = Duration.seconds(300)
    static let longestForMinute = Duration.seconds(60)

    /// A seed from an id, the same in every process and on every machine.
    public static func seed(of id: String) -> UInt64 { StableHash.mixed(id.utf8) }

    /// A whole number of milliseconds in `0 ..< window`, evenly spread over seeds.
    static func delay(seed: UInt64, window: Duration) -> Duration {
        .milliseconds(seed.multipliedFullWidth(by: UInt64(clamping: window.wholeMilliseconds)).high)
    }
}
