import Domain

/// A day of the proleptic Gregorian calendar in the years 1 to 9999: Python's `date`.
public struct CalendarDate: Sendable, Hashable, Comparable {
    /// The first and the last day that there is.
    static let dayNumbers =
        CivilDate(year: 1, month: 1, day: 1).dayNumber...CivilDate(year: 9999, month: 12, day: 31).dayNumber

    /// Days since 1970-01-01.
    public let dayNumber: Int

    /// Makes the day of a number; nil outside the years 1 to 9999.
    public init?(dayNumber: Int) {
        guard Self.dayNumbers.contains(dayNumber) else { return nil }
        self.dayNumber = dayNumber
    }

    /// Makes a day; nil if there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CivilDate.daysIn(month: month, of: year)
        else { return nil }
        dayNumber = CivilDate(year: year, month: month, day: day).dayNumber
    }

    /// The day of a number, or the nearest that there is.
    init(clamping dayNumber: Int) {
        self.dayNumber = min(max(dayNumber, Self.dayNumbers.lowerBound), Self.dayNumbers.upperBound)
    }

    /// Whether the left comes first.
    public static func < (left: CalendarDate, right: CalendarDate) -> Bool { left.dayNumber < right.dayNumber }

    /// Year, month and day.
    var civil: CivilDate { CivilDate(dayNumber: dayNumber) }

    /// `2025-06-15`, as Python's `str` and `isoformat` have it.
    public var isoFormat: String {
        let civil = civil
        return "\(civil.year.padded(4))-\(civil.month.padded(2))-\(civil.day.padded(2))"
    }
}

extension Int {
    /// Decimal digits, at least so many; for numbers that aren't negative.
    func padded(_ width: Int) -> String {
        let digits = String(self)
        return digits.utf8.count >= width ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
    }
}
