import Glibc

extension Filter {
    static let numbers = [
        bound("abs", []) { (value, _, _) throws(Fault) in
            switch value {
            case .float(let number): return .float(number.magnitude)
            case .duration(let span) where !span.isCalendar: return .duration(span.microseconds < 0 ? -span : span)
            default:
                guard let big = Number(value)?.big else {
                    throw Fault(.type, "a \(value.typeName) has no absolute value")
                }
                return big.isNegative ? (-big).value : big.value
            }
        },
        bound("int", ["default", "base"]) { (value, arguments, evaluation) throws(Fault) in
            if case .string(let text) = value {
                let length = min(text.utf8.count, BigInteger.mostDigits) / 9
                try evaluation.budget.take(digits: length, times: length)
                try evaluation.budget.step(text.utf8.count / 64)
            }
            return try integer(value, standard: arguments[0] ?? 0, base: arguments[1] ?? 10)
        },
        bound("float", ["default"]) { (value, arguments, _) throws(Fault) in
            do throws(Fault) {
                return .float(try PythonFloat.value(of: value))
            } catch {
                guard error.kind == .type || error.kind == .value else { throw error }
                return arguments[0] ?? .float(0)
            }
        },
        bound("round", ["precision", "method"]) { (value, arguments, evaluation) throws(Fault) in
            let method = try arguments[1]?.stringArgument() ?? "common"
            guard ["common", "ceil", "floor"].contains(method) else {
                throw Fault(.other, "the method of rounding is common, ceil or floor")
            }
            let precision = arguments[0] ?? 0
            guard method != "common" else { return try rounded(value, precision) }
            let factor = try Arithmetic.power.apply(10, precision, &evaluation)
            let product = try Arithmetic.multiply.apply(value, factor, &evaluation)
            guard let number = Number(product) else { throw Fault(.type, "a number is needed for rounding") }
            let double = try number.asFloat()
            let whole = try PythonInt.value(of: .float(method == "ceil" ? ceil(double) : floor(double)))
            return try Arithmetic.divide.apply(number.big?.value ?? whole, factor, &evaluation)
        },
        bound("sum", ["attribute", "start"]) { (value, arguments, evaluation) throws(Fault) in
            let path = try arguments[0].map { (attribute) throws(Fault) in try AttributePath(attribute) }
            var sum = arguments[1] ?? 0
            if case .string = sum { throw Fault(.type, "strings can't be summed up") }
            for element in try evaluation.elements(of: value) {
                let summand = try path?.value(of: element) ?? element
                sum = try Arithmetic.add.apply(sum, summand, &evaluation)
            }
            return sum
        },
    ]

    /// Whatever can't be an integer is the standard; `42.7` as text is 42.
    private static func integer(_ value: Value, standard: Value, base: Value) throws(Fault) -> Value {
        do throws(Fault) {
            if case .string = value { return try PythonInt.value(of: value, base: try base.intArgument()) }
            return try PythonInt.value(of: value)
        } catch {
            guard error.kind == .type || error.kind == .value else { throw error }
        }
        do throws(Fault) {
            return try PythonInt.value(of: .float(try PythonFloat.value(of: value)))
        } catch {
            guard [.type, .value, .overflow].contains(error.kind) else { throw error }
            return standard
        }
    }

    /// Python's `round`: half to even, by the exact binary value.
    private static func rounded(_ value: Value, _ precision: Value) throws(Fault) -> Value {
        guard let number = Number(value) else {
            throw Fault(.type, "a \(value.typeName) can't be rounded")
        }
        if precision.isNone {
            guard case .float(let float) = number else { return number.big?.value ?? value }
            return try PythonInt.value(of: .float(float.rounded(.toNearestOrEven)))
        }
        let digits = try precision.intArgument()
        guard case .float(let float) = number else { return rounded(number.big ?? BigInteger(0), digits) }
        guard float.isFinite, digits < 330 else { return .float(float) }
        guard digits < 0 else { return .float(Double(CFormat.text(float, "f", digits)) ?? float) }
        guard digits > -310 else { return .float(copysign(0, float)) }
        let whole = BigInteger(truncating: float.rounded(.toNearestOrEven))
        return .float(copysign(Number(rounded(whole, digits))?.double ?? float, float))
    }

    private static func rounded(_ number: BigInteger, _ digits: Int) -> Value {
        guard digits < 0 else { return number.value }
        guard digits > -BigInteger.mostDigits else { return .int(0) }
        // A power of ten beyond the number itself rounds to nothing.
        guard -digits <= number.bitWidth, case .some(let unit) = power(-digits) else { return .int(0) }
        let (quotient, rest) = number.flooredDivision(by: unit)
        let twice = rest + rest
        let isOdd = quotient.digits.first.map { $0 & 1 == 1 } ?? false
        let isUp = twice > unit || twice == unit && isOdd
        return ((isUp ? quotient + BigInteger(1) : quotient) * unit).value
    }

    private static func power(_ exponent: Int) -> BigInteger? {
        BigInteger(digits: [0x31] + [UInt8](repeating: 0x30, count: exponent))
    }
}
