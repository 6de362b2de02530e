extension ErrorCode {
    public static let durationInvalid = ErrorCode(
        "duration.invalid", .invalid, "The text isn't an ISO 8601 duration of fixed length and at most 10 years.")
}

/// A length of time written by ISO 8601, such as `PT15M`, `P7D`, `PT1H30M` or `P2W`.
///
/// Whole weeks alone, or whole days, hours, minutes and seconds in this order; a day is 24 hours. Years and months are
/// refused, since their length isn't fixed, and so are signs and fractions.
public struct ISODuration: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The longest that is accepted: 3,653 days, which covers any ten calendar years.
    public static let longest = ISODuration(seconds: 3653 * 86_400)

    /// 0 to 315,619,200.
    public let seconds: Int

    public var duration: Duration { .seconds(seconds) }

    private init(seconds: Int) { self.seconds = seconds }

    /// Reads a duration; throws `duration.invalid` with what is wrong and what is allowed.
    public init(parsing text: String) throws(AppError) {
        var reader = DurationReader(rest: text.utf8[...])
        self.init(seconds: try reader.readAll())
    }

    /// ISO 8601 text of the same length in the largest units that fit: `P7D`, `PT1H30M`; `P2W` comes out as `P14D`.
    public var description: String {
        let parts: [(count: Int, letter: String)] = [
            (seconds / 3600 % 24, "H"), (seconds / 60 % 60, "M"), (seconds % 60, "S"),
        ]
        let days = seconds >= 86_400 ? "\(seconds / 86_400)D" : ""
        let time = parts.filter { $0.count > 0 }.map { "\($0.count)\($0.letter)" }.joined()
        if days.isEmpty && time.isEmpty { return "PT0S" }
        return "P" + days + (time.isEmpty ? "" : "T" + time)
    }

    public static func < (left: Self, right: Self) -> Bool { left.seconds < right.seconds }
}

/// Takes a duration's text apart from left to right.
private struct DurationReader {
    var rest: Substring.UTF8View
    private var total = 0
    private var isTime = false
    /// The length of the last unit read; the next one must be shorter.
    private var lastUnit = Int.max

    init(rest: Substring.UTF8View) { self.rest = rest }

    mutating func readAll() throws(AppError) -> Int {
        guard rest.popFirst() == UInt8(ascii: "P") else { throw fault("a duration begins with P, as in PT15M") }
        while let first = rest.first {
            if first == UInt8(ascii: "T") {
                try enterTime()
            } else {
                try readPart()
            }
        }
        guard lastUnit != .max else { throw fault("a duration needs at least one number, as in P7D") }
        guard total <= ISODuration.longest.seconds else { throw fault("a duration is at most 10 years") }
        return total
    }

    private mutating func enterTime() throws(AppError) {
        guard !isTime, lastUnit != 604_800 else { throw fault("T comes once, and not after weeks") }
        rest.removeFirst()
        isTime = true
        guard !rest.isEmpty else { throw fault("T is followed by hours, minutes or seconds") }
    }

    private mutating func readPart() throws(AppError) {
        let count = try readCount()
        let unit = try readUnit()
        guard unit < lastUnit, lastUnit != 604_800 else {
            throw fault("units come once and in the order D, H, M, S; weeks stand alone")
        }
        lastUnit = unit
        total += count * unit
    }

    /// A whole number of at most nine digits, so that the sum can't overflow.
    private mutating func readCount() throws(AppError) -> Int {
        var count = 0
        var digits = 0
        while let byte = rest.first, case let value = byte &- UInt8(ascii: "0"), value <= 9 {
            guard digits < 9 else { throw fault("a number has at most nine digits") }
            count = count * 10 + Int(value)
            digits += 1
            rest.removeFirst()
        }
        guard digits > 0 else { throw fault("each unit needs a whole number before it, without sign or fraction") }
        return count
    }

    private mutating func readUnit() throws(AppError) -> Int {
        switch (rest.popFirst(), isTime) {
        case (UInt8(ascii: "W"), false): return 604_800
        case (UInt8(ascii: "D"), false): return 86_400
        case (UInt8(ascii: "H"), true): return 3600
        case (UInt8(ascii: "M"), true): return 60
        case (UInt8(ascii: "S"), true): return 1
        case (UInt8(ascii: "Y"), false), (UInt8(ascii: "M"), false):
            throw fault("years and months have no fixed length; use days, or T before minutes")
        default: throw fault("units are W or D, and after T: H, M, S")
        }
    }

    private func fault(_ sentence: String) -> AppError { AppError(.durationInvalid, "ISO 8601 duration: \(sentence).") }
}
