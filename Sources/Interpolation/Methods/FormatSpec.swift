import Glibc

/// How a value is laid out: `[[fill]align][sign][#][0][width][,][.precision][type]`, the language of `format` and of
/// `%`.
struct FormatSpec {
    static let mostWidth = 10_000

    var fill: Unicode.Scalar = " "
    var align: Unicode.Scalar?
    /// `+`, `-` or a space; nil is as `-`.
    var sign: Unicode.Scalar?
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
        var hasFill = false
        let aligns = "<>=^".unicodeScalars
        if let second = rest.dropFirst().first, aligns.contains(second), let first = rest.popFirst() {
            fill = first
            hasFill = true
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
            if !hasFill { fill = "0" }
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

    /// Lays out a text as `format` does; throws `.value` for what only numbers have.
    func formatted(_ text: String) throws(Fault) -> String {
        guard type == nil || type == "s", grouping == nil, sign == nil, !isAlternate, align != "=" else {
            throw Fault(.value, "a format isn't one of strings")
        }
        return applied(to: text)
    }

    /// Lays out an integer as `format` does, which is stricter than `%`.
    func formatted(_ number: BigInteger) throws(Fault) -> String {
        var spec = self
        switch type {
        case "e", "E", "f", "F", "g", "G", "%": break
        default:
            guard precision == nil, type != "c" || sign == nil else {
                throw Fault(.value, "a format isn't one of integers")
            }
        }
        try checkGrouping()
        if isZeroPadded, align == nil { spec.align = "=" }
        return try spec.applied(to: number)
    }

    /// Lays out a float as `format` does.
    func formatted(_ number: Double) throws(Fault) -> String {
        try checkGrouping()
        var spec = self
        if isZeroPadded, align == nil { spec.align = "=" }
        return try spec.applied(to: number)
    }

    private func checkGrouping() throws(Fault) {
        guard let grouping else { return }
        let takesNone: [Unicode.Scalar] = grouping == "," ? ["n", "c", "b", "o", "x", "X"] : ["n", "c"]
        guard !takesNone.contains(where: { $0 == type }) else { throw Fault(.value, "a format can't group digits") }
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

    func signText(isNegative: Bool) -> String {
        if isNegative { return "-" }
        guard let sign, sign != "-" else { return "" }
        return String(sign)
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
        let sign = signText(isNegative: number.isNegative) + (isAlternate ? prefix : "")
        digits = grouped(digits, every: base == 10 ? 3 : 4, room: width - sign.utf8.count)
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
        let sign = signText(isNegative: number.sign == .minus && !number.isNaN)
        return padded(grouped(digits, every: 3, room: width - sign.utf8.count), sign: sign, standard: ">")
    }

    /// As `g`, but with a digit after the point, for which there must be room in the precision.
    private func withoutType(_ magnitude: Double) -> String {
        let digits = max(precision ?? 6, 1)
        let scientific = CFormat.text(magnitude, "e", digits - 1, isAlternate: isAlternate)
        guard magnitude.isFinite, let mark = scientific.firstIndex(of: "e"),
            let exponent = Int(scientific[scientific.index(after: mark)...])
        else { return scientific }
        guard exponent < -4 || exponent >= digits - 1 else {
            let text = CFormat.text(magnitude, "g", digits, isAlternate: isAlternate)
            return text.utf8.allSatisfy(\.isDigit) ? text + ".0" : text
        }
        var mantissa = String(scientific[..<mark])
        if !isAlternate, mantissa.contains(".") {
            while mantissa.hasSuffix("0") { mantissa.removeLast() }
            if mantissa.hasSuffix(".") { mantissa.removeLast() }
        }
        return mantissa + scientific[mark...]
    }

    /// With a mark between groups of digits, of which padding with zeros is a part.
    private func grouped(_ digits: String, every count: Int, room: Int) -> String {
        guard let grouping else { return digits }
        let isInteger = type.map { "xXbo".unicodeScalars.contains($0) } ?? false
        var whole = Array(digits.unicodeScalars.prefix { isInteger ? $0.isHexDigit : $0.isASCIIDigit })
        guard !whole.isEmpty else { return digits }
        let rest = digits.unicodeScalars.dropFirst(whole.count)
        func length() -> Int { whole.count + (whole.count - 1) / count + rest.count }
        if fill == "0", align == "=" { while length() < room { whole.insert("0", at: 0) } }
        var result = String.UnicodeScalarView()
        for (place, digit) in whole.enumerated() {
            if place > 0, (whole.count - place) % count == 0 { result.append(grouping) }
            result.append(digit)
        }
        return String(result) + String(Substring(rest))
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
