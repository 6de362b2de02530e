/// Python's escapes in string literals: `\n`, `\x41`, `\u00e9`, `\101`; an unknown one stays as it is.
enum EscapedString {
    /// The text that a literal's inside stands for; nil if an escape is broken, or is by a character's name.
    static func decode(_ inside: ArraySlice<Unicode.Scalar>) -> String? {
        guard inside.contains("\\") else { return String(inside) }
        var result = String.UnicodeScalarView()
        var rest = inside
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else {
                result.append(scalar)
                continue
            }
            guard let letter = rest.popFirst() else { return nil }
            switch letter {
            case "\n": break
            case "x": guard append(&rest, digits: 2, to: &result) else { return nil }
            case "u": guard append(&rest, digits: 4, to: &result) else { return nil }
            case "U": guard append(&rest, digits: 8, to: &result) else { return nil }
            case "N": return nil
            case "0"..."7": appendOctal(letter, &rest, to: &result)
            default:
                if let plain = plain(letter) {
                    result.append(plain)
                } else {
                    result.append(contentsOf: ["\\", letter])
                }
            }
        }
        return String(result)
    }

    private static func plain(_ letter: Unicode.Scalar) -> Unicode.Scalar? {
        switch letter {
        case "\\", "'", "\"": letter
        case "a": "\u{7}"
        case "b": "\u{8}"
        case "f": "\u{C}"
        case "n": "\n"
        case "r": "\r"
        case "t": "\t"
        case "v": "\u{B}"
        default: nil
        }
    }

    private static func append(
        _ rest: inout ArraySlice<Unicode.Scalar>, digits count: Int, to result: inout String.UnicodeScalarView
    ) -> Bool {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(\.isHexDigit),
            let value = UInt32(String(digits), radix: 16), value <= 0x10FFFF
        else { return false }
        rest = rest.dropFirst(count)
        // Half a surrogate pair can't be in a Swift string.
        result.append(Unicode.Scalar(value) ?? "\u{FFFD}")
        return true
    }

    private static func appendOctal(
        _ first: Unicode.Scalar, _ rest: inout ArraySlice<Unicode.Scalar>, to result: inout String.UnicodeScalarView
    ) {
        var value = first.value - 0x30
        for _ in 0..<2 {
            guard let next = rest.first, ("0"..."7").contains(next) else { break }
            value = value * 8 + next.value - 0x30
            rest = rest.dropFirst()
        }
        result.append(Unicode.Scalar(value) ?? "\u{FFFD}")
    }
}
