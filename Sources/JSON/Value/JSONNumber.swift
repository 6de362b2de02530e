/// A number as JSON writes it: the literal is kept to the letter, and no digit is lost. Two numbers are equal when
/// they amount to the same: `1`, `1.0` and `10e-1` are.
public struct JSONNumber: Sendable {
    /// The literal as it was written.
    public let literal: String

    /// Makes a number of a literal; nil unless it is a number by RFC 8259 section 6.
    public init?(literal: String) {
        var bytes = literal.utf8.makeIterator()
        guard let first = bytes.next(), var machine = NumberMachine(first) else { return nil }
        while let byte = bytes.next() {
            guard machine.take(byte) else { return nil }
        }
        guard machine.isComplete else { return nil }
        self.literal = literal
    }

    /// Makes a number of an integer.
    public init(_ value: some FixedWidthInteger) { literal = String(value) }

    /// Makes a number that reads back as `value`; nil for infinities and NaN.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        literal = value.description
    }

    /// Takes a literal that is known to be valid.
    init(unchecked literal: String) { self.literal = literal }

    /// The integer that this is, `1.0` and `1e3` included; nil for fractions and for what `Int64` can't hold.
    public var int64: Int64? { Int64(literal) ?? decimal?.int64 }

    /// The nearest `Double`; infinite where the number is too large for one.
    public var double: Double { Double(literal) ?? .nan }

    /// Whether this is an integer of whatever size.
    public var isInteger: Bool { decimal?.isInteger ?? false }

    /// Nil where the exponent is beyond any use; see `Decimal`.
    var decimal: Decimal? {
        var text = literal
        return text.withUTF8 { Decimal(literal: $0) }
    }
}

extension JSONNumber: Hashable, Comparable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// Whether both amount to the same.
    public static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        if left.literal == right.literal { return true }
        guard let one = left.decimal, let other = right.decimal else { return false }
        return one == other
    }

    /// Whether the left amounts to less; exact between `Int64`s, else by the nearest `Double`.
    public static func < (left: JSONNumber, right: JSONNumber) -> Bool {
        if let one = left.int64, let other = right.int64 { return one < other }
        return left.double < right.double
    }

    /// Feeds the hasher so that equal numbers have equal hashes.
    public func hash(into hasher: inout Hasher) {
        if let decimal { hasher.combine(decimal) } else { hasher.combine(literal) }
    }

    /// Makes a number of an integer literal.
    public init(integerLiteral value: Int64) { self.init(value) }

    /// The literal.
    public var description: String { literal }
}
