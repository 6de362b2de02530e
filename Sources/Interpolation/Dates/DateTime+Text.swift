import Domain

extension DateTime {
    /// `2025-06-15T12:34:56.789012+00:00`, as Python's `isoformat` has it: no fraction where it is 0, no offset without
    /// a zone.
    public func isoFormat(separator: Character = "T") -> String {
        var text = "\(date.isoFormat)\(separator)\(clockText)"
        let microsecond = microsecondOfDay % 1_000_000
        if microsecond != 0 { text += "." + microsecond.padded(6) }
        return text + offsetText(colon: ":")
    }

    /// `12:34:56`.
    var clockText: String {
        let second = microsecondOfDay / 1_000_000
        return "\((second / 3600).padded(2)):\((second / 60 % 60).padded(2)):\((second % 60).padded(2))"
    }

    /// `+02:00`, with seconds where there are any; nothing without a zone.
    func offsetText(colon: String) -> String {
        guard hasZone else { return "" }
        let size = abs(offsetSeconds)
        var text = (offsetSeconds < 0 ? "-" : "+") + (size / 3600).padded(2) + colon + (size / 60 % 60).padded(2)
        if size % 60 != 0 { text += colon + (size % 60).padded(2) }
        return text
    }

    /// The zone's name: `UTC`, `UTC+02:00`; nothing without a zone.
    var zoneName: String {
        switch zone {
        case .none: ""
        case .utc: "UTC"
        case .fixed(0): "UTC"
        case .fixed: "UTC" + offsetText(colon: ":")
        }
    }

    var repr: String {
        let civil = date.civil
        let second = microsecondOfDay / 1_000_000
        var parts = [civil.year, civil.month, civil.day, second / 3600, second / 60 % 60]
        let microsecond = microsecondOfDay % 1_000_000
        if second % 60 != 0 || microsecond != 0 { parts.append(second % 60) }
        if microsecond != 0 { parts.append(microsecond) }
        var text = parts.map(String.init)
        if hasZone { text.append("tzinfo=" + zone.repr(offset: offsetSeconds)) }
        return "datetime.datetime(\(text.joined(separator: ", ")))"
    }
}

extension DateTime.Zone {
    func repr(offset: Int) -> String {
        if offset == 0 { return "datetime.timezone.utc" }
        return "datetime.timezone(\(TimeSpan(microseconds: offset * 1_000_000).repr))"
    }
}

extension CalendarDate {
    var repr: String {
        let civil = civil
        return "datetime.date(\(civil.year), \(civil.month), \(civil.day))"
    }
}

extension TimeSpan {
    /// `1 day, 2:03:04.000005`, years and months before it.
    var text: String {
        var parts: [String] = []
        if years != 0 { parts.append("\(years) years") }
        if monthsOfYear != 0 { parts.append("\(monthsOfYear) month\(monthsOfYear <= 1 ? "" : "s")") }
        let days = days
        if days != 0 { parts.append("\(days) day\(abs(days) == 1 ? "" : "s")") }
        let rest = microsecondsOfDay
        let second = rest / 1_000_000
        var clock = "\(second / 3600):\((second / 60 % 60).padded(2)):\((second % 60).padded(2))"
        if rest % 1_000_000 != 0 { clock += "." + (rest % 1_000_000).padded(6) }
        parts.append(clock)
        return parts.joined(separator: ", ")
    }

    var repr: String {
        let rest = microsecondsOfDay
        let (seconds, microseconds) = (rest / 1_000_000, rest % 1_000_000)
        if isCalendar {
            return "isodate.duration.Duration(\(days), \(seconds), \(microseconds), years=\(years), "
                + "months=\(monthsOfYear))"
        }
        var parts: [String] = []
        if days != 0 { parts.append("days=\(days)") }
        if seconds != 0 { parts.append("seconds=\(seconds)") }
        if microseconds != 0 { parts.append("microseconds=\(microseconds)") }
        return "datetime.timedelta(\(parts.isEmpty ? "0" : parts.joined(separator: ", ")))"
    }
}

// MARK: Weeks

extension CalendarDate {
    /// 0 = Monday to 6 = Sunday.
    var weekday: Int { (CivilDate.weekday(ofDayNumber: dayNumber) + 6) % 7 }

    /// 1 to 366.
    var dayOfYear: Int { dayNumber - CivilDate(year: civil.year, month: 1, day: 1).dayNumber + 1 }

    /// The year, week and day (1 = Monday) of ISO 8601's weeks.
    var isoWeek: (year: Int, week: Int, day: Int) {
        // The week belongs to the year of its Thursday.
        let thursday = CivilDate(dayNumber: dayNumber - weekday + 3)
        let first = CivilDate(year: thursday.year, month: 1, day: 1).dayNumber
        return (thursday.year, (thursday.dayNumber - first) / 7 + 1, weekday + 1)
    }

    /// The week of the year, of which the first begins with the year's first Sunday (6) or Monday (0).
    func week(startingOn first: Int) -> Int {
        let dayOfWeek = (weekday - first + 7) % 7
        return (dayOfYear + 6 - dayOfWeek) / 7
    }
}

enum CalendarNames {
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
}
