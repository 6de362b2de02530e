import Domain

/// Reads times by directives, as Python's `strptime` does: `%Y-%m-%dT%H:%M:%S.%f%z` and so on. Where a number could end
/// in more than one place, all of them are tried, the longest first.
struct TimeReader {
    private static let mostSteps = 10_000

    private let text: [Unicode.Scalar]
    private let format: [Unicode.Scalar]
    private var found: [Unicode.Scalar: Int] = [:]
    private var steps = 0

    /// The time that a text says by a format; without `%z` it has no zone. Throws `.value`.
    static func time(of text: String, format: String) throws(Fault) -> DateTime {
        var reader = TimeReader(
            text: Array(text.unicodeScalars), format: try expanded(Array(format.unicodeScalars)))
        guard try reader.match(0, 0) else { throw Fault(.value, "a time doesn't have the format '\(format)'") }
        return try reader.result()
    }

    private init(text: [Unicode.Scalar], format: [Unicode.Scalar]) {
        self.text = text
        self.format = format
    }

    /// The format with compound directives spelled out.
    private static func expanded(_ format: [Unicode.Scalar]) throws(Fault) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var seen: Set<Unicode.Scalar> = []
        var rest = format[...]
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                result.append(scalar)
                continue
            }
            guard let letter = rest.popFirst() else { throw Fault(.value, "a format ends in '%'") }
            let parts: [Unicode.Scalar]
            switch letter {
            case "c": parts = Array("%a %b %d %H:%M:%S %Y".unicodeScalars)
            case "x": parts = Array("%m/%d/%y".unicodeScalars)
            case "X": parts = Array("%H:%M:%S".unicodeScalars)
            default: parts = ["%", letter]
            }
            for (place, part) in parts.enumerated() where place % 2 == 1 || parts.count == 2 {
                guard part != "%", place > 0, parts[place - 1] == "%" else { continue }
                guard "aAbBdfGHIjmMpSuUVwWyYzZ".unicodeScalars.contains(part) else {
                    throw Fault(.value, "'%\(part)' isn't a directive of a format")
                }
                guard seen.insert(part).inserted else { throw Fault(.other, "'%\(part)' stands twice in a format") }
            }
            result += parts
        }
        return result
    }

    /// Matches the rest of the format with the rest of the text.
    private mutating func match(_ place: Int, _ index: Int) throws(Fault) -> Bool {
        steps += 1
        guard steps <= Self.mostSteps else { throw Fault.tooManySteps }
        guard place < format.count else { return index == text.count }
        let scalar = format[place]
        if scalar.isPythonSpace { return try matchSpace(place, index) }
        guard scalar == "%" else {
            guard index < text.count, Self.same(scalar, text[index]) else { return false }
            return try match(place + 1, index + 1)
        }
        let letter = format[place + 1]
        for (end, value) in candidates(letter, index) {
            let before = found[letter]
            found[letter] = value
            if try match(place + 2, end) { return true }
            found[letter] = before
        }
        return false
    }

    private mutating func matchSpace(_ place: Int, _ index: Int) throws(Fault) -> Bool {
        var next = place
        while next < format.count, format[next].isPythonSpace { next += 1 }
        var end = index
        while end < text.count, text[end].isPythonSpace { end += 1 }
        while end > index {
            if try match(next, end) { return true }
            end -= 1
        }
        return false
    }

    private static func same(_ one: Unicode.Scalar, _ other: Unicode.Scalar) -> Bool {
        one == other || one.properties.lowercaseMapping == other.properties.lowercaseMapping
    }

    // MARK: Directives

    /// Where a directive may end and what it says then, the first choice first.
    private func candidates(_ letter: Unicode.Scalar, _ index: Int) -> [(end: Int, value: Int)] {
        switch letter {
        case "%": index < text.count && text[index] == "%" ? [(index + 1, 0)] : []
        case "d": numbers(index, 1...31) + spacedDigit(index)
        case "m", "I": numbers(index, 1...12)
        case "H": numbers(index, 0...23)
        case "M": numbers(index, 0...59)
        case "S": numbers(index, 0...61)
        case "U", "W": numbers(index, 0...53)
        case "V": numbers(index, 0...53).filter { $0.value > 0 || $0.end == index + 1 }
        case "j": numbers(index, 1...366, most: 3)
        case "w": numbers(index, 0...6, most: 1)
        case "u": numbers(index, 1...7, most: 1)
        case "y": numbers(index, 0...99).filter { $0.end == index + 2 }
        case "Y", "G": numbers(index, 0...9999, most: 4).filter { $0.end == index + 4 }
        case "f": fractions(index)
        case "a": names(index, CalendarNames.weekdays.map { String($0.prefix(3)) })
        case "A": names(index, CalendarNames.weekdays)
        case "b": names(index, CalendarNames.months.map { String($0.prefix(3)) })
        case "B": names(index, CalendarNames.months)
        case "p": names(index, ["AM", "PM"])
        case "Z": names(index, ["UTC", "GMT"])
        default: offsets(index)
        }
    }

    private func digit(_ index: Int) -> Int? {
        guard index < text.count, text[index].isASCIIDigit else { return nil }
        return Int(text[index].value - 0x30)
    }

    private func numbers(_ index: Int, _ range: ClosedRange<Int>, most: Int = 2) -> [(end: Int, value: Int)] {
        var results: [(end: Int, value: Int)] = []
        var value = 0
        for count in 1...most {
            guard let digit = digit(index + count - 1) else { break }
            value = value * 10 + digit
            if range.contains(value) { results.insert((index + count, value), at: 0) }
        }
        return results
    }

    private func spacedDigit(_ index: Int) -> [(end: Int, value: Int)] {
        guard index < text.count, text[index] == " ", let digit = digit(index + 1), digit > 0 else { return [] }
        return [(index + 2, digit)]
    }

    private func fractions(_ index: Int) -> [(end: Int, value: Int)] {
        var results: [(end: Int, value: Int)] = []
        var value = 0
        var weight = 100_000
        for count in 1...6 {
            guard let digit = digit(index + count - 1) else { break }
            value += digit * weight
            weight /= 10
            results.insert((index + count, value), at: 0)
        }
        return results
    }

    /// The place of the name that stands here, the longest names first.
    private func names(_ index: Int, _ names: [String]) -> [(end: Int, value: Int)] {
        names.enumerated().compactMap { place, name in
            let scalars = Array(name.unicodeScalars)
            guard index + scalars.count <= text.count,
                zip(scalars, text[index...]).allSatisfy({ Self.same($0, $1) })
            else { return nil }
            return (index + scalars.count, place)
        }
        .sorted { $0.end > $1.end }
    }

    /// `Z`, `+02`, `+0200`, `+02:00`, with seconds; the value is in seconds.
    private func offsets(_ index: Int) -> [(end: Int, value: Int)] {
        guard index < text.count else { return [] }
        if text[index] == "Z" { return [(index + 1, 0)] }
        guard text[index] == "+" || text[index] == "-", let hours = pair(index + 1) else { return [] }
        let sign = text[index] == "-" ? -1 : 1
        let hasColon = index + 3 < text.count && text[index + 3] == ":"
        let minuteStart = index + (hasColon ? 4 : 3)
        guard let minutes = pair(minuteStart), minutes < 60 else { return [] }
        var results = [(end: minuteStart + 2, value: sign * (hours * 3600 + minutes * 60))]
        let secondStart = minuteStart + 2 + (hasColon ? 1 : 0)
        if !hasColon || minuteStart + 2 < text.count && text[minuteStart + 2] == ":",
            let seconds = pair(secondStart), seconds < 60
        {
            results.insert((secondStart + 2, sign * (hours * 3600 + minutes * 60 + seconds)), at: 0)
        }
        return results
    }

    private func pair(_ index: Int) -> Int? {
        guard let tens = digit(index), let ones = digit(index + 1) else { return nil }
        return tens * 10 + ones
    }

    // MARK: The time

    private func result() throws(Fault) -> DateTime {
        let second = found["S"] ?? 0
        guard second < 60 else { throw Fault(.value, "a second is at most 59") }
        var hour = found["H"] ?? 0
        if last(of: "H", "I") == "I", let ofTwelve = found["I"] { hour = ofTwelve % 12 + (found["p"] == 1 ? 12 : 0) }
        let clock = ((hour * 60 + (found["M"] ?? 0)) * 60 + second) * 1_000_000 + (found["f"] ?? 0)
        var zone = DateTime.Zone.none
        if let offset = found["z"] {
            guard abs(offset) < 86_400 else { throw Fault(.value, "an offset is less than a day") }
            zone = offset == 0 ? .utc : .fixed(Int32(offset))
        }
        guard let time = DateTime(date: try date(), microsecondOfDay: clock, zone: zone) else { throw .dateRange }
        return time
    }

    /// Which of these directives stands last in the format: it is the one that counts.
    private func last(of letters: Unicode.Scalar...) -> Unicode.Scalar? {
        let pairs = zip(format, format.dropFirst())
        return pairs.filter { $0.0 == "%" && letters.contains($0.1) }.last?.1
    }

    private var year: Int? {
        guard last(of: "Y", "y") == "y", let ofCentury = found["y"] else { return found["Y"] }
        return ofCentury + (ofCentury <= 68 ? 2000 : 1900)
    }

    private var month: Int {
        guard let letter = last(of: "m", "B", "b"), let value = found[letter] else { return 1 }
        return letter == "m" ? value : value + 1
    }

    /// From Monday, 0.
    private var weekday: Int? {
        guard let letter = last(of: "A", "a", "w", "u"), let value = found[letter] else { return nil }
        return letter == "w" ? (value + 6) % 7 : letter == "u" ? value - 1 : value
    }

    private func date() throws(Fault) -> CalendarDate {
        let day = found["d"] ?? 1
        if year == nil, let isoYear = found["G"] {
            guard let week = found["V"], let weekday, found["j"] == nil else {
                throw Fault(.value, "'%G' needs '%V' and a weekday")
            }
            return try Self.isoDate(isoYear, week, weekday)
        }
        guard found["V"] == nil || found["U"] != nil || found["W"] != nil else {
            throw Fault(.value, "'%V' needs '%G' and a weekday")
        }
        let ofYear = year ?? 1900
        if let dayOfYear = found["j"] { return try Self.date(ofYear, dayOfYear) }
        if let weekday, let letter = last(of: "U", "W"), let week = found[letter] {
            let start = last(of: "U", "W") == "U" ? 6 : 0
            guard let first = CalendarDate(year: ofYear, month: 1, day: 1) else { throw .dateRange }
            let firstDay = (first.weekday - start + 7) % 7
            let dayOfWeek = (weekday - start + 7) % 7
            let length = (7 - firstDay) % 7
            let dayOfYear = week == 0 ? 1 + dayOfWeek - firstDay : 1 + length + 7 * (week - 1) + dayOfWeek
            return try Self.date(ofYear, dayOfYear)
        }
        guard let date = CalendarDate(year: ofYear, month: month, day: day) else {
            throw Fault(.value, "a day is out of range for its month")
        }
        return date
    }

    private static func date(_ year: Int, _ dayOfYear: Int) throws(Fault) -> CalendarDate {
        guard let first = CalendarDate(year: year, month: 1, day: 1),
            let date = CalendarDate(dayNumber: first.dayNumber + dayOfYear - 1)
        else { throw .dateRange }
        return date
    }

    /// The day of an ISO week; `weekday` counts from Monday, 0.
    static func isoDate(_ year: Int, _ week: Int, _ weekday: Int) throws(Fault) -> CalendarDate {
        guard let fourth = CalendarDate(year: year, month: 1, day: 4),
            let date = CalendarDate(dayNumber: fourth.dayNumber - fourth.weekday + 7 * (week - 1) + weekday)
        else { throw .dateRange }
        return date
    }
}
