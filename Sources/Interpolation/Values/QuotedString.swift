/// Strings and bytes as Python's `repr` writes them.
enum QuotedString {
    /// In single quotes, or in double ones where only single ones are within.
    static func repr(_ text: String) -> String {
        let bytes = text.utf8
        let quote: Unicode.Scalar = bytes.contains(0x27) && !bytes.contains(0x22) ? "\"" : "'"
        if text.utf8Span.isKnownASCII, !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0x5C || $0 == 0x27 }) {
            return "'\(text)'"
        }
        var result = String(quote)
        for scalar in text.unicodeScalars { append(scalar, quote: quote, to: &result) }
        result.unicodeScalars.append(quote)
        return result
    }

    /// `b'…'`, bytes beyond printable ASCII escaped.
    static func repr(bytes: [UInt8]) -> String {
        let quote: Unicode.Scalar = bytes.contains(0x27) && !bytes.contains(0x22) ? "\"" : "'"
        var result = "b" + String(quote)
        for byte in bytes {
            if byte < 0x80 {
                append(Unicode.Scalar(byte), quote: quote, to: &result)
            } else {
                appendHex(UInt32(byte), letter: "x", digits: 2, to: &result)
            }
        }
        result.unicodeScalars.append(quote)
        return result
    }

    /// With everything beyond ASCII escaped, as Python's `ascii` has it.
    static func ascii(_ text: String) -> String {
        guard !text.utf8Span.isKnownASCII else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<0x80: result.unicodeScalars.append(scalar)
            case 0..<0x100: appendHex(scalar.value, letter: "x", digits: 2, to: &result)
            case 0..<0x10000: appendHex(scalar.value, letter: "u", digits: 4, to: &result)
            default: appendHex(scalar.value, letter: "U", digits: 8, to: &result)
            }
        }
        return result
    }

    private static func append(
        _ scalar: Unicode.Scalar, quote: Unicode.Scalar, to result: inout String
    ) {
        switch scalar {
        case quote, "\\": result += "\\" + String(scalar)
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        default:
            if scalar.isPythonPrintable {
                result.unicodeScalars.append(scalar)
            } else if scalar.value <= 0xFF {
                appendHex(scalar.value, letter: "x", digits: 2, to: &result)
            } else if scalar.value <= 0xFFFF {
                appendHex(scalar.value, letter: "u", digits: 4, to: &result)
            } else {
                appendHex(scalar.value, letter: "U", digits: 8, to: &result)
            }
        }
    }

    private static func appendHex(
        _ value: UInt32, letter: Unicode.Scalar, digits: Int, to result: inout String
    ) {
        let hex = String(value, radix: 16)
        result += "\\" + String(letter) + String(repeating: "0", count: digits - hex.utf8.count) + hex
    }
}

extension Unicode.Scalar {
    /// What Python's `str.isprintable` says: no control, no separator but the space, nothing unassigned.
    var isPythonPrintable: Bool {
        if value < 0x80 { return (0x20..<0x7F).contains(value) }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return false
        default: return true
        }
    }
}
