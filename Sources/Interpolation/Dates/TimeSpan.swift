/// A length of time to the microsecond, possibly negative: Python's `timedelta`. With years and months it is what the
/// ISO 8601 text `P1Y2M` says, whose length depends on where one counts from.
public struct TimeSpan: Sendable, Hashable {
    /// Years and months are added as such, before the rest.
    let years: Int
    let monthsOfYear: Int
    /// Whether it was written with years or months, though they may have become 0.
    let isCalendar: Bool
    /// All that isn't years and months.
    public let microseconds: Int

    /// Makes a span of fixed length.
    public init(microseconds: Int) {
        (years, monthsOfYear, isCalendar) = (0, 0, false)
        self.microseconds = microseconds
    }

    /// Makes a span that is counted by the calendar; years and months are each at most a million.
    public init(years: Int, months: Int, microseconds: Int) {
        self.years = min(max(years, -1_000_000), 1_000_000)
        monthsOfYear = min(max(months, -1_000_000), 1_000_000)
        isCalendar = true
        self.microseconds = microseconds
    }

    /// Years and months together, in months.
    public var months: Int { years * 12 + monthsOfYear }

    /// Whether it is of no length at all.
    public var isZero: Bool { !isCalendar && microseconds == 0 }

    /// The same length backwards; the longest backward one becomes the longest forward one.
    public static prefix func - (span: TimeSpan) -> TimeSpan {
        let (rest, overflow) = (0).subtractingReportingOverflow(span.microseconds)
        let microseconds = overflow ? .max : rest
        return span.isCalendar
            ? TimeSpan(years: -span.years, months: -span.monthsOfYear, microseconds: microseconds)
            : TimeSpan(microseconds: microseconds)
    }

    /// Both one after the other; nil where the sum is beyond 292,000 years.
    public func adding(_ other: TimeSpan) -> TimeSpan? {
        let (sum, overflow) = microseconds.addingReportingOverflow(other.microseconds)
        guard !overflow else { return nil }
        guard isCalendar || other.isCalendar else { return TimeSpan(microseconds: sum) }
        return TimeSpan(
            years: years + other.years, months: monthsOfYear + other.monthsOfYear, microseconds: sum)
    }
}
