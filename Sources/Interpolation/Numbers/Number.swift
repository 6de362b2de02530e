/// The numeric tower of Python: booleans are integers, integers have any size, a float beside one makes a float.
enum Number {
    case int(Int)
    case big(BigInteger)
    case float(Double)

    /// The number that a value is; nil for what isn't one.
    init?(_ value: Value) {
        switch value {
        case .bool(let flag): self = .int(flag ? 1 : 0)
        case .int(let number): self = .int(number)
        case .bigInt(let number): self = .big(number)
        case .float(let number): self = .float(number)
        default: return nil
        }
    }

    /// The number as a float; infinite where it is too large for one.
    var double: Double {
        switch self {
        case .int(let number): Double(number)
        case .big(let number): number.double
        case .float(let number): number
        }
    }

    /// The integer, whatever its size; nil for floats.
    var big: BigInteger? {
        switch self {
        case .int(let number): BigInteger(number)
        case .big(let number): number
        case .float: nil
        }
    }

    /// Whether both are numbers that amount to the same.
    static func areEqual(_ left: Value, _ right: Value) -> Bool {
        guard let left = Number(left), let right = Number(right) else { return false }
        return compare(left, right) == .equal
    }

    /// How two numbers stand to each other.
    enum Order { case less, equal, greater, unordered }

    /// Compares exactly: an integer and a float as the numbers that they are, without rounding.
    static func compare(_ left: Number, _ right: Number) -> Order {
        switch (left, right) {
        case (.int(let one), .int(let other)): order(one, other)
        case (.float(let one), .float(let other)): order(one, other)
        case (.float(let one), _): reversed(compare(right, toFloat: one))
        case (_, .float(let other)): compare(left, toFloat: other)
        default: bigOrder(left, right)
        }
    }

    private static func bigOrder(_ left: Number, _ right: Number) -> Order {
        guard let one = left.big, let other = right.big else { return .unordered }
        return one < other ? .less : one == other ? .equal : .greater
    }

    private static func compare(_ number: Number, toFloat float: Double) -> Order {
        guard let big = number.big else { return .unordered }
        if float.isNaN { return .unordered }
        if float.isInfinite { return float > 0 ? .less : .greater }
        let whole = BigInteger(truncating: float)
        if big != whole { return big < whole ? .less : .greater }
        let fraction = float - float.rounded(.towardZero)
        return fraction == 0 ? .equal : fraction > 0 ? .less : .greater
    }

    private static func order<Element: Comparable>(_ one: Element, _ other: Element) -> Order {
        one < other ? .less : one == other ? .equal : one > other ? .greater : .unordered
    }

    private static func reversed(_ order: Order) -> Order {
        switch order {
        case .less: .greater
        case .greater: .less
        case .equal, .unordered: order
        }
    }
}
