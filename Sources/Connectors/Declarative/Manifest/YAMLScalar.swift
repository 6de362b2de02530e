import Interpolation

/// What a plain scalar stands for by the rules of YAML 1.1 (yaml.org/type) as Python's `safe_load` has them: `on` and `no` are
/// booleans, `1_000` and `0x1F` integers, `1.5` a float but `1e3` a text, an unquoted date a date.
enum YAMLScalar {
    static func value(of text: String) -> Value {
        let bytes = Array(text.utf8)
        guard let first = bytes.first else { return .none }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return number(bytes) ?? time(text) ?? .string(text)
        default: return words[text] ?? .string(text)
        }
    }

    private static let words: [String: Value] = {
        var words: [String: Value] = ["~": .none, "null": .none, "Null": .none, "NULL": .none]
        for word in ["yes", "true", "on"] { for form in forms(of: word) { words[form] = .bool(true) } }
        for word in ["no", "false", "off"] { for form in forms(of: word) { words[form] = .bool(false) } }
        return words
    }()

    private static func forms(of word: String) -> [String] {
        [word, word.uppercased(), word.prefix(1).uppercased() + word.dropFirst()]
    }

    private static func number(_ bytes: [UInt8]) -> Value? {
        let isNegative = bytes.first == UInt8(ascii: "-")
        let isSigned = isNegative || bytes.first == UInt8(ascii: "+")
        let digits = bytes[(isSigned ? 1 : 0)...]
        guard let first = digits.first else { return nil }
        if let magnitude = integer(digits) {
            let text = (isNegative ? "-" : "") + magnitude
            // Numbers beyond 64 bits are read by the one reader that keeps them.
            return Int(text).map { .int($0) } ?? (try? Value(json: text))
        }
        let text = String(decoding: digits, as: UTF8.self)
        if [".inf", ".Inf", ".INF"].contains(text) { return .float(isNegative ? -.infinity : .infinity) }
        if !isSigned, [".nan", ".NaN", ".NAN"].contains(text) { return .float(.nan) }
        guard first != UInt8(ascii: ".") || !isSigned, let number = float(digits) else { return nil }
        return .float(isNegative ? -number : number)
    }

    /// The decimal digits of an integer in any base; nil if it isn't one.
    private static func integer(_ digits: ArraySlice<UInt8>) -> String? {
        let plain = digits.filter { $0 != UInt8(ascii: "_") }
        let text = String(decoding: plain, as: UTF8.self)
        guard digits.first.map(isDigit) == true else { return nil }
        if plain.allSatisfy(isDigit) {
            if plain.count > 1, plain.first == UInt8(ascii: "0") { return Int(text, radix: 8).map(String.init) }
            return text
        }
        if text.hasPrefix("0x") { return Int(text.dropFirst(2), radix: 16).map(String.init) }
        if text.hasPrefix("0b") { return Int(text.dropFirst(2), radix: 2).map(String.init) }
        return sexagesimal(text)
    }

    /// `190:20:30` in base 60.
    private static func sexagesimal(_ text: String) -> String? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 1, parts[0].utf8.first != UInt8(ascii: "0") else { return nil }
        var sum = 0
        for (place, part) in parts.enumerated() {
            guard let number = Int(part), part.utf8.allSatisfy(isDigit),
                place == 0 || number < 60 && part.utf8.count <= 2,
                sum < 1 << 48
            else { return nil }
            sum = sum * 60 + number
        }
        return String(sum)
    }

    /// A float has a point; its exponent a sign.
    private static func float(_ digits: ArraySlice<UInt8>) -> Double? {
        guard digits.contains(UInt8(ascii: ".")) else { return nil }
        let plain = digits.filter { $0 != UInt8(ascii: "_") }
        if let exponent = plain.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            guard exponent + 1 < plain.count,
                plain[exponent + 1] == UInt8(ascii: "+") || plain[exponent + 1] == UInt8(ascii: "-")
            else { return nil }
        }
        guard plain.allSatisfy({ isDigit($0) || ".eE+-".utf8.contains($0) }), plain.contains(where: isDigit) else {
            return nil
        }
        var text = String(decoding: plain, as: UTF8.self)
        if text.hasSuffix(".") { text += "0" }
        return Double(text.replacing(".e", with: ".0e").replacing(".E", with: ".0E"))
    }

    /// `2025-06-15`, or with a time after it.
    private static func time(_ text: String) -> Value? {
        guard text.utf8.count >= 8, text.utf8.count <= 40 else { return nil }
        let (day, rest) = (
            text.prefix { $0 != "T" && $0 != "t" && $0 != " " }, text.drop { $0 != "T" && $0 != "t" && $0 != " " }
        )
        let parts = day.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts.allSatisfy({ $0.utf8.allSatisfy(isDigit) }),
            (1...2).contains(parts[1].utf8.count), (1...2).contains(parts[2].utf8.count),
            let year = Int(parts[0]), let month = Int(parts[1]), let dayOfMonth = Int(parts[2]),
            let date = CalendarDate(year: year, month: month, day: dayOfMonth)
        else { return nil }
        if rest.isEmpty { return parts.allSatisfy({ $0.utf8.count >= 2 }) ? .date(date) : nil }
        return clockTime(rest.drop { $0 == " " || $0 == "T" || $0 == "t" }, on: date)
    }

    /// `12:34:56.5 +02:00` after a day; without a zone as it stands.
    private static func clockTime(_ text: Substring, on date: CalendarDate) -> Value? {
        let clock = text.prefix { $0.isNumber || $0 == ":" || $0 == "." }
        let zoneText = text.dropFirst(clock.count).drop { $0 == " " }
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60 else {
            return nil
        }
        let seconds = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        guard seconds.count <= 2, let second = Int(seconds[0]), second < 60 else { return nil }
        let fraction = seconds.count == 2 ? Int((seconds[1] + "000000").prefix(6)) ?? 0 : 0
        guard let zone = zone(zoneText) else { return nil }
        let microseconds = ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
        return DateTime(date: date, microsecondOfDay: microseconds, zone: zone).map { .dateTime($0) }
    }

    private static func zone(_ text: Substring) -> DateTime.Zone? {
        if text.isEmpty { return DateTime.Zone.none }
        if text == "Z" { return .utc }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let hours = Int(parts[0]), hours < 24 else { return nil }
        let minutes = parts.count == 2 ? Int(parts[1]) ?? 60 : 0
        guard minutes < 60 else { return nil }
        let seconds = Int32(hours * 3600 + minutes * 60)
        return .fixed(sign == "-" ? -seconds : seconds)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
