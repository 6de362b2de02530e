import Glibc

/// How a value is laid out: `[[fill]align][sign][#][0][width][,][.precision][type]`, the language of `format` and of
/// `%`.
struct FormatSpec {
    static let mostWidth = 10_000

    var fill: Unicode.Scalar = " "
    var align: Unicode.Scalar?
    var sign: Unicode.Scalar = "-"
    var isAlternate = false
    var isZeroPadded = false
    var width = 0
    var grouping: Unicode.Scalar?
    var precision: Int?
    var type: Unicode.Scalar?

    init() {}

    /// Reads what stands after the colon in a replacement field. Throws `.value`.
    init(parsing text: String) throws(Fault) {
        var rest = text.unicodeScalars[...]
        let aligns = "<>=^".unicodeScalars
        if let second = rest.dropFirst().first, aligns.contains(second), let first = rest.popFirst() {
            fill = first
            align = rest.popFirst()
        } else if let first = rest.first, aligns.contains(first) {
            align = rest.popFirst()
        }
        if let next = rest.first, "+- ".unicodeScalars.contains(next) { sign = rest.removeFirst() }
        if rest.first == "z" { rest.removeFirst() }
        if rest.first == "#" {
            isAlternate = true
            rest.removeFirst()
        }
        if rest.first == "0" {
            isZeroPadded = true
            rest.removeFirst()
            if align == nil { (fill, align) = ("0", "=") }
        }
        width = try Self.number(&rest) ?? 0
        if rest.first == "," || rest.first == "_" { grouping = rest.popFirst() }
        if rest.first == "." {
            rest.removeFirst()
            guard let digits = try Self.number(&rest) else { throw Fault(.value, "a format has no precision") }
            precision = digits
        }
        type = rest.popFirst()
        guard rest.isEmpty else { throw Fault(.value, "a format isn't valid") }
    }

    static func number(_ rest: inout Substring.UnicodeScalarView) throws(Fault) -> Int? {
        var value: Int?
        while let digit = rest.first, digit.isASCIIDigit {
            value = (value ?? 0) * 10 + Int(digit.value - 0x30)
            rest.removeFirst()
            guard let value, value <= mostWidth else { throw .tooLarge }
        }
        return value
    }

    /// Lays out a text.
    func applied(to text: String) -> String {
        let cut = precision.map { String(text.unicodeScalars.prefix($0)) } ?? text
        return padded(cut, sign: "", standard: "<")
    }

    /// Lays out a number's digits behind its sign.
    func padded(_ digits: String, sign: String, standard: Unicode.Scalar) -> String {
        let missing = width - digits.unicodeScalars.count - sign.unicodeScalars.count
        guard missing > 0 else { return sign + digits }
        let padding = String(repeating: String(fill), count: missing)
        switch align ?? standard {
        case "<": return sign + digits + padding
        case "^":
            let before = missing / 2
            return String(padding.unicodeScalars.prefix(before)) + sign + digits
                + String(padding.unicodeScalars.dropFirst(before))
        case "=": return sign + padding + digits
        default: return padding + sign + digits
        }
    }

    private func signText(isNegative: Bool) -> String {
        isNegative ? "-" : sign == "-" ? "" : String(sign)
    }

    /// Lays out an integer; throws `.value` for a type that integers don't have.
    func applied(to number: BigInteger) throws(Fault) -> String {
        let base: Int
        var prefix = ""
        switch type {
        case nil, "d", "n", "i", "u": base = 10
        case "x", "X": (base, prefix) = (16, type == "X" ? "0X" : "0x")
        case "o": (base, prefix) = (8, "0o")
        case "b": (base, prefix) = (2, "0b")
        case "c":
            guard let code = number.int, let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else {
                throw Fault(.overflow, "a number is no character")
            }
            return padded(String(scalar), sign: "", standard: "<")
        case "e", "E", "f", "F", "g", "G", "%": return try applied(to: try Number.big(number).asFloat())
        default: throw Fault(.value, "a format isn't one of integers")
        }
        var digits = number.magnitudeText(base: base)
        if type == "X" { digits = digits.uppercased() }
        digits = grouped(digits, every: base == 10 ? 3 : 4)
        let sign = signText(isNegative: number.isNegative) + (isAlternate ? prefix : "")
        return padded(digits, sign: sign, standard: ">")
    }

    /// Lays out a float; throws `.value` for a type that floats don't have.
    func applied(to number: Double) throws(Fault) -> String {
        var digits: String
        let magnitude = number.magnitude
        switch type {
        case nil where precision == nil: digits = FloatText.python(magnitude)
        case nil: digits = withoutType(magnitude)
        case "f", "F": digits = CFormat.text(magnitude, "f", precision ?? 6, isAlternate: isAlternate)
        case "e", "E": digits = CFormat.text(magnitude, "e", precision ?? 6, isAlternate: isAlternate)
        case "g", "G", "n": digits = CFormat.text(magnitude, "g", precision ?? 6, isAlternate: isAlternate)
        case "%": digits = CFormat.text(magnitude * 100, "f", precision ?? 6, isAlternate: isAlternate) + "%"
        default: throw Fault(.value, "a format isn't one of floats")
        }
        if type == "E" || type == "G" || type == "F" { digits = digits.uppercased() }
        return padded(
            grouped(digits, every: 3), sign: signText(isNegative: number.sign == .minus && !number.isNaN), standard: ">"
        )
    }

    /// As `g`, but with a digit after the point, and an exponent as `repr` has it.
    private func withoutType(_ magnitude: Double) -> String {
        let text = CFormat.text(magnitude, "g", max(precision ?? 6, 1), isAlternate: false)
        return magnitude.isFinite && text.utf8.allSatisfy(\.isDigit) ? text + ".0" : text
    }

    private func grouped(_ digits: String, every count: Int) -> String {
        guard let grouping else { return digits }
        let whole = digits.prefix { $0.isHexDigit }
        guard whole.count > count, digits.first?.isHexDigit == true else { return digits }
        var result = ""
        for (place, digit) in whole.enumerated() {
            if place > 0, (whole.count - place) % count == 0 { result.unicodeScalars.append(grouping) }
            result.append(digit)
        }
        return result + digits.dropFirst(whole.count)
    }
}

extension BigInteger {
    /// Digits without a sign.
    func magnitudeText(base: Int) -> String {
        if let int { return String(int.magnitude, radix: base) }
        if base == 10 { return isNegative ? String(text.dropFirst()) : text }
        let bits = base == 16 ? 4 : base == 8 ? 3 : 1
        var result: [UInt8] = []
        var place = 0
        while place < bitWidth {
            var digit = 0
            for bit in 0..<bits where place + bit < bitWidth {
                digit |= Int(digits[(place + bit) / 32] >> UInt32((place + bit) % 32) & 1) << bit
            }
            result.append(UInt8(digit < 10 ? 0x30 + digit : 0x57 + digit))
            place += bits
        }
        return String(decoding: result.reversed(), as: UTF8.self)
    }
}

/// The C library's layouts of floats, which round the exact binary value.
enum CFormat {
    static func text(_ number: Double, _ conversion: Character, _ precision: Int, isAlternate: Bool = false) -> String {
        guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf" }
        let format = "%\(isAlternate ? "#" : "").*\(conversion)"
        let precision = min(precision, FormatSpec.mostWidth)
        return String(unsafeUninitializedCapacity: precision + 400) { buffer in
            withVaList([Int32(precision), number]) { arguments in
                guard let base = buffer.baseAddress else { return 0 }
                let count = base.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
                    vsnprintf($0, buffer.count, format, arguments)
                }
                return min(max(Int(count), 0), buffer.count - 1)
            }
        }
    }
}
