/// Reads a text as one of Python's literals, as `ast.literal_eval` does: numbers, strings, `True`, `False`, `None`, and
/// lists, tuples and dictionaries of them. Everything else, complex numbers, sets and bytes too, isn't one.
struct LiteralReader {
    /// Deeper brackets than Python itself reads.
    private static let mostDepth = 90

    private let text: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var depth = 0
    private var budget: Budget

    /// The literal that a text is; nil if it isn't one. Throws `.bound` for one that is too large.
    static func value(of text: String, _ budget: inout Budget) throws(Fault) -> Value? {
        guard mayBeLiteral(text) else { return nil }
        let span = text.utf8Span.span
        return try span.withUnsafeBufferPointer { (bytes) throws(Fault) -> Value? in
            var reader = LiteralReader(text: bytes, budget: budget)
            let value = try reader.readAll()
            budget = reader.budget
            return value
        }
    }

    private init(text: UnsafeBufferPointer<UInt8>, budget: Budget) {
        self.text = text
        self.budget = budget
    }

    /// A glance at the first byte that matters, which settles most texts.
    @inline(__always)
    private static func mayBeLiteral(_ text: String) -> Bool {
        for byte in text.utf8 {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D, 0x0C: continue
            case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "["),
                UInt8(ascii: "("), UInt8(ascii: "{"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "T"),
                UInt8(ascii: "F"), UInt8(ascii: "N"), UInt8(ascii: "r"), UInt8(ascii: "R"), UInt8(ascii: "u"),
                UInt8(ascii: "U"), UInt8(ascii: "#"), UInt8(ascii: "\\"):
                return true
            default: return false
            }
        }
        return false
    }

    private mutating func readAll() throws(Fault) -> Value? {
        guard !text.contains(0) else { return nil }
        while let byte = at(index), byte == 0x20 || byte == 0x09 { index += 1 }
        guard skipBlankLines(), let first = try element() else { return nil }
        skipSpace()
        guard at(index) == UInt8(ascii: ",") else { return isAtEnd() ? first : nil }
        // Several with commas between them are a tuple.
        var elements = [first]
        while take(UInt8(ascii: ",")) {
            skipSpace()
            if isAtEnd() { break }
            guard let next = try element() else { return nil }
            elements.append(next)
            skipSpace()
        }
        return isAtEnd() ? .tuple(elements) : nil
    }

    // MARK: Space

    private func at(_ place: Int) -> UInt8? { place < text.count ? text[place] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at(index) == byte else { return false }
        index += 1
        return true
    }

    /// Steps over blank lines and comments from a line's beginning. False where something is indented, if only the end.
    private mutating func skipBlankLines() -> Bool {
        while true {
            var column = 0
            while let byte = at(index), byte == 0x20 || byte == 0x09 || byte == 0x0C {
                column = byte == 0x0C ? 0 : column + 1
                index += 1
            }
            if at(index) == UInt8(ascii: "#") {
                skipComment()
                column = 0
            }
            guard let byte = at(index), byte == 0x0A || byte == 0x0D else { return column == 0 }
            index += 1
        }
    }

    private mutating func skipComment() {
        while let byte = at(index), byte != 0x0A, byte != 0x0D { index += 1 }
    }

    /// Within brackets line ends and comments count as space; a backslash joins two lines anywhere.
    private mutating func skipSpace() {
        while let byte = at(index) {
            switch byte {
            case 0x20, 0x09, 0x0C: index += 1
            case 0x0A, 0x0D:
                guard depth > 0 else { return }
                index += 1
            case UInt8(ascii: "#"): skipComment()
            case UInt8(ascii: "\\"):
                guard at(index + 1) == 0x0A, index + 2 < text.count else { return }
                index += 2
            default: return
            }
        }
    }

    /// Whether nothing but space, blank lines and comments is left; steps over them if so.
    private mutating func isAtEnd() -> Bool {
        skipSpace()
        guard let byte = at(index) else { return true }
        guard byte == 0x0A || byte == 0x0D else { return false }
        let before = index
        index += 1
        if skipBlankLines(), index == text.count { return true }
        index = before
        return false
    }

    // MARK: Elements

    private mutating func element() throws(Fault) -> Value? {
        try budget.step()
        skipSpace()
        guard let first = at(index) else { return nil }
        switch first {
        case UInt8(ascii: "["): return try list()
        case UInt8(ascii: "("): return try parenthesized()
        case UInt8(ascii: "{"): return try mapping()
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "r"), UInt8(ascii: "R"), UInt8(ascii: "u"),
            UInt8(ascii: "U"):
            return try strings()
        case UInt8(ascii: "T"): return word("True", true)
        case UInt8(ascii: "F"): return word("False", false)
        case UInt8(ascii: "N"): return word("None", .none)
        case UInt8(ascii: "-"), UInt8(ascii: "+"):
            index += 1
            return try signed(isNegative: first == UInt8(ascii: "-"))
        default: return try number()
        }
    }

    /// A sign stands before a number, which may be in parentheses.
    private mutating func signed(isNegative: Bool) throws(Fault) -> Value? {
        skipSpace()
        var open = 0
        while at(index) == UInt8(ascii: "(") {
            index += 1
            open += 1
            depth += 1
            guard open <= Self.mostDepth else { return nil }
            skipSpace()
        }
        guard let number = try number() else { return nil }
        while open > 0 {
            skipSpace()
            guard take(UInt8(ascii: ")")) else { return nil }
            open -= 1
            depth -= 1
        }
        return isNegative ? try number.negated() : number
    }

    private mutating func word(_ word: StaticString, _ value: Value) -> Value? {
        let count = word.utf8CodeUnitCount
        guard index + count <= text.count, (0..<count).allSatisfy({ text[index + $0] == word.utf8Start[$0] }) else {
            return nil
        }
        if let next = at(index + count), next.isNameByte { return nil }
        index += count
        return value
    }

    private mutating func enter() -> Bool {
        index += 1
        depth += 1
        return depth <= Self.mostDepth
    }

    private mutating func leave(_ close: UInt8) -> Bool {
        skipSpace()
        guard take(close) else { return false }
        depth -= 1
        return true
    }

    private mutating func list() throws(Fault) -> Value? {
        guard enter(), let (elements, _) = try elements(before: UInt8(ascii: "]")) else { return nil }
        return .list(elements)
    }

    private mutating func parenthesized() throws(Fault) -> Value? {
        guard enter(), let (elements, hasComma) = try elements(before: UInt8(ascii: ")")) else { return nil }
        return elements.count == 1 && !hasComma ? elements[0] : .tuple(elements)
    }

    private mutating func elements(before close: UInt8) throws(Fault) -> (elements: [Value], hasComma: Bool)? {
        var elements: [Value] = []
        var hasComma = false
        skipSpace()
        while at(index) != close {
            guard let element = try element() else { return nil }
            elements.append(element)
            try budget.take(elements: 1)
            skipSpace()
            guard take(UInt8(ascii: ",")) else { break }
            hasComma = true
            skipSpace()
        }
        return leave(close) ? (elements, hasComma) : nil
    }

    private mutating func mapping() throws(Fault) -> Value? {
        guard enter() else { return nil }
        var mapping = Mapping()
        skipSpace()
        while at(index) != UInt8(ascii: "}") {
            guard let key = try element(), key.isHashable else { return nil }
            skipSpace()
            guard take(UInt8(ascii: ":")), let value = try element() else { return nil }
            mapping[key] = value
            try budget.take(elements: 2)
            skipSpace()
            guard take(UInt8(ascii: ",")) else { break }
            skipSpace()
        }
        return leave(UInt8(ascii: "}")) ? .mapping(mapping) : nil
    }
}

// MARK: Numbers

extension LiteralReader {
    private mutating func number() throws(Fault) -> Value? {
        let start = index
        if at(index) == UInt8(ascii: "0"), let base = Self.base(of: at(index + 1)) {
            index += at(index + 2) == UInt8(ascii: "_") ? 3 : 2
            guard let digits = digits(base: base), isEndOfNumber() else { return nil }
            return BigInteger(digits: digits, base: base)?.value
        }
        let whole = digits() ?? []
        var literal = whole
        var isFloat = false
        if at(index) == UInt8(ascii: ".") {
            index += 1
            let fraction = at(index)?.isDigit == true ? digits() : []
            guard let fraction, !whole.isEmpty || !fraction.isEmpty else { return nil }
            literal = (whole.isEmpty ? [0x30] : whole) + [UInt8(ascii: ".")] + (fraction.isEmpty ? [0x30] : fraction)
            isFloat = true
        }
        guard index > start, at(index) != UInt8(ascii: "_") else { return nil }
        if let byte = at(index), byte | 0x20 == UInt8(ascii: "e"), let exponent = exponent() {
            literal += exponent
            isFloat = true
        }
        guard isEndOfNumber() else { return nil }
        if isFloat { return .float(Double(String(decoding: literal, as: UTF8.self)) ?? .infinity) }
        // A leading zero stands alone.
        guard whole.first != 0x30 || whole.allSatisfy({ $0 == 0x30 }) else { return nil }
        try budget.take(digits: min(whole.count, BigInteger.mostDigits) / 9, times: whole.count / 9)
        return BigInteger(digits: whole)?.value
    }

    private static func base(of letter: UInt8?) -> UInt32? {
        switch letter {
        case UInt8(ascii: "x"), UInt8(ascii: "X"): 16
        case UInt8(ascii: "o"), UInt8(ascii: "O"): 8
        case UInt8(ascii: "b"), UInt8(ascii: "B"): 2
        default: nil
        }
    }

    /// Digits with single underscores between them; nil if there are none.
    private mutating func digits(base: UInt32 = 10) -> [UInt8]? {
        var digits: [UInt8] = []
        while let byte = at(index) {
            if byte == UInt8(ascii: "_") {
                guard !digits.isEmpty, let next = at(index + 1)?.hexDigit, next < base else { break }
            } else if let digit = byte.hexDigit, digit < base {
                digits.append(byte)
            } else {
                break
            }
            index += 1
        }
        return digits.isEmpty ? nil : digits
    }

    /// Reads `e+10`; nil, and no step, if it isn't one.
    private mutating func exponent() -> [UInt8]? {
        let before = index
        index += 1
        var exponent: [UInt8] = [UInt8(ascii: "e")]
        if let sign = at(index), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            exponent.append(sign)
            index += 1
        }
        guard at(index)?.isDigit == true, let digits = digits() else {
            index = before
            return nil
        }
        return exponent + digits
    }

    /// Nothing that belongs to a name or makes it complex may follow.
    private func isEndOfNumber() -> Bool {
        guard let next = at(index) else { return true }
        return !next.isNameByte && next != UInt8(ascii: ".")
    }
}

// MARK: Strings

extension LiteralReader {
    /// One string, or several behind each other, which are one.
    private mutating func strings() throws(Fault) -> Value? {
        var result = ""
        repeat {
            guard let part = try string() else { return nil }
            result += part
            skipSpace()
        } while isStringNext
        return .string(result)
    }

    private var isStringNext: Bool {
        guard let byte = at(index) else { return false }
        let letter = byte | 0x20
        let quote = letter == UInt8(ascii: "r") || letter == UInt8(ascii: "u") ? at(index + 1) : byte
        return quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
    }

    private mutating func string() throws(Fault) -> String? {
        guard isStringNext, let first = at(index) else { return nil }
        let isRaw = first | 0x20 == UInt8(ascii: "r")
        if isRaw || first | 0x20 == UInt8(ascii: "u") { index += 1 }
        let quote = text[index]
        let isLong = at(index + 1) == quote && at(index + 2) == quote
        index += isLong ? 3 : 1
        let start = index
        while let byte = at(index) {
            if byte == quote, !isLong || at(index + 1) == quote && at(index + 2) == quote {
                let inside = text[start..<index]
                index += isLong ? 3 : 1
                try budget.take(bytes: inside.count)
                return Self.decoded(String(decoding: inside, as: UTF8.self), isRaw: isRaw)
            }
            if !isLong, byte == 0x0A || byte == 0x0D { return nil }
            index += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    private static func decoded(_ inside: String, isRaw: Bool) -> String? {
        let bytes = inside.utf8
        let plain = bytes.contains(0x0D) ? inside.replacing("\r\n", with: "\n").replacing("\r", with: "\n") : inside
        guard !isRaw, bytes.contains(UInt8(ascii: "\\")) else { return plain }
        return EscapedString.decode(Array(plain.unicodeScalars)[...])
    }
}

extension UInt8 {
    /// Whether it belongs to a name; bytes beyond ASCII may.
    fileprivate var isNameByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A, 0x80...0xFF: true
        default: false
        }
    }
}
