/// How floats are written: the shortest digits that read back as the same number, laid out as Python or JSON does.
enum FloatText {
    /// As Python's `repr`: `1.0`, `1e+16`, `1e-05`, `inf`, `nan`.
    static func python(_ number: Double) -> String {
        guard number.isFinite else { return number.isNaN ? "nan" : number > 0 ? "inf" : "-inf" }
        let parts = Parts(number)
        // Python switches to an exponent below 1e-4 and from 1e16.
        if (-4..<16).contains(parts.exponent) { return parts.plain }
        let sign = parts.exponent < 0 ? "-" : "+"
        return parts.scientific(separator: "e" + sign, exponent: abs(parts.exponent).padded(2))
    }

    /// As JSON: `1.0`, `1e16`, `1e-6`; `null` for infinities and NaN.
    static func json(_ number: Double) -> String {
        guard number.isFinite else { return "null" }
        let parts = Parts(number)
        if (-5..<16).contains(parts.exponent) { return parts.plain }
        return parts.scientific(separator: "e", exponent: String(parts.exponent))
    }

    /// The digits of a finite float, the first of which counts tens to the power of `exponent`.
    struct Parts {
        let isNegative: Bool
        let digits: [UInt8]
        let exponent: Int

        init(_ number: Double) {
            isNegative = number.sign == .minus
            // `description` has the shortest digits that read back; only where it puts the point differs.
            let text = Array(number.magnitude.description.utf8)
            let end = text.firstIndex(of: UInt8(ascii: "e")) ?? text.count
            let power = end < text.count ? Int(String(decoding: text[(end + 1)...], as: UTF8.self)) ?? 0 : 0
            let point = text[..<end].firstIndex(of: UInt8(ascii: ".")) ?? end
            let all = text[..<end].filter { $0 != UInt8(ascii: ".") }
            let zeros = all.prefix { $0 == UInt8(ascii: "0") }.count
            var digits = Array(all.dropFirst(zeros))
            while digits.last == UInt8(ascii: "0") { digits.removeLast() }
            exponent = digits.isEmpty ? 0 : point - 1 - zeros + power
            self.digits = digits.isEmpty ? [UInt8(ascii: "0")] : digits
        }

        /// Without an exponent, with at least one digit on either side of the point.
        var plain: String {
            let whole: ArraySlice<UInt8>
            let fraction: [UInt8]
            let zero = UInt8(ascii: "0")
            if exponent < 0 {
                whole = [zero]
                fraction = [UInt8](repeating: zero, count: -exponent - 1) + digits
            } else {
                let padded = digits + [UInt8](repeating: zero, count: max(exponent + 1 - digits.count, 0))
                whole = padded[...exponent]
                fraction = Array(padded[(exponent + 1)...])
            }
            let tail = fraction.isEmpty ? [zero] : fraction
            return (isNegative ? "-" : "") + String(decoding: whole + [UInt8(ascii: ".")] + tail, as: UTF8.self)
        }

        /// With an exponent, and a point only where more than one digit needs it.
        func scientific(separator: String, exponent: String) -> String {
            let first = String(decoding: digits[..<1], as: UTF8.self)
            let rest = digits.count > 1 ? "." + String(decoding: digits[1...], as: UTF8.self) : ""
            return (isNegative ? "-" : "") + first + rest + separator + exponent
        }
    }
}
