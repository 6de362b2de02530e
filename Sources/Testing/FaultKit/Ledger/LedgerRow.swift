public import JSON

/// One row of a ledger.
public struct LedgerRow: Hashable, Sendable {
    /// The primary key.
    public var id: Int
    /// Microseconds since 2000-01-01 in UTC.
    public var updatedAt: Int
    /// 1 when inserted, one more for every update.
    public var version: Int
    /// In hundredths.
    public var amount: Int
    /// Any text without U+0000.
    public var note: String?

    /// Makes one.
    public init(id: Int, updatedAt: Int, version: Int, amount: Int, note: String?) {
        (self.id, self.updatedAt, self.version, self.amount, self.note) = (id, updatedAt, version, amount, note)
    }

    /// How a source writes values down.
    public enum Form: Sendable {
        /// As a database does: null isn't the empty text.
        case typed
        /// As CSV does: everything is text, and null is the empty text.
        case text
    }

    /// Reads a record's body: numbers as JSON numbers or as text, times as RFC 3339 or as PostgreSQL writes UTC.
    /// nil where a column is missing or says something else.
    public init?(_ body: JSONObject, form: Form) {
        guard let id = Self.integer(body["id"]), let version = Self.integer(body["version"]),
            let amount = Self.text(body["amount"]).flatMap(Self.hundredths),
            let updatedAt = Self.text(body["updated_at"]).flatMap(LedgerTime.microseconds)
        else { return nil }
        (self.id, self.version, self.amount, self.updatedAt) = (id, version, amount, updatedAt)
        switch (body["note"], form) {
        case (.string(""), .text), (.null, _): note = nil
        case (.string(let text), _): note = text
        default: return nil
        }
    }

    /// The row as a source of this form should show it.
    func shown(in form: Form) -> LedgerRow {
        var row = self
        if form == .text && note == "" { row.note = nil }
        return row
    }

    private static func text(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): number.literal
        default: nil
        }
    }

    private static func integer(_ value: JSONValue?) -> Int? { text(value).flatMap { Int($0) } }

    /// `-12.5` and `-12.50` are -1250.
    static func hundredths(_ text: String) -> Int? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ Int($0) }), parts.count <= 2 else { return nil }
        let digits = parts.count == 2 ? parts[1] : ""
        guard digits.count <= 2, let fraction = Int((digits + "00").prefix(2)) else { return nil }
        return text.hasPrefix("-") ? whole * 100 - fraction : whole * 100 + fraction
    }

    /// The amount with its two places.
    var amountText: String {
        let cents = abs(amount) % 100
        return "\(amount < 0 ? "-" : "")\(abs(amount) / 100).\(cents < 10 ? "0" : "")\(cents)"
    }
}

/// Times as texts, in UTC and to the microsecond.
enum LedgerTime {
    /// 2024-02-28 22:00 in UTC: in the past, and close to a leap day.
    static let start = 762_472_800_000_000

    /// `2024-01-31T23:59:59.123456Z`.
    static func text(_ microseconds: Int) -> String {
        let (days, time) = microseconds.floorDivided(by: 86_400_000_000)
        let (year, month, day) = date(days)
        let (seconds, fraction) = time.floorDivided(by: 1_000_000)
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(clock).\(padded(fraction, 6))Z"
    }

    /// Reads `2024-01-31T23:59:59.123456Z`, also with a space between, with fewer places, and with `+00` for the `Z`.
    static func microseconds(_ text: String) -> Int? {
        var rest = text[...]
        guard let end = ["Z", "+00:00", "+00"].first(where: { text.hasSuffix($0) }) else { return nil }
        rest = rest.dropLast(end.count)
        let numbers = rest.split { "-T :.".contains($0) }
        let places = numbers.count == 7 ? numbers[6] : "0"
        let parts = numbers.prefix(6).compactMap { Int($0) }
        guard numbers.count == 6 || numbers.count == 7, parts.count == 6, places.count <= 6,
            let fraction = Int((places + "000000").prefix(6))
        else { return nil }
        let time = parts[3] * 3600 + parts[4] * 60 + parts[5]
        return (days(parts[0], parts[1], parts[2]) * 86_400 + time) * 1_000_000 + fraction
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Days since 2000-03-01 counted in years that begin in March, so that the leap day comes last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let era = shifted.floorDivided(by: 400)
        let inYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let inEra = era.remainder * 365 + era.remainder / 4 - era.remainder / 100 + inYear
        return (era.quotient - 5) * 146_097 + inEra + 60
    }

    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, inEra) = (days - 60).floorDivided(by: 146_097)
        let year = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
        let inYear = inEra - (365 * year + year / 4 - year / 100)
        let shifted = (5 * inYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return ((era + 5) * 400 + year + (month <= 2 ? 1 : 0), month, inYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Int {
    fileprivate func floorDivided(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let remainder = ((self % divisor) + divisor) % divisor
        return ((self - remainder) / divisor, remainder)
    }
}
