import Interpolation

extension Value {
    /// What Python's `float` makes of it; nil where it fails.
    var pythonFloat: Double? {
        switch self {
        case .bool(let flag): flag ? 1 : 0
        case .int(let number): Double(number)
        case .bigInt(let number): number.double
        case .float(let number): number
        case .string(let text): Self.float(text)
        default: nil
        }
    }

    /// What Python's `int` makes of it; nil where it fails.
    var pythonInteger: Value? {
        switch self {
        case .bool(let flag): .int(flag ? 1 : 0)
        case .int, .bigInt: self
        case .float(let number): Int(exactly: number.rounded(.towardZero)).map { .int($0) }
        case .string(let text): Self.integer(text)
        default: nil
        }
    }

    private static func integer(_ text: String) -> Value? {
        if let number = Int(python: text) { return .int(number) }
        let digits = text.trimmingWhitespace().filter { $0 != "+" }
        // Longer than 64 bits: read as JSON reads it, which takes no leading zeros; nil where it can't.
        guard digits.drop(while: { $0 == "-" }).allSatisfy(\.isWholeNumber) else { return nil }
        return (try? Value(json: digits)).flatMap { value in
            if case .bigInt = value { value } else { nil }
        }
    }

    private static func float(_ text: String) -> Double? {
        let text = text.trimmingWhitespace().lowercased()
        switch text.drop(while: { $0 == "+" || $0 == "-" }) {
        case "inf", "infinity", "nan": return Double(text)
        default: break
        }
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        for (before, after) in zip(parts, parts.dropFirst()) {
            guard before.last?.isNumber == true, after.first?.isNumber == true else { return nil }
        }
        let digits = text.filter { $0 != "_" }
        guard digits.utf8.allSatisfy({ "0123456789.e+-".utf8.contains($0) }) else { return nil }
        return Double(digits) ?? (digits.hasSuffix(".") ? Double(digits + "0") : nil)
    }
}
