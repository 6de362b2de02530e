/// One of the five fields of a cron expression: what it is called and which numbers and names it takes.
struct CronField: Sendable {
    let name: String
    /// What `*` stands for.
    let range: ClosedRange<Int>
    /// The largest number that may be written; 7 for the day of the week, where it is another Sunday.
    let highest: Int
    /// Three-letter names in order from `range`'s lower bound; empty when the field has none.
    let names: [String]

    private init(_ name: String, _ range: ClosedRange<Int>, highest: Int? = nil, names: [String] = []) {
        self.name = name
        self.range = range
        self.highest = highest ?? range.upperBound
        self.names = names
    }

    static let minute = CronField("minute", 0...59)
    static let hour = CronField("hour", 0...23)
    static let dayOfMonth = CronField("day of month", 1...31)
    static let month = CronField(
        "month", 1...12,
        names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
    static let dayOfWeek = CronField(
        "day of week", 0...6, highest: 7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])

    /// Reads a field: a comma-separated list of `*`, `n`, `n-m`, each with an optional step `/s`.
    ///
    /// `n/s` runs from n to the end of the field. Throws `schedule.invalid`.
    func parse(_ text: Substring) throws(AppError) -> CronSet {
        var set = CronSet(startsWithStar: text.hasPrefix("*"))
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            try insert(item, into: &set)
        }
        return set
    }

    private func insert(_ item: Substring, into set: inout CronSet) throws(AppError) {
        let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let step = parts.count == 2 ? try parseStep(parts[1]) : nil
        let span = try parseSpan(parts.first ?? "", isStepped: step != nil)
        for value in stride(from: span.lowerBound, through: span.upperBound, by: step ?? 1) {
            set.insert(value > range.upperBound ? range.lowerBound : value)
        }
    }

    private func parseStep(_ text: Substring) throws(AppError) -> Int {
        guard let step = number(text), (1...range.upperBound).contains(step) else {
            throw fault("a step after / must be a number from 1 to \(range.upperBound)")
        }
        return step
    }

    private func parseSpan(_ text: Substring, isStepped: Bool) throws(AppError) -> ClosedRange<Int> {
        if text == "*" { return range }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try parseValue(ends.first ?? "")
        guard ends.count == 2 else { return isStepped ? openEnded(from: first) : first...first }
        let last = try parseValue(ends[1])
        return try closedSpan(from: first, to: last)
    }

    private func openEnded(from first: Int) -> ClosedRange<Int> { first...max(first, range.upperBound) }

    /// Sunday may end a range of weekdays as `sun` or 0 (`sat-sun`) and begin one as 7 (`7-2`).
    private func closedSpan(from first: Int, to last: Int) throws(AppError) -> ClosedRange<Int> {
        if first <= last { return first...last }
        if highest > range.upperBound {
            if last == 0 { return first...highest }
            if first == highest { return 0...last }
        }
        throw fault("a range must go up, from the smaller value to the larger one")
    }

    private func parseValue(_ text: Substring) throws(AppError) -> Int {
        if let value = number(text), value >= range.lowerBound, value <= highest { return value }
        if text.utf8.count == 3, let index = names.firstIndex(of: text.lowercased()) {
            return range.lowerBound + index
        }
        throw fault(allowed)
    }

    /// One or two digits.
    private func number(_ text: Substring) -> Int? {
        guard (1...2).contains(text.utf8.count), text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }) else {
            return nil
        }
        return Int(text)
    }

    private var allowed: String {
        let numbers = "each value must be *, a number from \(range.lowerBound) to \(highest)"
        guard let first = names.first, let last = names.last else { return numbers + ", or a range of them" }
        return numbers + ", a name from \(first) to \(last), or a range of them"
    }

    private func fault(_ sentence: String) -> AppError {
        AppError(.scheduleInvalid, "Cron field \(name): \(sentence).")
    }
}

/// The values that a field allows, one bit each.
struct CronSet: Sendable, Hashable {
    private(set) var bits: UInt64 = 0
    /// Whether the field was written with a star in front (`*`, `*/2`): such a day field doesn't restrict by itself.
    let startsWithStar: Bool

    init(startsWithStar: Bool) { self.startsWithStar = startsWithStar }

    mutating func insert(_ value: Int) { bits |= 1 << UInt64(value) }

    func contains(_ value: Int) -> Bool { bits >> UInt64(value) & 1 == 1 }

    func covers(_ range: ClosedRange<Int>) -> Bool { range.allSatisfy(contains) }

    /// The smallest value that is `minimum` or more.
    func first(from minimum: Int) -> Int? {
        guard minimum < UInt64.bitWidth else { return nil }
        let rest = bits >> UInt64(minimum)
        return rest == 0 ? nil : minimum + rest.trailingZeroBitCount
    }
}
