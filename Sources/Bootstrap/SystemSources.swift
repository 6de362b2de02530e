public import Domain
import Foundation

// Time and chance enter the program here and nowhere else.

extension WallClock {
    /// The machine's time of day.
    public static let system = WallClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

extension MonotonicClock {
    /// The machine's clock that never goes back; it stands still while the machine sleeps.
    public static let system: MonotonicClock = {
        let clock = ContinuousClock()
        let start = clock.now
        return MonotonicClock(
            now: { start.duration(to: clock.now) },
            sleep: { try await Task.sleep(for: $0, clock: clock) })
    }()
}

/// Unpredictable bits from the system.
func systemRandom() -> UInt64 { UInt64.random(in: .min ... .max) }
