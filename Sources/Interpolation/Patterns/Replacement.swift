/// What takes the place of a match: text with `\1`, `\g<name>` and Python's escapes.
struct Replacement {
    private enum Part {
        case text(String)
        case group(Int)
    }

    private var parts: [Part] = []

    /// Reads a replacement for a pattern; throws `.other`.
    init(_ text: String, for pattern: Pattern) throws(Fault) {
        var rest = text.unicodeScalars[...]
        var plain = ""
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else {
                plain.unicodeScalars.append(scalar)
                continue
            }
            guard let letter = rest.popFirst() else { throw Self.fault }
            if let group = try Self.group(letter, &rest, pattern) {
                guard group <= pattern.groupCount else { throw Self.fault }
                parts += [.text(plain), .group(group)]
                plain = ""
            } else {
                for scalar in try Self.escaped(letter, &rest) { plain.unicodeScalars.append(scalar) }
            }
        }
        parts.append(.text(plain))
    }

    private static let fault = Fault(.other, "a replacement has a bad escape or names an unknown group")

    private static func group(
        _ letter: Unicode.Scalar, _ rest: inout Substring.UnicodeScalarView, _ pattern: Pattern
    ) throws(Fault) -> Int? {
        if letter == "g" {
            guard rest.popFirst() == "<", let end = rest.firstIndex(of: ">") else { throw fault }
            let name = String(rest[..<end])
            rest = rest[rest.index(after: end)...]
            guard let number = Int(name) ?? pattern.groupNames[name], number >= 0 else { throw fault }
            return number
        }
        guard ("1"..."9").contains(letter) else { return nil }
        var digits = String(letter)
        if let next = rest.first, next.isASCIIDigit { digits.unicodeScalars.append(rest.removeFirst()) }
        return Int(digits)
    }

    private static func escaped(
        _ letter: Unicode.Scalar, _ rest: inout Substring.UnicodeScalarView
    ) throws(Fault) -> [Unicode.Scalar] {
        switch letter {
        case "n": return ["\n"]
        case "t": return ["\t"]
        case "r": return ["\r"]
        case "f": return ["\u{C}"]
        case "v": return ["\u{B}"]
        case "a": return ["\u{7}"]
        case "b": return ["\u{8}"]
        case "\\": return ["\\"]
        case "0":
            var value: UInt32 = 0
            while let digit = rest.first, ("0"..."7").contains(digit), value < 32 {
                value = value * 8 + digit.value - 0x30
                rest.removeFirst()
            }
            return [Unicode.Scalar(value) ?? "\u{FFFD}"]
        case "a"..."z", "A"..."Z": throw fault
        default: return ["\\", letter]
        }
    }

    /// Replaces every match of a pattern.
    func replacingAll(in text: String, _ pattern: Pattern, _ budget: inout Budget) throws(Fault) -> String {
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        var place = 0
        var wasEmpty = false
        // After an empty match only one that takes something may begin at the same place.
        while let match = try pattern.firstMatch(in: scalars, from: place, mustAdvance: wasEmpty, &budget),
            let whole = match[0]
        {
            try budget.step()
            result.append(contentsOf: scalars[place..<whole.lowerBound])
            try append(match, scalars, to: &result, &budget)
            place = whole.upperBound
            wasEmpty = whole.isEmpty
        }
        result.append(contentsOf: scalars[place...])
        return String(result)
    }

    private func append(
        _ match: Pattern.Match, _ text: [Unicode.Scalar], to result: inout String.UnicodeScalarView,
        _ budget: inout Budget
    ) throws(Fault) {
        for part in parts {
            switch part {
            case .text(let plain):
                try budget.take(bytes: plain.utf8.count)
                result.append(contentsOf: plain.unicodeScalars)
            case .group(let number):
                guard let range = match[number] else { continue }
                try budget.take(bytes: 4 * range.count)
                result.append(contentsOf: text[range])
            }
        }
    }
}
