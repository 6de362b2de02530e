import Glibc

extension Arithmetic {
    /// Computes as Python does. Throws `.type` where the operation isn't possible, `.undefined` for undefined operands.
    func apply(_ left: Value, _ right: Value, _ evaluation: inout Evaluation) throws(Fault) -> Value {
        if case .int(let one) = left, case .int(let other) = right, let result = fast(one, other) { return result }
        if let one = Number(left), let other = Number(right) {
            if case .big(let one) = one, case .big(let other) = other {
                try evaluation.budget.take(digits: one.digits.count, times: other.digits.count)
            }
            return try apply(one, other)
        }
        if let undefined = left.undefined { throw undefined.fault }
        if self == .modulo, case .string(let format) = left {
            return .string(try PercentFormat.apply(format, to: right, &evaluation))
        }
        if let undefined = right.undefined { throw undefined.fault }
        let result: Value? =
            switch self {
            case .add: try Self.sum(left, right, &evaluation.budget)
            case .subtract: try Self.difference(left, right)
            case .multiply: try Self.product(left, right, &evaluation.budget)
            case .divide: try Self.quotient(left, right)
            case .floorDivide, .modulo: try flooredDivision(left, right)
            case .power: nil
            }
        guard let result else { throw .unsupported("'\(rawValue)'", left, right) }
        return result
    }

    /// What needs no more than 64 bits.
    @inline(__always)
    private func fast(_ one: Int, _ other: Int) -> Value? {
        let (result, overflow) =
            switch self {
            case .add: one.addingReportingOverflow(other)
            case .subtract: one.subtractingReportingOverflow(other)
            case .multiply: one.multipliedReportingOverflow(by: other)
            default: (0, true)
            }
        return overflow ? nil : .int(result)
    }
}

// MARK: Numbers

extension Arithmetic {
    func apply(_ left: Number, _ right: Number) throws(Fault) -> Value {
        if let one = left.big, let other = right.big { return try apply(one, other) }
        let one = try left.asFloat()
        let other = try right.asFloat()
        switch self {
        case .add: return .float(one + other)
        case .subtract: return .float(one - other)
        case .multiply: return .float(one * other)
        case .divide:
            guard other != 0 else { throw .zeroDivision }
            return .float(one / other)
        case .floorDivide:
            return .float(try Self.flooredQuotient(one, other))
        case .modulo: return .float(try Self.modulo(one, other))
        case .power: return try Self.power(one, other)
        }
    }

    private static func modulo(_ one: Double, _ other: Double) throws(Fault) -> Double {
        guard other != 0 else { throw .zeroDivision }
        let rest = fmod(one, other)
        if rest == 0 { return copysign(0, other) }
        return (rest < 0) == (other < 0) ? rest : rest + other
    }

    private static func flooredQuotient(_ one: Double, _ other: Double) throws(Fault) -> Double {
        guard other != 0 else { throw .zeroDivision }
        let rest = fmod(one, other)
        var quotient = (one - rest) / other
        if rest != 0, (rest < 0) != (other < 0) { quotient -= 1 }
        guard quotient != 0 else { return copysign(0, one / other) }
        let floor = quotient.rounded(.down)
        return quotient - floor > 0.5 ? floor + 1 : floor
    }

    private static func power(_ base: Double, _ exponent: Double) throws(Fault) -> Value {
        if base == 0, exponent < 0 { throw .zeroDivision }
        if base < 0, base.isFinite, exponent.isFinite, exponent != exponent.rounded() {
            throw Fault(.other, "a root of a negative number isn't supported")
        }
        let result = pow(base, exponent)
        if result.isInfinite, base.isFinite, exponent.isFinite { throw Fault(.overflow, "a power is too large") }
        return .float(result)
    }

    private func apply(_ one: BigInteger, _ other: BigInteger) throws(Fault) -> Value {
        switch self {
        case .add: return try (one + other).bounded()
        case .subtract: return try (one - other).bounded()
        case .multiply:
            guard one.bitWidth + other.bitWidth <= BigInteger.mostBits else { throw .tooLarge }
            return (one * other).value
        case .divide:
            guard !other.digits.isEmpty else { throw .zeroDivision }
            let result = one.quotient(other)
            guard result.isFinite else { throw Fault(.overflow, "an integer is too large for a float") }
            return .float(result)
        case .floorDivide, .modulo:
            guard !other.digits.isEmpty else { throw .zeroDivision }
            let (quotient, remainder) = one.flooredDivision(by: other)
            return self == .modulo ? remainder.value : quotient.value
        case .power:
            guard !other.isNegative else { return try Self.power(one.double, other.double) }
            return try one.power(other)
        }
    }

    /// Adds two numbers that may be of either kind, for `sum`.
    static func sum(_ left: Value, _ right: Value, _ evaluation: inout Evaluation) throws(Fault) -> Value {
        try Arithmetic.add.apply(left, right, &evaluation)
    }
}

extension Number {
    /// As a float; throws `.overflow` where an integer is too large for one.
    func asFloat() throws(Fault) -> Double {
        let double = double
        if case .big = self, double.isInfinite { throw Fault(.overflow, "an integer is too large for a float") }
        return double
    }
}

extension BigInteger {
    func bounded() throws(Fault) -> Value {
        guard bitWidth <= Self.mostBits else { throw .tooLarge }
        return value
    }

    /// The float nearest to the exact quotient; infinite where it is too large. `divisor` isn't zero.
    func quotient(_ divisor: BigInteger) -> Double {
        // Floats hold integers of up to 53 bits, and their division rounds rightly.
        if bitWidth <= 53, divisor.bitWidth <= 53 { return double / divisor.double }
        let shift = 66 + divisor.bitWidth - bitWidth
        let dividend = BigInteger(isNegative: false, digits: digits)
        let magnitude = BigInteger(isNegative: false, digits: divisor.digits)
        let (quotient, rest) =
            shift >= 0
            ? dividend.shiftedLeft(shift).flooredDivision(by: magnitude)
            : dividend.flooredDivision(by: magnitude.shiftedLeft(-shift))
        // One more bit says whether anything is left below.
        let exact = quotient.shiftedLeft(1) + BigInteger(rest.digits.isEmpty ? 0 : 1)
        let result = Double(sign: .plus, exponent: -shift - 1, significand: exact.double)
        return isNegative != divisor.isNegative ? -result : result
    }

    /// `exponent` isn't negative.
    func power(_ exponent: BigInteger) throws(Fault) -> Value {
        if bitWidth <= 1 {
            // 0, 1 and -1 to any power.
            if exponent.digits.isEmpty { return .int(1) }
            return isNegative && exponent.digits[0] & 1 == 0 ? .int(1) : value
        }
        guard let exponent = exponent.int, (bitWidth - 1).multipliedReportingOverflow(by: exponent).overflow == false,
            (bitWidth - 1) * exponent <= Self.mostBits
        else { throw .tooLarge }
        var result = BigInteger(1)
        var factor = self
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result = result * factor }
            rest >>= 1
            if rest > 0 { factor = factor * factor }
        }
        return result.value
    }
}

extension Value {
    func negated() throws(Fault) -> Value {
        switch self {
        case .int(let number) where number != .min: return .int(-number)
        case .float(let number): return .float(-number)
        case .duration(let span): return .duration(-span)
        default:
            if let big = Number(self)?.big { return (-big).value }
            if let undefined { throw undefined.fault }
            throw Fault(.type, "a \(typeName) has no negative")
        }
    }

    func asPositive() throws(Fault) -> Value {
        switch self {
        case .int, .bigInt, .float: return self
        case .bool(let flag): return .int(flag ? 1 : 0)
        case .duration(let span) where !span.isCalendar: return self
        default:
            if let undefined { throw undefined.fault }
            throw Fault(.type, "'+' needs a number, not a \(typeName)")
        }
    }
}

// MARK: Everything else

extension Arithmetic {
    private static func sum(_ left: Value, _ right: Value, _ budget: inout Budget) throws(Fault) -> Value? {
        switch (left, right) {
        case (.string(let one), .string(let other)):
            try budget.take(bytes: one.utf8.count + other.utf8.count)
            return .string(one + other)
        case (.list(let one), .list(let other)):
            try budget.take(elements: one.count + other.count)
            return .list(one + other)
        case (.tuple(let one), .tuple(let other)):
            try budget.take(elements: one.count + other.count)
            return .tuple(one + other)
        case (.dateTime(let time), .duration(let span)), (.duration(let span), .dateTime(let time)):
            return .dateTime(try time.moved(by: span))
        case (.date(let date), .duration(let span)), (.duration(let span), .date(let date)):
            return .date(try date.moved(by: span))
        case (.duration(let one), .duration(let other)):
            guard let sum = one.adding(other) else { throw .dateRange }
            return .duration(sum)
        default: return nil
        }
    }

    private static func difference(_ left: Value, _ right: Value) throws(Fault) -> Value? {
        switch (left, right) {
        case (.dateTime(let time), .duration(let span)): return .dateTime(try time.moved(by: -span))
        case (.date(let date), .duration(let span)): return .date(try date.moved(by: -span))
        case (.dateTime(let one), .dateTime(let other)):
            guard let span = one.since(other) else {
                throw Fault(.type, "a time with a zone can't be subtracted from one without, or the other way round")
            }
            return .duration(span)
        case (.date(let one), .date(let other)):
            return .duration(TimeSpan(microseconds: (one.dayNumber - other.dayNumber) * TimeSpan.microsecondsPerDay))
        case (.duration(let one), .duration(let other)):
            guard let difference = one.adding(-other) else { throw .dateRange }
            return .duration(difference)
        default: return nil
        }
    }

    private static func product(_ left: Value, _ right: Value, _ budget: inout Budget) throws(Fault) -> Value? {
        switch (left, right) {
        case (.string, let count), (.list, let count), (.tuple, let count):
            return try repeated(left, count, &budget)
        case (let count, .string), (let count, .list), (let count, .tuple):
            return try repeated(right, count, &budget)
        case (.duration(let span), let factor), (let factor, .duration(let span)):
            return try Number(factor).map { (factor) throws(Fault) in .duration(try span.multiplied(by: factor)) }
        default: return nil
        }
    }

    private static func repeated(_ value: Value, _ times: Value, _ budget: inout Budget) throws(Fault) -> Value? {
        if case .bigInt = times { throw Fault(.overflow, "a repetition is too large") }
        guard let index = times.index else { return nil }
        let count = max(index, 0)
        switch value {
        case .string(let text):
            let (bytes, overflow) = text.utf8.count.multipliedReportingOverflow(by: count)
            try budget.take(bytes: overflow ? .max / 2 : bytes)
            return .string(String(repeating: text, count: text.isEmpty ? 0 : count))
        case .list(let elements): return .list(try repeated(elements, count, &budget))
        case .tuple(let elements): return .tuple(try repeated(elements, count, &budget))
        default: return nil
        }
    }

    private static func repeated(_ elements: [Value], _ count: Int, _ budget: inout Budget) throws(Fault) -> [Value] {
        guard !elements.isEmpty else { return [] }
        let (total, overflow) = elements.count.multipliedReportingOverflow(by: count)
        guard !overflow, total < Budget.bytes else { throw .tooLarge }
        try budget.take(elements: total)
        var result: [Value] = []
        result.reserveCapacity(total)
        for _ in 0..<count { result += elements }
        return result
    }

    private static func quotient(_ left: Value, _ right: Value) throws(Fault) -> Value? {
        guard case .duration(let span) = left, !span.isCalendar else { return nil }
        if case .duration(let other) = right, !other.isCalendar {
            guard other.microseconds != 0 else { throw .zeroDivision }
            return .float(Double(span.microseconds) / Double(other.microseconds))
        }
        guard let divisor = Number(right) else { return nil }
        guard divisor.double != 0 else { throw .zeroDivision }
        return .duration(TimeSpan(microseconds: try (Double(span.microseconds) / divisor.double).roundedMicroseconds()))
    }

    private func flooredDivision(_ left: Value, _ right: Value) throws(Fault) -> Value? {
        guard case .duration(let span) = left, !span.isCalendar else { return nil }
        var divisor: Int
        var givesSpan = self == .modulo
        switch right {
        case .duration(let other) where !other.isCalendar: divisor = other.microseconds
        case .int(let number) where self == .floorDivide:
            divisor = number
            givesSpan = true
        default: return nil
        }
        guard divisor != 0 else { throw .zeroDivision }
        let (quotient, rest) = BigInteger(span.microseconds).flooredDivision(by: BigInteger(divisor))
        let result = self == .modulo ? rest : quotient
        return givesSpan ? .duration(TimeSpan(microseconds: result.int ?? 0)) : result.value
    }
}

extension DateTime {
    func moved(by span: TimeSpan) throws(Fault) -> DateTime {
        guard let result = adding(span) else { throw .dateRange }
        return result
    }
}

extension CalendarDate {
    /// Only the whole days of a span count.
    func moved(by span: TimeSpan) throws(Fault) -> CalendarDate {
        guard let day = adding(months: span.months),
            let result = CalendarDate(dayNumber: day.dayNumber + span.days)
        else { throw .dateRange }
        return result
    }
}

extension TimeSpan {
    static let microsecondsPerDay = 86_400_000_000

    /// Whole days, rounded towards minus infinity.
    var days: Int {
        let days = microseconds / Self.microsecondsPerDay
        return microseconds % Self.microsecondsPerDay < 0 ? days - 1 : days
    }

    /// Microseconds of the day begun, 0 or more.
    var microsecondsOfDay: Int { microseconds - days * Self.microsecondsPerDay }

    func multiplied(by factor: Number) throws(Fault) -> TimeSpan {
        if case .int(let count) = factor {
            let (product, overflow) = microseconds.multipliedReportingOverflow(by: count)
            guard !overflow else { throw .dateRange }
            return isCalendar
                ? TimeSpan(years: years &* count, months: monthsOfYear &* count, microseconds: product)
                : TimeSpan(microseconds: product)
        }
        guard !isCalendar else { throw Fault(.type, "years and months can't be multiplied by a fraction") }
        return TimeSpan(microseconds: try (Double(microseconds) * factor.double).roundedMicroseconds())
    }
}

extension Double {
    /// The nearest whole number, the even one of two; throws `.overflow` where it can't be a span.
    func roundedMicroseconds() throws(Fault) -> Int {
        guard !isNaN else { throw Fault(.value, "a length of time can't be NaN") }
        guard let whole = Int(exactly: rounded(.toNearestOrEven)) else { throw .dateRange }
        return whole
    }
}
