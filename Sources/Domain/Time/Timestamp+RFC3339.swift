extension Timestamp {
    /// The first millisecond that RFC 3339 can write: 0000-01-01T00:00:00.000Z.
    public static let earliest = Timestamp(milliseconds: -62_167_219_200_000)
    /// The last millisecond that RFC 3339 can write: 9999-12-31T23:59:59.999Z.
    public static let latest = Timestamp(milliseconds: 253_402_300_799_999)

    /// The nearest time that RFC 3339 can write.
    var writable: Timestamp { min(max(self, .earliest), .latest) }

    /// How many bytes ``rfc3339`` has.
    public static let rfc3339Length = 24

    /// UTC text by RFC 3339, always with milliseconds: `2026-01-02T03:04:05.678Z`.
    ///
    /// A time outside the years 0000 to 9999 is written as ``earliest`` or ``latest``.
    public var rfc3339: String {
        String(unsafeUninitializedCapacity: Self.rfc3339Length) { buffer in
            writeRFC3339(to: UnsafeMutableRawBufferPointer(buffer))
            return Self.rfc3339Length
        }
    }

    /// Appends the bytes of ``rfc3339`` without making a string.
    public func appendRFC3339(to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(byteCount: Self.rfc3339Length, alignment: 1) { buffer in
            writeRFC3339(to: buffer)
            bytes.append(contentsOf: buffer)
        }
    }

    private func writeRFC3339(to buffer: UnsafeMutableRawBufferPointer) {
        let total = Int(writable.milliseconds)
        let dayNumber = total.flooredQuotient(by: CivilDate.secondsPerDay * 1000)
        let ofDay = total - dayNumber * CivilDate.secondsPerDay * 1000
        let date = CivilDate(dayNumber: dayNumber)
        buffer.copyBytes(from: "0000-00-00T00:00:00.000Z".utf8)
        writeTwoDigits(date.year / 100, to: buffer, at: 0)
        writeTwoDigits(date.year % 100, to: buffer, at: 2)
        writeTwoDigits(date.month, to: buffer, at: 5)
        writeTwoDigits(date.day, to: buffer, at: 8)
        writeTwoDigits(ofDay / 3_600_000, to: buffer, at: 11)
        writeTwoDigits(ofDay / 60_000 % 60, to: buffer, at: 14)
        writeTwoDigits(ofDay / 1000 % 60, to: buffer, at: 17)
        buffer[20] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: ofDay % 1000 / 100)
        writeTwoDigits(ofDay % 100, to: buffer, at: 21)
    }

    /// Reads a `date-time` of RFC 3339 with any offset; digits beyond milliseconds are cut off.
    ///
    /// `t`, `z` may be small. Second 60 is read as 59.999 where a leap second can be, in the last minute of a UTC day.
    /// nil for everything else, such as a day that its month doesn't have, a missing zone, spaces, or a time that is
    /// outside the years 0000 to 9999 in UTC.
    public init?(rfc3339 text: String) {
        self.init(rfc3339Bytes: text.utf8Span.span)
    }

    /// Reads a `date-time` of RFC 3339 from its ASCII bytes; see ``init(rfc3339:)``.
    public init?(rfc3339Bytes bytes: Span<UInt8>) {
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let century = bytes.twoDigits(at: 0), let yearOfCentury = bytes.twoDigits(at: 2),
            let month = bytes.twoDigits(at: 5), let day = bytes.twoDigits(at: 8),
            let hour = bytes.twoDigits(at: 11), let minute = bytes.twoDigits(at: 14),
            let second = bytes.twoDigits(at: 17)
        else { return nil }
        let year = century * 100 + yearOfCentury
        guard (1...12).contains(month), day >= 1, day <= CivilDate.daysIn(month: month, of: year),
            hour <= 23, minute <= 59, second <= 60,
            let (fraction, zoneStart) = bytes.fraction(at: 19), let offset = bytes.offset(at: zoneStart)
        else { return nil }
        let dayNumber = CivilDate(year: year, month: month, day: day).dayNumber
        let minutes = dayNumber * 1440 + hour * 60 + minute - offset
        let isLeapSecond = second == 60
        if isLeapSecond && minutes.flooredRemainder(by: 1440) != 1439 { return nil }
        let time = Timestamp(
            milliseconds: Int64(minutes * 60_000 + (isLeapSecond ? 59_999 : second * 1000 + fraction)))
        guard time >= .earliest, time <= .latest else { return nil }
        self = time
    }
}

private func writeTwoDigits(_ value: Int, to buffer: UnsafeMutableRawBufferPointer, at index: Int) {
    buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10 % 10)
    buffer[index + 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10)
}

extension Span<UInt8> {
    fileprivate func digit(at index: Int) -> Int? {
        guard index < count, case let value = self[index] &- UInt8(ascii: "0"), value <= 9 else { return nil }
        return Int(value)
    }

    fileprivate func twoDigits(at index: Int) -> Int? {
        guard let tens = digit(at: index), let ones = digit(at: index + 1) else { return nil }
        return tens * 10 + ones
    }

    /// Milliseconds of an optional `time-secfrac`, and where it ends.
    fileprivate func fraction(at start: Int) -> (milliseconds: Int, end: Int)? {
        guard start < count, self[start] == UInt8(ascii: ".") else { return (0, start) }
        var milliseconds = 0
        var weight = 100
        var index = start + 1
        while let value = digit(at: index) {
            milliseconds += value * weight
            weight /= 10
            index += 1
        }
        return index > start + 1 ? (milliseconds, index) : nil
    }

    /// Minutes east of UTC of a `time-offset` that must end the text.
    fileprivate func offset(at start: Int) -> Int? {
        guard start < count else { return nil }
        if self[start] | 0x20 == UInt8(ascii: "z") { return start + 1 == count ? 0 : nil }
        guard start + 6 == count, self[start + 3] == UInt8(ascii: ":"),
            let hours = twoDigits(at: start + 1), hours <= 23,
            let minutes = twoDigits(at: start + 4), minutes <= 59
        else { return nil }
        switch self[start] {
        case UInt8(ascii: "+"): return hours * 60 + minutes
        case UInt8(ascii: "-"): return -(hours * 60 + minutes)
        default: return nil
        }
    }
}
