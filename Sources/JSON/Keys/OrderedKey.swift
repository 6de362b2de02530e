/// The form of a key that sorts as its values do, compared byte by byte: the values one after another, each as
///
///     F | T                         false, true
///     N, 'z' - n, digits from 9     a negative integer of n digits, each subtracted from 9
///     P, '0' + n, digits            zero or a positive integer of n digits, n at most 40
///     R, canonical text, 01         any other number, in no useful order
///     S, text, 01                   a string by its UTF-8 bytes; 00, 01, 02 in it are 02 01, 02 02, 02 03
///
/// Half of a surrogate pair in a string is `02 04` and four hexadecimal digits. The whole is valid UTF-8 without NUL,
/// so a text column can hold it.
enum OrderedKey {
    static let end: UInt8 = 0x01
    static let escape: UInt8 = 0x02
    static let escapedSurrogate: UInt8 = 0x04
    static let no = UInt8(ascii: "F")
    static let yes = UInt8(ascii: "T")
    static let negative = UInt8(ascii: "N")
    static let positive = UInt8(ascii: "P")
    static let real = UInt8(ascii: "R")
    static let string = UInt8(ascii: "S")
    static let lastCount = UInt8(ascii: "z")

    static func append(_ value: KeyValue, to output: inout [UInt8]) {
        switch value {
        case .bool(let flag): output.append(flag ? yes : no)
        case .number(let number): append(number, to: &output)
        case .string(let text):
            output.append(string)
            text.withUnsafeBufferPointer { append($0, to: &output) }
            output.append(end)
        }
    }

    private static func append(_ number: Decimal, to output: inout [UInt8]) {
        guard let count = number.plainIntegerDigits else {
            output.append(real)
            number.appendCanonical(to: &output)
            output.append(end)
            return
        }
        let digits = UInt8(max(count, 1))
        output.append(number.isNegative ? negative : positive)
        output.append(number.isNegative ? lastCount - digits : Byte.zero + digits)
        let start = output.count
        number.appendMagnitude(to: &output)
        guard number.isNegative else { return }
        for index in start..<output.count { output[index] = Byte.zero + Byte.nine - output[index] }
    }

    private static func append(_ text: ByteView, to output: inout [UInt8]) {
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte <= escape {
                output.append(escape)
                output.append(byte + 1)
            } else if byte == 0xED, Surrogates.first(in: text, from: index) == index {
                output.append(escape)
                output.append(escapedSurrogate)
                let start = output.count
                QuotedText.appendHex(Surrogates.unit(text, at: index), to: &output)
                output.remove(at: start)
                index += 2
            } else {
                output.append(byte)
            }
            index += 1
        }
    }
}

/// Reads back what `OrderedKey` wrote.
struct OrderedKeyReader {
    private let key: ByteView
    private var index = 0

    init(_ key: ByteView) { self.key = key }

    var isAtEnd: Bool { index >= key.count }

    /// The next value; nil for bytes that aren't one.
    mutating func next() -> KeyValue? {
        guard let tag = take() else { return nil }
        switch tag {
        case OrderedKey.no: return .bool(false)
        case OrderedKey.yes: return .bool(true)
        case OrderedKey.negative, OrderedKey.positive: return integer(isNegative: tag == OrderedKey.negative)
        case OrderedKey.real: return real()
        case OrderedKey.string: return string()
        default: return nil
        }
    }

    private mutating func take() -> UInt8? {
        guard index < key.count else { return nil }
        index += 1
        return key[index - 1]
    }

    private mutating func integer(isNegative: Bool) -> KeyValue? {
        guard let mark = take() else { return nil }
        let count = isNegative ? Int(OrderedKey.lastCount) - Int(mark) : Int(mark) - Int(Byte.zero)
        guard count > 0, index + count <= key.count else { return nil }
        var literal: [UInt8] = isNegative ? [Byte.minus] : []
        for _ in 0..<count {
            guard let digit = take(), Byte.isDigit(digit) else { return nil }
            literal.append(isNegative ? Byte.zero + Byte.nine - digit : digit)
        }
        return Self.number(literal)
    }

    private mutating func real() -> KeyValue? {
        var literal: [UInt8] = []
        while let byte = take() {
            if byte == OrderedKey.end { return Self.number(literal) }
            literal.append(byte)
        }
        return nil
    }

    private static func number(_ literal: [UInt8]) -> KeyValue? {
        guard JSONNumber(literal: String(decoding: literal, as: UTF8.self)) != nil else { return nil }
        return literal.withUnsafeBufferPointer { Decimal(literal: $0) }.map { .number($0) }
    }

    private mutating func string() -> KeyValue? {
        var text: [UInt8] = []
        while let byte = take() {
            if byte == OrderedKey.end { return .string(text) }
            guard byte == OrderedKey.escape else {
                text.append(byte)
                continue
            }
            guard let escaped = take() else { return nil }
            if escaped == OrderedKey.escapedSurrogate {
                guard takeSurrogate(into: &text) else { return nil }
            } else {
                guard (1...3).contains(escaped) else { return nil }
                text.append(escaped - 1)
            }
        }
        return nil
    }

    private mutating func takeSurrogate(into text: inout [UInt8]) -> Bool {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = take(), let digit = Byte.hexValue(byte) else { return false }
            unit = unit << 4 | digit
        }
        guard unit & 0xF800 == 0xD800 else { return false }
        text.append(0xED)
        text.append(UInt8(0x80 | unit >> 6 & 0x3F))
        text.append(UInt8(0x80 | unit & 0x3F))
        return true
    }
}
