/// An integer of many digits. Bounded: no operation of a template may pass `mostBits`, which is a little more than the
/// 4,300 digits that Python converts to text.
public struct BigInteger: Sendable, Hashable {
    /// The longest that arithmetic yields.
    static let mostBits = 16_384
    /// The most digits that are read from or written as text, as in Python.
    static let mostDigits = 4_300

    let isNegative: Bool
    /// Little-endian digits of 32 bits, the last not zero; empty for zero.
    let digits: [UInt32]

    init(isNegative: Bool, digits: [UInt32]) {
        var digits = digits
        while digits.last == 0 { digits.removeLast() }
        self.digits = digits
        self.isNegative = isNegative && !digits.isEmpty
    }

    /// Makes one of an integer of 64 bits.
    public init(_ value: Int) {
        let magnitude = value.magnitude
        self.init(
            isNegative: value < 0,
            digits: [UInt32(truncatingIfNeeded: magnitude), UInt32(truncatingIfNeeded: magnitude >> 32)])
    }

    /// Reads ASCII digits of a base from 2 to 16; nil if there are none, too many, or others.
    init?(digits text: some Collection<UInt8>, base: UInt32 = 10, isNegative: Bool = false) {
        guard !text.isEmpty, text.count <= Self.mostDigits else { return nil }
        var digits: [UInt32] = []
        // As many at a time as a product of 32 bits holds.
        var (factor, group): (UInt32, UInt32) = (1, 0)
        for byte in text {
            guard let digit = byte.hexDigit, digit < base else { return nil }
            group = group * base + digit
            factor *= base
            guard factor > UInt32.max / base / base else { continue }
            Self.multiply(&digits, by: factor, adding: group)
            (factor, group) = (1, 0)
        }
        if factor > 1 { Self.multiply(&digits, by: factor, adding: group) }
        self.init(isNegative: isNegative, digits: digits)
    }

    /// The integer part of a finite number.
    init(truncating number: Double) {
        let whole = number.rounded(.towardZero)
        guard whole.magnitude >= 0x1p63 else {
            self.init(Int(whole))
            return
        }
        let shift = Int(whole.exponent) - 52
        let significand = whole.significandBitPattern | 1 << 52
        self = BigInteger(Int(significand)).shiftedLeft(shift).with(isNegative: whole < 0)
    }

    /// How many bits the magnitude has.
    var bitWidth: Int {
        guard let last = digits.last else { return 0 }
        return digits.count * 32 - last.leadingZeroBitCount
    }

    /// The same as an integer of 64 bits; nil if it doesn't fit.
    public var int: Int? {
        guard bitWidth <= 64 else { return nil }
        var magnitude: UInt = 0
        for (place, digit) in digits.enumerated() { magnitude |= UInt(digit) << UInt(32 * place) }
        if isNegative { return magnitude <= 1 << 63 ? Int(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int(exactly: magnitude)
    }

    /// The nearest float; infinite where the number is too large for one.
    public var double: Double {
        let width = bitWidth
        guard width > 64 else {
            let magnitude = digits.reversed().reduce(UInt64(0)) { $0 << 32 | UInt64($1) }
            return isNegative ? -Double(magnitude) : Double(magnitude)
        }
        guard width <= 1024 else { return isNegative ? -.infinity : .infinity }
        // The first 64 bits, the last of them set if anything below is: enough to round rightly.
        let shift = width - 64
        var top: UInt64 = 0
        for bit in 0..<64 where self.bit(shift + 63 - bit) { top |= 1 << UInt64(63 - bit) }
        if (0..<shift).contains(where: bit) { top |= 1 }
        let value = Double(sign: .plus, exponent: shift, significand: Double(top))
        return isNegative ? -value : value
    }

    private func bit(_ place: Int) -> Bool { digits[place / 32] >> UInt32(place % 32) & 1 == 1 }

    private func with(isNegative: Bool) -> BigInteger { BigInteger(isNegative: isNegative, digits: digits) }

    /// The value as `.int` where it fits, else as `.bigInt`.
    var value: Value { int.map(Value.int) ?? .bigInt(self) }

    /// Decimal digits, with a sign if negative. Quadratic in their count.
    public var text: String {
        guard !digits.isEmpty else { return "0" }
        var rest = digits
        var groups: [UInt32] = []
        while !rest.isEmpty { groups.append(Self.divide(&rest, by: 1_000_000_000)) }
        var text = isNegative ? "-" : ""
        text += String(groups[groups.count - 1])
        for group in groups.dropLast().reversed() {
            let digits = String(group)
            text += String(repeating: "0", count: 9 - digits.utf8.count) + digits
        }
        return text
    }

    private static func multiply(_ digits: inout [UInt32], by factor: UInt32, adding summand: UInt32) {
        var carry = UInt64(summand)
        for place in digits.indices {
            let product = UInt64(digits[place]) * UInt64(factor) + carry
            digits[place] = UInt32(truncatingIfNeeded: product)
            carry = product >> 32
        }
        if carry > 0 { digits.append(UInt32(carry)) }
    }

    /// Divides in place and returns the remainder.
    private static func divide(_ digits: inout [UInt32], by divisor: UInt32) -> UInt32 {
        var remainder: UInt64 = 0
        for place in digits.indices.reversed() {
            let dividend = remainder << 32 | UInt64(digits[place])
            digits[place] = UInt32(dividend / UInt64(divisor))
            remainder = dividend % UInt64(divisor)
        }
        while digits.last == 0 { digits.removeLast() }
        return UInt32(remainder)
    }
}

// MARK: Arithmetic

extension BigInteger: Comparable {
    /// Whether the left is less.
    public static func < (left: BigInteger, right: BigInteger) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        let order = compare(left.digits, right.digits)
        return left.isNegative ? order > 0 : order < 0
    }

    static prefix func - (number: BigInteger) -> BigInteger { number.with(isNegative: !number.isNegative) }

    static func + (left: BigInteger, right: BigInteger) -> BigInteger {
        if left.isNegative == right.isNegative {
            return BigInteger(isNegative: left.isNegative, digits: sum(left.digits, right.digits))
        }
        return compare(left.digits, right.digits) >= 0
            ? BigInteger(isNegative: left.isNegative, digits: difference(left.digits, right.digits))
            : BigInteger(isNegative: right.isNegative, digits: difference(right.digits, left.digits))
    }

    static func - (left: BigInteger, right: BigInteger) -> BigInteger { left + -right }

    static func * (left: BigInteger, right: BigInteger) -> BigInteger {
        var product = [UInt32](repeating: 0, count: left.digits.count + right.digits.count)
        for (place, digit) in left.digits.enumerated() {
            var carry: UInt64 = 0
            for (other, factor) in right.digits.enumerated() {
                let sum = UInt64(digit) * UInt64(factor) + UInt64(product[place + other]) + carry
                product[place + other] = UInt32(truncatingIfNeeded: sum)
                carry = sum >> 32
            }
            product[place + right.digits.count] = UInt32(carry)
        }
        return BigInteger(isNegative: left.isNegative != right.isNegative, digits: product)
    }

    /// Quotient rounded towards minus infinity, and what is left, with the divisor's sign; `divisor` isn't zero.
    func flooredDivision(by divisor: BigInteger) -> (quotient: BigInteger, remainder: BigInteger) {
        let (quotient, remainder) = Self.divide(digits, by: divisor.digits)
        let whole = BigInteger(isNegative: isNegative != divisor.isNegative, digits: quotient)
        let rest = BigInteger(isNegative: isNegative, digits: remainder)
        guard !rest.digits.isEmpty, isNegative != divisor.isNegative else { return (whole, rest) }
        return (whole - BigInteger(1), rest + divisor)
    }

    func shiftedLeft(_ count: Int) -> BigInteger {
        let shift = UInt64(count % 32)
        var shifted = [UInt32](repeating: 0, count: count / 32)
        var carry: UInt64 = 0
        for digit in digits {
            let wide = UInt64(digit) << shift | carry
            shifted.append(UInt32(truncatingIfNeeded: wide))
            carry = wide >> 32
        }
        shifted.append(UInt32(carry))
        return BigInteger(isNegative: isNegative, digits: shifted)
    }

    private static func compare(_ left: [UInt32], _ right: [UInt32]) -> Int {
        if left.count != right.count { return left.count < right.count ? -1 : 1 }
        for place in left.indices.reversed() where left[place] != right[place] {
            return left[place] < right[place] ? -1 : 1
        }
        return 0
    }

    private static func sum(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var sum: [UInt32] = []
        var carry: UInt64 = 0
        for place in 0..<max(left.count, right.count) {
            let one = place < left.count ? UInt64(left[place]) : 0
            let other = place < right.count ? UInt64(right[place]) : 0
            carry += one + other
            sum.append(UInt32(truncatingIfNeeded: carry))
            carry >>= 32
        }
        return sum + [UInt32(carry)]
    }

    /// `left` isn't less than `right`.
    private static func difference(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var difference = left
        var borrow: Int64 = 0
        for place in left.indices {
            var digit = Int64(left[place]) - borrow - (place < right.count ? Int64(right[place]) : 0)
            borrow = digit < 0 ? 1 : 0
            if digit < 0 { digit += 1 << 32 }
            difference[place] = UInt32(digit)
        }
        return difference
    }

    /// Long division digit by digit (Knuth, volume 2, algorithm D).
    private static func divide(_ dividend: [UInt32], by divisor: [UInt32]) -> (quotient: [UInt32], rest: [UInt32]) {
        if compare(dividend, divisor) < 0 { return ([], dividend) }
        if divisor.count == 1 {
            var quotient = dividend
            let rest = divide(&quotient, by: divisor[0])
            return (quotient, rest == 0 ? [] : [rest])
        }
        // Shifted so that the divisor's first bit is set: estimates are then at most two too large.
        let shift = divisor[divisor.count - 1].leadingZeroBitCount
        let low = BigInteger(isNegative: false, digits: divisor).shiftedLeft(shift).digits
        var rest = BigInteger(isNegative: false, digits: dividend).shiftedLeft(shift).digits
        rest += [UInt32](repeating: 0, count: dividend.count + 1 - rest.count)
        var quotient = [UInt32](repeating: 0, count: dividend.count - divisor.count + 1)
        for place in quotient.indices.reversed() {
            quotient[place] = nextDigit(of: &rest, at: place, dividedBy: low)
        }
        let remainder = BigInteger(isNegative: false, digits: rest).shiftedRight(shift)
        return (quotient, remainder.digits)
    }

    /// One digit of a quotient, whose product with the divisor is taken off the rest.
    private static func nextDigit(of rest: inout [UInt32], at place: Int, dividedBy divisor: [UInt32]) -> UInt32 {
        let count = divisor.count
        let head = UInt64(rest[place + count]) << 32 | UInt64(rest[place + count - 1])
        let first = UInt64(divisor[count - 1])
        var digit = min(head / first, UInt64(UInt32.max))
        var left = head - digit * first
        while left <= UInt64(UInt32.max),
            digit * UInt64(divisor[count - 2]) > left << 32 | UInt64(rest[place + count - 2])
        {
            digit -= 1
            left += first
        }
        var borrow: Int64 = 0
        var carry: UInt64 = 0
        for index in 0..<count {
            carry += digit * UInt64(divisor[index])
            let difference = Int64(rest[place + index]) - borrow - Int64(carry & 0xFFFF_FFFF)
            rest[place + index] = UInt32(truncatingIfNeeded: difference)
            borrow = difference < 0 ? 1 : 0
            carry >>= 32
        }
        let difference = Int64(rest[place + count]) - borrow - Int64(carry)
        rest[place + count] = UInt32(truncatingIfNeeded: difference)
        guard difference < 0 else { return UInt32(digit) }
        // One too much was taken: it is given back.
        var sum: UInt64 = 0
        for index in 0..<count {
            sum += UInt64(rest[place + index]) + UInt64(divisor[index])
            rest[place + index] = UInt32(truncatingIfNeeded: sum)
            sum >>= 32
        }
        rest[place + count] = UInt32(truncatingIfNeeded: UInt64(rest[place + count]) + sum)
        return UInt32(digit - 1)
    }

    private func shiftedRight(_ count: Int) -> BigInteger {
        guard count > 0 else { return self }
        var shifted = digits
        for place in shifted.indices {
            let next = place + 1 < digits.count ? digits[place + 1] << UInt32(32 - count) : 0
            shifted[place] = digits[place] >> UInt32(count) | next
        }
        return BigInteger(isNegative: isNegative, digits: shifted)
    }
}

extension UInt8 {
    /// The value of an ASCII hexadecimal digit; nil for any other byte.
    var hexDigit: UInt32? {
        switch self {
        case 0x30...0x39: UInt32(self - 0x30)
        case 0x41...0x46: UInt32(self - 0x37)
        case 0x61...0x66: UInt32(self - 0x57)
        default: nil
        }
    }

    /// Whether this is an ASCII digit.
    var isDigit: Bool { self &- 0x30 <= 9 }
}
