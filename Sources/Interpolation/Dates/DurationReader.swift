/// Reads lengths of time by ISO 8601: `P1Y2M10DT2H30M`, `P4W`, `-PT0.5S`. Units come in this order: Y M W D, then after
/// `T` H M S; fractions are allowed except of years and months.
struct DurationReader {
    private var rest: Substring.UTF8View

    /// The span that a text says. Throws `.value`.
    static func span(of text: String) throws(Fault) -> TimeSpan {
        var reader = DurationReader(rest: text.utf8[...])
        return try reader.read()
    }

    private static let fault = Fault(.value, "a text isn't a duration by ISO 8601")

    private mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func read() throws(Fault) -> TimeSpan {
        let isNegative = take(UInt8(ascii: "-"))
        if !isNegative { _ = take(UInt8(ascii: "+")) }
        guard take(UInt8(ascii: "P")), let first = rest.first, first.isDigit || first == UInt8(ascii: "T") else {
            throw Self.fault
        }
        let years = try part("Y") ?? 0
        let months = try part("M") ?? 0
        guard years == years.rounded(), months == months.rounded(), years < 1e5, months < 1e6 else {
            throw Fault(.value, "years and months of a duration must be whole, and not too many")
        }
        var seconds = (try part("W") ?? 0) * 604_800
        seconds += (try part("D") ?? 0) * 86_400
        if take(UInt8(ascii: "T")) {
            seconds += (try part("H") ?? 0) * 3600
            seconds += (try part("M") ?? 0) * 60
            seconds += try part("S") ?? 0
        }
        guard rest.isEmpty else { throw Self.fault }
        let microseconds = try (seconds * 1e6).roundedMicroseconds()
        let span =
            years == 0 && months == 0
            ? TimeSpan(microseconds: microseconds)
            : TimeSpan(years: Int(years), months: Int(months), microseconds: microseconds)
        return isNegative ? -span : span
    }

    /// The number before a unit; nil, and no step, if another unit is next.
    private mutating func part(_ unit: Unicode.Scalar) throws(Fault) -> Double? {
        var ahead = rest
        var digits: [UInt8] = []
        while let byte = ahead.first, byte.isDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") {
            digits.append(byte == UInt8(ascii: ",") ? UInt8(ascii: ".") : byte)
            ahead.removeFirst()
        }
        guard let first = digits.first, ahead.first == UInt8(ascii: unit) else { return nil }
        guard first.isDigit, digits.last?.isDigit == true, digits.count < 40,
            let number = Double(String(decoding: digits, as: UTF8.self))
        else { throw Self.fault }
        ahead.removeFirst()
        rest = ahead
        return number
    }
}
