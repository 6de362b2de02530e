import Domain
import JSON

/// Builds a value from JSON text in one pass, checking it on the way: records of sources are read by this.
struct JSONValueReader {
    private static let mostDepth = JSONLimits.deepest

    private let text: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var depth = 0

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    /// Reads one value with nothing but white space around it.
    mutating func readAll() throws(AppError) -> Value {
        let value = try read()
        guard peek() == nil else { throw fault("something follows the value") }
        return value
    }

    private func fault(_ sentence: String) -> AppError {
        AppError(.valueJSONInvalid, "The text isn't JSON: at byte \(index) \(sentence).")
    }

    /// The next byte that isn't white space; nil at the end.
    @inline(__always)
    private mutating func peek() -> UInt8? {
        while index < text.count {
            let byte = text[index]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            index &+= 1
        }
        return nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        index &+= 1
        return true
    }

    private mutating func read() throws(AppError) -> Value {
        guard let first = peek() else { throw fault("a value is missing") }
        switch first {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .mapping(try inside { (self) throws(AppError) in try self.object() })
        case UInt8(ascii: "["): return .list(try inside { (self) throws(AppError) in try self.array() })
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .none)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw fault("a value is missing")
        }
    }

    private mutating func inside<Result>(
        _ body: (inout Self) throws(AppError) -> Result
    ) throws(AppError) -> Result {
        depth += 1
        guard depth <= Self.mostDepth else { throw fault("values nest deeper than \(Self.mostDepth)") }
        index += 1
        let result = try body(&self)
        depth -= 1
        return result
    }

    private mutating func array() throws(AppError) -> [Value] {
        var elements: [Value] = []
        if take(UInt8(ascii: "]")) { return elements }
        repeat { elements.append(try read()) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw fault("a comma or the end of the array is missing") }
        return elements
    }

    private mutating func object() throws(AppError) -> Mapping {
        var mapping = Mapping()
        if take(UInt8(ascii: "}")) { return mapping }
        mapping.reserveCapacity(16)
        repeat {
            guard peek() == UInt8(ascii: "\"") else { throw fault("a name in quotes is missing") }
            let name = try string()
            guard take(UInt8(ascii: ":")) else { throw fault("the colon after a name is missing") }
            mapping[name] = try read()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw fault("a comma or the end of the object is missing") }
        return mapping
    }

    private mutating func word(_ word: StaticString, _ value: Value) throws(AppError) -> Value {
        let count = word.utf8CodeUnitCount
        guard index + count <= text.count, (0..<count).allSatisfy({ text[index + $0] == word.utf8Start[$0] }) else {
            throw fault("a word isn't true, false or null")
        }
        index += count
        return value
    }
}

// MARK: Strings

extension JSONValueReader {
    private mutating func string() throws(AppError) -> String {
        index += 1
        let start = index
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "\"") {
                defer { index += 1 }
                return try checked(UnsafeBufferPointer(rebasing: text[start..<index]))
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw fault("a control character stands in a string") }
            index &+= 1
        }
        throw fault("a string doesn't end")
    }

    private func checked(_ bytes: UnsafeBufferPointer<UInt8>) throws(AppError) -> String {
        guard let string = String(validating: bytes, as: UTF8.self) else { throw fault("a string isn't UTF-8") }
        return string
    }

    /// Reads on from the first backslash.
    private mutating func escapedString(from start: Int) throws(AppError) -> String {
        var bytes = Array(text[start..<index])
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                return try bytes.withUnsafeBufferPointer { (view) throws(AppError) in try checked(view) }
            }
            guard byte >= 0x20 else { throw fault("a control character stands in a string") }
            if byte == UInt8(ascii: "\\") { try appendEscape(to: &bytes) } else { bytes.append(byte) }
        }
        throw fault("a string doesn't end")
    }

    private mutating func appendEscape(to bytes: inout [UInt8]) throws(AppError) {
        guard index < text.count else { throw fault("a string doesn't end") }
        let letter = text[index]
        index += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(letter)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"): bytes += UTF8.encode(try escapedScalar()).map(Array.init) ?? []
        default: throw fault("an escape is unknown")
        }
    }

    private mutating func escapedScalar() throws(AppError) -> Unicode.Scalar {
        let first = try codeUnit()
        guard first & 0xFC00 == 0xD800, index + 1 < text.count, text[index] == UInt8(ascii: "\\"),
            text[index + 1] == UInt8(ascii: "u")
        else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        let place = index
        index += 2
        let second = try codeUnit()
        guard second & 0xFC00 == 0xDC00 else {
            index = place
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF) ?? "\u{FFFD}"
    }

    private mutating func codeUnit() throws(AppError) -> UInt32 {
        guard index + 4 <= text.count else { throw fault("an escape is cut short") }
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = text[index].hexDigit else { throw fault("an escape has no four hexadecimal digits") }
            unit = unit << 4 | digit
            index += 1
        }
        return unit
    }
}

// MARK: Numbers

extension JSONValueReader {
    private mutating func number() throws(AppError) -> Value {
        let start = index
        let isNegative = text[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let firstDigit = index
        var magnitude = 0
        while index < text.count, text[index].isDigit {
            magnitude = magnitude &* 10 &+ Int(text[index] &- 0x30)
            index &+= 1
        }
        let count = index - firstDigit
        guard count > 0 else { throw fault("a number has no digits") }
        guard count == 1 || text[firstDigit] != UInt8(ascii: "0") else { throw fault("a number has a leading zero") }
        if try skipFraction() {
            let literal = String(decoding: UnsafeBufferPointer(rebasing: text[start..<index]), as: UTF8.self)
            return .float(Double(literal) ?? .infinity)
        }
        if count <= 18 { return .int(isNegative ? -magnitude : magnitude) }
        guard let big = BigInteger(digits: text[firstDigit..<index], isNegative: isNegative) else {
            throw fault("an integer has more than \(BigInteger.mostDigits) digits")
        }
        return big.value
    }

    /// Steps over a fraction and an exponent; false where there is neither.
    private mutating func skipFraction() throws(AppError) -> Bool {
        var isFloat = false
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            try skipDigits()
            isFloat = true
        }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index += 1 }
            try skipDigits()
            isFloat = true
        }
        return isFloat
    }

    private mutating func skipDigits() throws(AppError) {
        let start = index
        while index < text.count, text[index].isDigit { index += 1 }
        guard index > start else { throw fault("a number is incomplete") }
    }
}
