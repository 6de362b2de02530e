/// Python's `int()`.
enum PythonInt {
    /// The integer that a value is or says in a base; throws `.type`, `.value` and `.overflow` as Python does.
    static func value(of value: Value, base: Int = 10) throws(Fault) -> Value {
        switch value {
        case .int, .bigInt: return value
        case .bool(let flag): return .int(flag ? 1 : 0)
        case .float(let number):
            guard !number.isNaN else { throw Fault(.value, "NaN has no integer") }
            guard number.isFinite else { throw Fault(.overflow, "infinity has no integer") }
            return BigInteger(truncating: number).value
        case .string(let text): return try read(text, base: base)
        default:
            if let undefined = value.undefined { throw undefined.fault }
            throw Fault(.type, "a \(value.typeName) has no integer")
        }
    }

    private static func read(_ text: String, base: Int) throws(Fault) -> Value {
        let fault = Fault(.value, "a text isn't an integer")
        guard base == 0 || (2...36).contains(base) else { throw Fault(.value, "a base is 0 or from 2 to 36") }
        var rest = Substring(text.strippedOfSpace).utf8
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest.removeFirst()
        }
        let (radix, hasPrefix) = prefix(of: rest, base: base)
        if hasPrefix { rest = rest.dropFirst(2) }
        guard let digits = digits(of: rest, mayBeginWithUnderscore: hasPrefix) else { throw fault }
        if base == 0, !hasPrefix, digits.first == 0x30, digits.contains(where: { $0 != 0x30 }) { throw fault }
        if radix <= 16 {
            guard digits.count <= BigInteger.mostDigits else { throw Fault(.value, "an integer has too many digits") }
            guard let big = BigInteger(digits: digits, base: UInt32(radix), isNegative: isNegative) else { throw fault }
            return big.value
        }
        guard let number = Int((isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self), radix: radix) else {
            throw fault
        }
        return .int(number)
    }

    private static func prefix(of rest: Substring.UTF8View, base: Int) -> (radix: Int, hasPrefix: Bool) {
        let first = rest.prefix(2)
        guard first.count == 2, first.first == UInt8(ascii: "0") else { return (base == 0 ? 10 : base, false) }
        let radix: Int
        switch first[first.index(after: first.startIndex)] | 0x20 {
        case UInt8(ascii: "x"): radix = 16
        case UInt8(ascii: "o"): radix = 8
        case UInt8(ascii: "b"): radix = 2
        default: radix = 0
        }
        return radix != 0 && (base == 0 || base == radix) ? (radix, true) : (base == 0 ? 10 : base, false)
    }

    /// Digits and letters without the underscores, of which one may stand between two of them.
    static func digits(of text: Substring.UTF8View, mayBeginWithUnderscore: Bool = false) -> [UInt8]? {
        var digits: [UInt8] = []
        var wasDigit = mayBeginWithUnderscore
        for byte in text {
            if byte == UInt8(ascii: "_") {
                guard wasDigit else { return nil }
                wasDigit = false
                continue
            }
            let letter = byte | 0x20
            guard byte.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) else { return nil }
            digits.append(byte)
            wasDigit = true
        }
        return digits.isEmpty || !wasDigit ? nil : digits
    }
}

/// Python's `float()`.
enum PythonFloat {
    /// The float that a value is or says; throws `.type`, `.value` and `.overflow` as Python does.
    static func value(of value: Value) throws(Fault) -> Double {
        if let number = Number(value) { return try number.asFloat() }
        if let undefined = value.undefined { throw undefined.fault }
        guard case .string(let text) = value else { throw Fault(.type, "a \(value.typeName) has no float") }
        guard let number = read(text.strippedOfSpace) else { throw Fault(.value, "a text isn't a number") }
        return number
    }

    private static func read(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        var place = 0
        if place < bytes.count, bytes[place] == UInt8(ascii: "-") || bytes[place] == UInt8(ascii: "+") { place += 1 }
        switch String(decoding: bytes[place...], as: UTF8.self).lowercased() {
        case "inf", "infinity": return bytes.first == UInt8(ascii: "-") ? -.infinity : .infinity
        case "nan": return .nan
        default: break
        }
        // Only digits, points and exponents may follow: `Double` would take hexadecimal text too.
        var plain = bytes[..<place]
        for index in place..<max(bytes.count, place) {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "_"):
                guard index > 0, index + 1 < bytes.count, bytes[index - 1].isDigit, bytes[index + 1].isDigit else {
                    return nil
                }
            case 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "-"),
                UInt8(ascii: "+"):
                plain.append(byte)
            default: return nil
            }
        }
        let literal = String(decoding: plain, as: UTF8.self)
        guard let number = Double(literal) else { return nil }
        return number
    }
}

extension String {
    /// Without white space at either end.
    var strippedOfSpace: String { stripped(where: \.isPythonSpace) }

    func stripped(
        atStart: Bool = true, atEnd: Bool = true, where isStripped: (Unicode.Scalar) -> Bool
    ) -> String {
        var scalars = unicodeScalars[...]
        if atStart { while let first = scalars.first, isStripped(first) { scalars.removeFirst() } }
        if atEnd { while let last = scalars.last, isStripped(last) { scalars.removeLast() } }
        return scalars.count == unicodeScalars.count ? self : String(Substring(scalars))
    }
}
