// Dates and times; all need room ensured before.
extension RowText {
    private static let microsecondsOfDay: Int64 = 86_400_000_000
    /// From 4714-11-24 BC to the end of the year 294276.
    private static let timestamps: ClosedRange<Int64> = -211_813_488_000_000_000...9_223_371_331_199_999_999
    /// An offset is less than 16 hours.
    private static let offsets = -57_599...57_599

    /// Days since 2000-01-01; the infinities are the least and the greatest number.
    static func days(_ value: ValueBytes) throws(ValueFault) -> Int32 {
        let days = try value.whole(as: Int32.self)
        guard CalendarDay.numbers.contains(Int(days)) || days == .min || days == .max else { throw .malformed }
        return days
    }

    /// Microseconds since 2000-01-01; the infinities are the least and the greatest number.
    @inline(__always)
    static func microseconds(_ value: ValueBytes) throws(ValueFault) -> Int64 {
        let stamp = try value.whole(as: Int64.self)
        guard timestamps.contains(stamp) || stamp == .min || stamp == .max else { throw .malformed }
        return stamp
    }

    mutating func date(_ value: ValueBytes) throws(ValueFault) {
        let days = try Self.days(value)
        if days == .min || days == .max { return infinity(isNegative: days == .min) }
        put(UInt8(ascii: "\""))
        let day = CalendarDay(number: Int(days))
        calendar(day)
        era(day)
        put(UInt8(ascii: "\""))
    }

    /// Puts RFC 3339 with six digits of the second; years beyond its four digits as PostgreSQL reads them.
    @inline(__always)
    mutating func timestamp(_ value: ValueBytes, hasZone: Bool) throws(ValueFault) {
        let stamp = try Self.microseconds(value)
        if stamp == .min || stamp == .max { return infinity(isNegative: stamp == .min) }
        var days = stamp / Self.microsecondsOfDay
        var time = stamp &- days &* Self.microsecondsOfDay
        if time < 0 {
            days &-= 1
            time &+= Self.microsecondsOfDay
        }
        let day = CalendarDay(number: Int(days))
        put(UInt8(ascii: "\""))
        calendar(day)
        put(UInt8(ascii: "T"))
        clock(time)
        if hasZone { put(UInt8(ascii: "Z")) }
        era(day)
        put(UInt8(ascii: "\""))
    }

    mutating func time(_ value: ValueBytes) throws(ValueFault) {
        let time = try value.whole(as: Int64.self)
        guard 0...Self.microsecondsOfDay ~= time else { throw .malformed }
        put(UInt8(ascii: "\""))
        clock(time)
        put(UInt8(ascii: "\""))
    }

    /// Puts the local time with its offset; the format has the offset's seconds to the west.
    mutating func timetz(_ value: ValueBytes) throws(ValueFault) {
        guard value.count == 12 else { throw .malformed }
        let time = value.load(0, as: Int64.self)
        let west = Int(value.load(8, as: Int32.self))
        guard 0...Self.microsecondsOfDay ~= time, Self.offsets.contains(west) else { throw .malformed }
        put(UInt8(ascii: "\""))
        clock(time)
        put(west > 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        let offset = UInt32(west.magnitude)
        pair(offset / 3600)
        put(UInt8(ascii: ":"))
        pair(offset / 60 % 60)
        if offset % 60 != 0 {
            put(UInt8(ascii: ":"))
            pair(offset % 60)
        }
        put(UInt8(ascii: "\""))
    }

    @inline(__always)
    private mutating func calendar(_ day: CalendarDay) {
        let year = day.year > 0 ? day.year : 1 - day.year
        if year < 10_000 { four(UInt32(truncatingIfNeeded: year)) } else { unsigned(UInt64(year)) }
        put(UInt8(ascii: "-"))
        pair(day.month)
        put(UInt8(ascii: "-"))
        pair(day.day)
    }

    @inline(__always)
    private mutating func era(_ day: CalendarDay) {
        if day.year <= 0 { put(" BC") }
    }

    /// Puts `HH:MM:SS.ffffff`.
    @inline(__always)
    private mutating func clock(_ time: Int64) {
        let microseconds = UInt64(truncatingIfNeeded: time)
        let seconds = UInt32(truncatingIfNeeded: microseconds / 1_000_000)
        let fraction = UInt32(truncatingIfNeeded: microseconds &- UInt64(seconds) &* 1_000_000)
        pair(seconds / 3600)
        put(UInt8(ascii: ":"))
        pair(seconds / 60 % 60)
        put(UInt8(ascii: ":"))
        pair(seconds % 60)
        put(UInt8(ascii: "."))
        sixDigits(fraction)
    }

    @inline(__always)
    private mutating func sixDigits(_ fraction: UInt32) {
        let high = fraction / 10_000
        pair(high)
        four(fraction &- high &* 10_000)
    }

    private mutating func infinity(isNegative: Bool) { put(isNegative ? "\"-infinity\"" : "\"infinity\"") }
}

// Intervals: ISO 8601 durations whose fields have a sign each, as PostgreSQL reads them.
extension RowText {
    /// Puts months, days and microseconds apart from each other; zero is `PT0S`. All three at their bounds is what
    /// PostgreSQL 17 has for infinity.
    mutating func interval(_ value: ValueBytes) throws(ValueFault) {
        guard value.count == 16 else { throw .malformed }
        let time = value.load(0, as: Int64.self)
        let days = value.load(8, as: Int32.self)
        let months = value.load(12, as: Int32.self)
        if time == .max, days == .max, months == .max { return infinity(isNegative: false) }
        if time == .min, days == .min, months == .min { return infinity(isNegative: true) }
        put(UInt8(ascii: "\""))
        put(UInt8(ascii: "P"))
        part(Int64(months / 12), UInt8(ascii: "Y"))
        part(Int64(months % 12), UInt8(ascii: "M"))
        part(Int64(days), UInt8(ascii: "D"))
        if time != 0 || days == 0 && months == 0 { durationTime(time) }
        put(UInt8(ascii: "\""))
    }

    private mutating func part(_ amount: Int64, _ unit: UInt8) {
        guard amount != 0 else { return }
        integer(amount)
        put(unit)
    }

    private mutating func durationTime(_ time: Int64) {
        put(UInt8(ascii: "T"))
        part(time / 3_600_000_000, UInt8(ascii: "H"))
        part(time / 60_000_000 % 60, UInt8(ascii: "M"))
        let rest = (time % 60_000_000).magnitude
        guard rest != 0 || time == 0 else { return }
        if time < 0 { put(UInt8(ascii: "-")) }
        unsigned(rest / 1_000_000)
        let fraction = UInt32(truncatingIfNeeded: rest % 1_000_000)
        if fraction != 0 {
            put(UInt8(ascii: "."))
            sixDigits(fraction)
            while bytes[count - 1] == UInt8(ascii: "0") { count -= 1 }
        }
        put(UInt8(ascii: "S"))
    }
}
