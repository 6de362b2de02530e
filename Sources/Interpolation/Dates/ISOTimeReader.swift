import Domain

/// Reads times by ISO 8601 as far as `dateutil`'s `isoparse` does: calendar, week and ordinal dates, in the basic and
/// the extended form, with fractions of a second and an offset. Missing parts have their lowest value.
struct ISOTimeReader {
    private let text: [UInt8]
    private var index = 0

    /// The time that a text says; without an offset it has no zone. Throws `.value`.
    static func time(of text: String) throws(Fault) -> DateTime {
        var reader = ISOTimeReader(text: Array(text.utf8))
        let date = try reader.date()
        guard reader.index < reader.text.count else {
            return try reader.checked(DateTime(date: date, microsecondOfDay: 0, zone: .none))
        }
        // Any one character may stand between the date and the time.
        reader.index += 1
        return try reader.time(on: date)
    }

    private init(text: [UInt8]) { self.text = text }

    private var fault: Fault { Fault(.value, "a text isn't a time by ISO 8601") }

    private func checked(_ time: DateTime?) throws(Fault) -> DateTime {
        guard let time else { throw .dateRange }
        return time
    }

    private func at(_ index: Int) -> UInt8? { index < text.count ? text[index] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at(index) == byte else { return false }
        index += 1
        return true
    }

    /// Exactly so many digits.
    private mutating func number(_ count: Int) -> Int? {
        guard index + count <= text.count else { return nil }
        var value = 0
        for byte in text[index..<index + count] {
            guard byte.isDigit else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        index += count
        return value
    }

    private mutating func date() throws(Fault) -> CalendarDate {
        if let date = calendarDate() { return date }
        index = 0
        guard let year = number(4) else { throw fault }
        let hasDash = take(UInt8(ascii: "-"))
        guard take(UInt8(ascii: "W")) else {
            guard let day = number(3), day >= 1, day <= (CivilDate.isLeap(year) ? 366 : 365),
                let first = CalendarDate(year: year, month: 1, day: 1),
                let date = CalendarDate(dayNumber: first.dayNumber + day - 1)
            else { throw fault }
            return date
        }
        guard let week = number(2), (1...53).contains(week) else { throw fault }
        var day = 1
        if index < text.count {
            guard take(UInt8(ascii: "-")) == hasDash, let number = number(1), (1...7).contains(number) else {
                throw fault
            }
            day = number
        }
        return try TimeReader.isoDate(year, week, day - 1)
    }

    /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, `YYYYMMDD`.
    private mutating func calendarDate() -> CalendarDate? {
        guard let year = number(4) else { return nil }
        guard index < text.count else { return CalendarDate(year: year, month: 1, day: 1) }
        let hasDash = take(UInt8(ascii: "-"))
        guard let month = number(2) else { return nil }
        if index == text.count { return hasDash ? CalendarDate(year: year, month: month, day: 1) : nil }
        if hasDash, !take(UInt8(ascii: "-")) { return nil }
        guard let day = number(2) else { return nil }
        return CalendarDate(year: year, month: month, day: day)
    }

    private mutating func time(on date: CalendarDate) throws(Fault) -> DateTime {
        var parts = [0, 0, 0]
        var microsecond = 0
        var zone = DateTime.Zone.none
        guard text.count - index >= 2 else { throw fault }
        var hasColon = false
        var part = 0
        while index < text.count, part < 5 {
            if let byte = at(index), "-+Zz".utf8.contains(byte) {
                zone = try readOffset()
                break
            }
            if part == 1, take(UInt8(ascii: ":")) {
                hasColon = true
            } else if part == 2, hasColon, !take(UInt8(ascii: ":")) {
                throw fault
            }
            if part < 3 {
                guard let number = number(2) else { throw fault }
                parts[part] = number
            } else if part == 3, at(index) == UInt8(ascii: ".") || at(index) == UInt8(ascii: ",") {
                microsecond = try fraction()
            }
            part += 1
        }
        guard index == text.count else { throw fault }
        return try time(on: date, parts, microsecond, zone)
    }

    private func time(
        on date: CalendarDate, _ parts: [Int], _ microsecond: Int, _ zone: DateTime.Zone
    ) throws(Fault) -> DateTime {
        guard parts[0] <= 24, parts[1] <= 59, parts[2] <= 59 else { throw fault }
        if parts[0] == 24 {
            // Midnight at the day's end.
            guard parts[1] == 0, parts[2] == 0, microsecond == 0 else { throw fault }
            let next = CalendarDate(dayNumber: date.dayNumber + 1)
            return try checked(next.flatMap { DateTime(date: $0, microsecondOfDay: 0, zone: zone) })
        }
        let clock = (parts[0] * 3600 + parts[1] * 60 + parts[2]) * 1_000_000 + microsecond
        return try checked(DateTime(date: date, microsecondOfDay: clock, zone: zone))
    }

    /// Digits beyond the sixth are dropped.
    private mutating func fraction() throws(Fault) -> Int {
        index += 1
        var value = 0
        var weight = 100_000
        let start = index
        while let byte = at(index), byte.isDigit {
            value += Int(byte - 0x30) * weight
            weight /= 10
            index += 1
        }
        guard index > start else { throw fault }
        return value
    }

    private mutating func readOffset() throws(Fault) -> DateTime.Zone {
        let sign = text[index]
        index += 1
        if sign | 0x20 == UInt8(ascii: "z") {
            guard index == text.count else { throw fault }
            return .utc
        }
        guard let hours = number(2) else { throw fault }
        var minutes = 0
        if index < text.count {
            _ = take(UInt8(ascii: ":"))
            guard let number = number(2) else { throw fault }
            minutes = number
        }
        guard index == text.count, hours <= 23, minutes <= 59 else { throw fault }
        let seconds = (hours * 60 + minutes) * 60
        return seconds == 0 ? .utc : .fixed(Int32(sign == UInt8(ascii: "-") ? -seconds : seconds))
    }
}
