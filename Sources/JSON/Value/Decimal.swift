/// A number in the one form that all its spellings share: sign, digits without zeros at either end, power of ten.
struct Decimal: Hashable {
    /// Literals whose exponent has more digits than this are refused: their sum with other lengths may not fit `Int`.
    private static let mostExponentDigits = 17
    /// Numbers whose plain form has at most this many digits are written plainly.
    private static let mostPlainDigits = 40

    /// False for zero, whatever its sign was.
    let isNegative: Bool
    /// ASCII digits, the first and last not zero; empty for zero.
    let digits: ArraySlice<UInt8>
    /// The power of ten by which the digits, read as an integer, are multiplied; 0 for zero.
    let exponent: Int

    /// Reads a literal that is a number by RFC 8259; nil if it isn't, or if its exponent is beyond any use.
    init?(literal: ByteView) {
        guard let first = literal.first else { return nil }
        var digits: [UInt8] = []
        digits.reserveCapacity(literal.count)
        var index = first == Byte.minus ? 1 : 0
        var fraction = 0
        var afterPoint = false
        while index < literal.count {
            let byte = literal[index]
            if Byte.isDigit(byte) {
                digits.append(byte)
                if afterPoint { fraction += 1 }
            } else if byte == Byte.point {
                afterPoint = true
            } else {
                break
            }
            index += 1
        }
        let significant = digits.drop { $0 == Byte.zero }
        guard !significant.isEmpty else {
            (isNegative, self.digits, exponent) = (false, [], 0)
            return
        }
        guard let power = Self.exponent(literal, after: index) else { return nil }
        let kept = significant.lastIndex { $0 != Byte.zero } ?? significant.startIndex
        isNegative = first == Byte.minus
        self.digits = significant[...kept]
        exponent = power - fraction + (significant.endIndex - 1 - kept)
    }

    private static func exponent(_ literal: ByteView, after end: Int) -> Int? {
        guard end < literal.count else { return 0 }
        guard literal[end] | 0x20 == UInt8(ascii: "e") else { return nil }
        var index = end + 1
        var isNegative = false
        if index < literal.count, literal[index] == Byte.minus || literal[index] == Byte.plus {
            isNegative = literal[index] == Byte.minus
            index += 1
        }
        while index < literal.count, literal[index] == Byte.zero { index += 1 }
        guard literal.count - index <= mostExponentDigits else { return nil }
        var value = 0
        while index < literal.count {
            guard Byte.isDigit(literal[index]) else { return nil }
            value = value * 10 + Int(literal[index] - Byte.zero)
            index += 1
        }
        return isNegative ? -value : value
    }

    var isZero: Bool { digits.isEmpty }

    var isInteger: Bool { exponent >= 0 }

    /// How many digits the integer has when it is written plainly; nil for fractions and above 40.
    var plainIntegerDigits: Int? {
        guard exponent >= 0, exponent <= Self.mostPlainDigits else { return nil }
        let count = digits.count + exponent
        return count <= Self.mostPlainDigits ? count : nil
    }

    /// The integer; nil for fractions and for what `Int64` can't hold.
    var int64: Int64? {
        guard plainIntegerDigits != nil else { return nil }
        var text: [UInt8] = []
        appendCanonical(to: &text)
        return Int64(String(decoding: text, as: UTF8.self))
    }

    /// Appends the one spelling of this number: plain where short (`1200`, `-0.05`), else `1.25e400`.
    func appendCanonical(to output: inout [UInt8]) {
        if isZero { return output.append(Byte.zero) }
        if isNegative { output.append(Byte.minus) }
        if plainIntegerDigits != nil {
            appendMagnitude(to: &output)
        } else if exponent < 0, exponent >= -Self.mostPlainDigits, digits.count <= Self.mostPlainDigits {
            appendFraction(to: &output)
        } else {
            appendScientific(to: &output)
        }
    }

    /// Appends the digits of a plain integer without its sign; `0` for zero.
    func appendMagnitude(to output: inout [UInt8]) {
        if isZero { return output.append(Byte.zero) }
        output.append(contentsOf: digits)
        output.append(contentsOf: repeatElement(Byte.zero, count: exponent))
    }

    private func appendFraction(to output: inout [UInt8]) {
        let whole = digits.count + exponent
        if whole > 0 {
            output.append(contentsOf: digits.prefix(whole))
            output.append(Byte.point)
            output.append(contentsOf: digits.dropFirst(whole))
        } else {
            output.append(Byte.zero)
            output.append(Byte.point)
            output.append(contentsOf: repeatElement(Byte.zero, count: -whole))
            output.append(contentsOf: digits)
        }
    }

    private func appendScientific(to output: inout [UInt8]) {
        output.append(contentsOf: digits.prefix(1))
        if digits.count > 1 {
            output.append(Byte.point)
            output.append(contentsOf: digits.dropFirst())
        }
        output.append(UInt8(ascii: "e"))
        output.append(contentsOf: String(exponent + digits.count - 1).utf8)
    }
}
