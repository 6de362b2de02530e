import Domain

/// Writes times by directives, as Python's `strftime` does on Linux: those of C, with the flags and widths of glibc.
struct TimeFormat {
    private let time: DateTime
    private let date: CalendarDate
    private let civil: CivilDate
    private let second: Int

    private init(_ time: DateTime) {
        self.time = time
        date = time.date
        civil = date.civil
        second = time.microsecondOfDay / 1_000_000
    }

    /// The longest format that a template may use, in bytes.
    private static let mostBytes = 1000

    /// The text of a time by a format of a template; throws `.bound` for a very long one.
    static func boundedText(of time: DateTime, format: String) throws(Fault) -> String {
        try check(format)
        return text(of: time, format: format)
    }

    static func check(_ format: String) throws(Fault) {
        guard format.utf8.count <= mostBytes else { throw Fault(.bound, "a format of times is too long") }
    }

    /// The text of a time by a format.
    static func text(of time: DateTime, format: String) -> String {
        let writer = TimeFormat(time)
        var result = ""
        var rest = format.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "%" {
                result += writer.directive(&rest)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// How a directive's text is padded and written.
    private struct Style {
        var padding: Character?
        var isUnpadded = false
        var width: Int?
        var isUpper = false
        var swapsCase = false
    }

    /// Reads a directive after its `%`; one that there isn't stays as it is.
    private func directive(_ rest: inout Substring.UnicodeScalarView) -> String {
        let start = rest
        var style = Style()
        flags: while let flag = rest.first {
            switch flag {
            case "-": style.isUnpadded = true
            case "_": style.padding = " "
            case "0": style.padding = "0"
            case "^": style.isUpper = true
            case "#": style.swapsCase = true
            default: break flags
            }
            rest.removeFirst()
        }
        var digits = ""
        while let digit = rest.first, digit.isASCIIDigit, digits.utf8.count < 3 {
            digits.unicodeScalars.append(digit)
            rest.removeFirst()
        }
        style.width = Int(digits)
        if rest.first == "E" || rest.first == "O" { rest.removeFirst() }
        guard let letter = rest.popFirst(), let text = text(letter, style) else {
            // Everything up to here stands for itself.
            let used = start.unicodeScalarsBefore(rest)
            return "%" + used
        }
        return text
    }

    private func text(_ letter: Unicode.Scalar, _ style: Style) -> String? {
        if let number = number(letter) {
            return padded(String(number.value), to: style.width ?? number.width, with: number.padding, style)
        }
        guard let text = words(letter) else { return nil }
        var result = text
        if style.isUpper { result = result.uppercased() }
        if style.swapsCase { result = letter == "p" || letter == "Z" ? result.lowercased() : result.uppercased() }
        return padded(result, to: style.width ?? 0, with: " ", style)
    }

    private func padded(_ text: String, to width: Int, with standard: Character, _ style: Style) -> String {
        let missing = width - text.unicodeScalars.count
        guard missing > 0, !style.isUnpadded || style.width != nil else { return text }
        return String(repeating: style.padding ?? standard, count: missing) + text
    }

    private func number(_ letter: Unicode.Scalar) -> (value: Int, width: Int, padding: Character)? {
        switch letter {
        case "d": (civil.day, 2, "0")
        case "e": (civil.day, 2, " ")
        case "m": (civil.month, 2, "0")
        case "y": (civil.year % 100, 2, "0")
        case "Y": (civil.year, 0, "0")
        case "C": (civil.year / 100, 2, "0")
        case "H": (second / 3600, 2, "0")
        case "k": (second / 3600, 2, " ")
        case "I": ((second / 3600 + 11) % 12 + 1, 2, "0")
        case "l": ((second / 3600 + 11) % 12 + 1, 2, " ")
        case "M": (second / 60 % 60, 2, "0")
        case "S": (second % 60, 2, "0")
        case "j": (date.dayOfYear, 3, "0")
        case "u": (date.weekday + 1, 1, "0")
        case "w": ((date.weekday + 1) % 7, 1, "0")
        case "U": (date.week(startingOn: 6), 2, "0")
        case "W": (date.week(startingOn: 0), 2, "0")
        case "V": (date.isoWeek.week, 2, "0")
        case "G": (date.isoWeek.year, 0, "0")
        case "g": (date.isoWeek.year % 100, 2, "0")
        case "s": (time.wallMicroseconds.flooredQuotient(by: 1_000_000), 0, "0")
        default: nil
        }
    }

    private func words(_ letter: Unicode.Scalar) -> String? {
        switch letter {
        case "a": String(CalendarNames.weekdays[date.weekday].prefix(3))
        case "A": CalendarNames.weekdays[date.weekday]
        case "b", "h": String(CalendarNames.months[civil.month - 1].prefix(3))
        case "B": CalendarNames.months[civil.month - 1]
        case "p": second < 43_200 ? "AM" : "PM"
        case "P": second < 43_200 ? "am" : "pm"
        case "f": (time.microsecondOfDay % 1_000_000).padded(6)
        case "z": time.offsetText(colon: "")
        case "Z": time.zoneName
        case "%": "%"
        case "n": "\n"
        case "t": "\t"
        default: compound(letter).map { Self.text(of: time, format: $0) }
        }
    }

    private func compound(_ letter: Unicode.Scalar) -> String? {
        switch letter {
        case "c": "%a %b %e %H:%M:%S %Y"
        case "D", "x": "%m/%d/%y"
        case "F": "%Y-%m-%d"
        case "T", "X": "%H:%M:%S"
        case "R": "%H:%M"
        case "r": "%I:%M:%S %p"
        default: nil
        }
    }
}

extension Substring.UnicodeScalarView {
    /// The text from here to where `rest`, which is a tail of this, begins.
    fileprivate func unicodeScalarsBefore(_ rest: Substring.UnicodeScalarView) -> String {
        String(self[startIndex..<rest.startIndex])
    }
}
