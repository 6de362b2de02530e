public import Domain

/// A point in time of the years 1 to 9999 to the microsecond, as a clock on the wall shows it, with or without a zone:
/// Python's `datetime`.
///
/// One with a zone equals every other of the same instant; one without never equals one with.
public struct DateTime: Sendable {
    /// What a clock is set by.
    public enum Zone: Sendable, Hashable {
        /// Not known: Python calls it naive.
        case none
        /// UTC.
        case utc
        /// Seconds east of UTC.
        case fixed(Int32)
    }

    private static let microsecondsPerDay = CivilDate.secondsPerDay * 1_000_000

    /// Microseconds since 1970-01-01T00:00 by the clock on the wall.
    public let wallMicroseconds: Int
    /// What that clock is set by.
    public let zone: Zone

    /// Makes one of what the wall's clock shows; nil outside the years 1 to 9999.
    public init?(wallMicroseconds: Int, zone: Zone) {
        let day = wallMicroseconds.flooredQuotient(by: Self.microsecondsPerDay)
        guard CalendarDate.dayNumbers.contains(day) else { return nil }
        self.wallMicroseconds = wallMicroseconds
        self.zone = zone
    }

    /// Makes one of a day and the time since its midnight; nil if that isn't less than a day.
    public init?(date: CalendarDate, microsecondOfDay: Int, zone: Zone) {
        guard (0..<Self.microsecondsPerDay).contains(microsecondOfDay) else { return nil }
        wallMicroseconds = date.dayNumber * Self.microsecondsPerDay + microsecondOfDay
        self.zone = zone
    }

    /// Makes one in UTC of microseconds since 1970-01-01T00:00Z; nil outside the years 1 to 9999.
    public init?(unixMicroseconds: Int) { self.init(wallMicroseconds: unixMicroseconds, zone: .utc) }

    /// The same time in UTC. A time before the year 1 is taken for its beginning.
    public init(_ timestamp: Timestamp) {
        let first = CalendarDate.dayNumbers.lowerBound * Self.microsecondsPerDay
        let microseconds = min(timestamp, .latest).milliseconds * 1000
        wallMicroseconds = max(Int(max(microseconds, Int64(first))), first)
        zone = .utc
    }

    /// Microseconds since 1970-01-01T00:00Z; without a zone UTC is assumed.
    public var unixMicroseconds: Int { wallMicroseconds - offsetSeconds * 1_000_000 }

    /// Milliseconds since 1970-01-01T00:00Z, rounded down; without a zone UTC is assumed.
    public var unixMilliseconds: Int64 { Int64(unixMicroseconds.flooredQuotient(by: 1000)) }

    /// Seconds since 1970-01-01T00:00Z as Python's `timestamp()` gives them.
    public var unixSeconds: Double { Double(unixMicroseconds) / 1e6 }

    /// Seconds east of UTC; 0 without a zone.
    public var offsetSeconds: Int {
        guard case .fixed(let seconds) = zone else { return 0 }
        return Int(seconds)
    }

    /// Whether there is a zone.
    public var hasZone: Bool { zone != .none }

    /// The day that the wall's calendar shows.
    public var date: CalendarDate {
        CalendarDate(clamping: wallMicroseconds.flooredQuotient(by: Self.microsecondsPerDay))
    }

    /// Microseconds since midnight by the clock on the wall.
    public var microsecondOfDay: Int { wallMicroseconds.flooredRemainder(by: Self.microsecondsPerDay) }

    /// The same instant by the clock of another zone; nil outside the years 1 to 9999. Without a zone UTC is assumed.
    public func converted(to zone: Zone) -> DateTime? {
        var offset = 0
        if case .fixed(let seconds) = zone { offset = Int(seconds) }
        return DateTime(wallMicroseconds: unixMicroseconds + offset * 1_000_000, zone: zone)
    }

    /// What the wall's clock shows, with another zone.
    public func replacingZone(_ zone: Zone) -> DateTime {
        DateTime(wallMicroseconds: wallMicroseconds, zone: zone) ?? self
    }

    /// Some time later, or earlier; nil outside the years 1 to 9999. Months come first, then the rest; a day that the
    /// month doesn't have becomes its last.
    public func adding(_ span: TimeSpan) -> DateTime? {
        guard let day = date.adding(months: span.months) else { return nil }
        let start = day.dayNumber * Self.microsecondsPerDay + microsecondOfDay
        let (sum, overflow) = start.addingReportingOverflow(span.microseconds)
        return overflow ? nil : DateTime(wallMicroseconds: sum, zone: zone)
    }

    /// The time from `other` to this; nil where one has a zone and the other none.
    public func since(_ other: DateTime) -> TimeSpan? {
        guard hasZone == other.hasZone else { return nil }
        return TimeSpan(microseconds: unixMicroseconds - other.unixMicroseconds)
    }
}

extension DateTime: Hashable {
    /// Whether both are the same instant, or show the same where neither has a zone.
    public static func == (left: DateTime, right: DateTime) -> Bool {
        left.hasZone == right.hasZone && left.unixMicroseconds == right.unixMicroseconds
    }

    /// Feeds the hasher so that equal times have equal hashes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(hasZone)
        hasher.combine(unixMicroseconds)
    }
}

extension CalendarDate {
    /// The same day so many months on; a day that the month doesn't have becomes its last. Nil outside the years 1 to
    /// 9999.
    public func adding(months: Int) -> CalendarDate? {
        guard months != 0 else { return self }
        guard abs(months) <= 12 * 9999 else { return nil }
        let civil = civil
        let month = civil.year * 12 + civil.month - 1 + months
        let year = month.flooredQuotient(by: 12)
        guard (1...9999).contains(year) else { return nil }
        let ofYear = month.flooredRemainder(by: 12) + 1
        return CalendarDate(year: year, month: ofYear, day: min(civil.day, CivilDate.daysIn(month: ofYear, of: year)))
    }
}
