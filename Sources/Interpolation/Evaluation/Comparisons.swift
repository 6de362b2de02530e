import Glibc

extension Relation {
    /// Whether the relation holds, as Python has it. Throws `.type` for what has no order.
    func holds(_ left: Value, _ right: Value, _ budget: inout Budget) throws(Fault) -> Bool {
        switch self {
        case .equal: left.isEqual(right)
        case .unequal: !left.isEqual(right)
        case .contained: try right.contains(left, &budget)
        case .notContained: !(try right.contains(left, &budget))
        case .less: try left.order(to: right, rawValue, &budget) == .less
        case .greater: try left.order(to: right, rawValue, &budget) == .greater
        case .lessOrEqual: [.less, .equal].contains(try left.order(to: right, rawValue, &budget))
        case .greaterOrEqual: [.greater, .equal].contains(try left.order(to: right, rawValue, &budget))
        }
    }
}

extension Value {
    /// Equality in templates: undefined values are equal to one another.
    func isEqual(_ other: Value) -> Bool {
        if self == other { return true }
        guard case .object(let one) = self, case .object(let other) = other else { return false }
        return one is Undefined && other is Undefined
    }

    /// How this stands to another value; throws `.type` for what has no order.
    func order(to other: Value, _ operation: String, _ budget: inout Budget) throws(Fault) -> Number.Order {
        switch (self, other) {
        case (.string(let one), .string(let other)): return one.order(to: other)
        case (.list(let one), .list(let other)), (.tuple(let one), .tuple(let other)):
            return try Self.order(one, other, operation, &budget)
        case (.dateTime(let one), .dateTime(let other)):
            guard one.hasZone == other.hasZone else {
                throw Fault(.type, "a time with a zone can't be compared with one without")
            }
            return Self.order(one.unixMicroseconds, other.unixMicroseconds)
        case (.date(let one), .date(let other)): return Self.order(one.dayNumber, other.dayNumber)
        case (.duration(let one), .duration(let other)) where !one.isCalendar && !other.isCalendar:
            return Self.order(one.microseconds, other.microseconds)
        default: break
        }
        if let one = Number(self), let two = Number(other) { return Number.compare(one, two) }
        if let undefined = undefined ?? other.undefined { throw undefined.fault }
        throw .unsupported("'\(operation)'", self, other)
    }

    private static func order(_ one: Int, _ other: Int) -> Number.Order {
        one < other ? .less : one == other ? .equal : .greater
    }

    private static func order(
        _ one: [Value], _ other: [Value], _ operation: String, _ budget: inout Budget
    ) throws(Fault) -> Number.Order {
        try budget.step(min(one.count, other.count))
        for (left, right) in zip(one, other) where !left.isEqual(right) {
            return try left.order(to: right, operation, &budget)
        }
        return order(one.count, other.count)
    }

    /// Whether `element in self`.
    func contains(_ element: Value, _ budget: inout Budget) throws(Fault) -> Bool {
        switch self {
        case .string(let text):
            guard case .string(let part) = element else {
                if let undefined = element.undefined, undefined.fault.kind != .undefined { throw undefined.fault }
                throw Fault(.type, "'in' of a string needs a string, not a \(element.typeName)")
            }
            try budget.step(text.utf8.count / 256)
            return text.offset(of: part) != nil
        case .mapping(let mapping):
            try element.checkHashable()
            return mapping.contains(element)
        case .object(let object) where object.mapping != nil:
            try element.checkHashable()
            return object.mapping?.contains(element) ?? false
        case .list(let elements), .tuple(let elements):
            try budget.step(elements.count)
            return elements.contains { $0.isEqual(element) }
        default:
            let elements = try iterated(&budget)
            try budget.step(elements.count)
            return elements.contains { $0.isEqual(element) }
        }
    }
}

extension String {
    /// Order by code points.
    func order(to other: String) -> Number.Order {
        let one = utf8Span.span
        let two = other.utf8Span.span
        return one.withUnsafeBytes { left in
            two.withUnsafeBytes { right in
                let count = Swift.min(left.count, right.count)
                if count > 0, let one = left.baseAddress, let two = right.baseAddress {
                    let result = memcmp(one, two, count)
                    if result != 0 { return result < 0 ? .less : .greater }
                }
                return left.count < right.count ? .less : left.count == right.count ? .equal : .greater
            }
        }
    }

    /// Where a text begins first, in bytes from `start`; nil if it isn't there.
    func offset(of part: String, from start: Int = 0) -> Int? {
        guard start <= utf8.count else { return nil }
        guard !part.isEmpty else { return start }
        return utf8Span.span.withUnsafeBufferPointer { text in
            part.utf8Span.span.withUnsafeBufferPointer { part in
                ByteSearch.first(of: part, in: text, from: start)
            }
        }
    }
}
