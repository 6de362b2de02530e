import Domain
import Interpolation

/// Moves the bounds of windows to midnights: of each day, of one day of the week, of the first of a month.
struct Clamping: Sendable, Hashable {
    /// To which midnights.
    enum Target: Sendable, Hashable {
        case day
        /// Days since Monday.
        case week(Int)
        case month
    }

    private static let microsecondsPerDay = 86_400_000_000

    let target: Target
    /// Whether to the next midnight rather than the last.
    let isCeiling: Bool

    func clamp(_ time: DateTime) -> DateTime {
        let midnight = time.adding(TimeSpan(microseconds: -time.microsecondOfDay)) ?? time
        switch target {
        case .day: return isCeiling && midnight != time ? Self.add(days: 1, to: midnight) : midnight
        case .week(let day):
            // 1970-01-01 was a Thursday.
            let weekday = ((time.date.dayNumber + 3) % 7 + 7) % 7
            let ahead = (day - weekday + 7) % 7
            return Self.add(days: isCeiling || ahead == 0 ? ahead : ahead - 7, to: midnight)
        case .month:
            let first = Self.firstOfMonth(midnight)
            guard first != midnight, isCeiling else { return first }
            return first.adding(TimeSpan(years: 0, months: 1, microseconds: 0)) ?? first
        }
    }

    private static func add(days: Int, to time: DateTime) -> DateTime {
        time.adding(TimeSpan(microseconds: days * microsecondsPerDay)) ?? time
    }

    private static func firstOfMonth(_ midnight: DateTime) -> DateTime {
        add(days: 1 - CivilDate(dayNumber: midnight.date.dayNumber).day, to: midnight)
    }
}
