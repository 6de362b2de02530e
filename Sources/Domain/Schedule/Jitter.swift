/// How long after a tick a source really starts, so that sources with one schedule don't all start at once.
///
/// It is the same for every tick of a source. A schedule that names minutes (five cron fields) stays within the minute
/// that was asked for; one that only tells a pace (`@hourly`, `PT15M`) is spread over up to five minutes. Neither is
/// moved by more than a tenth of the smallest gap between two ticks.
public enum Jitter {
    static let longestForPace = Duration.seconds(300)
    static let longestForMinute = Duration.seconds(60)

    /// A seed from an id, the same in every process and on every machine (FNV-1a, 64 bits, then mixed).
    public static func seed(of id: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return hash ^ hash >> 31
    }

    /// A whole number of milliseconds in `0 ..< window`, evenly spread over seeds.
    static func delay(seed: UInt64, window: Duration) -> Duration {
        .milliseconds(seed.multipliedFullWidth(by: UInt64(clamping: window.wholeMilliseconds)).high)
    }
}
