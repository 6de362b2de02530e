import Glibc

extension Relation {
    /// Whether the relation holds, as Python has it. Throws `.type` for what has no order.
    func holds(_ left: Value, _ right: Value, _ budget: inout Budget) throws(Fault) -> Bool {
        switch self {
        case .equal: try left.isEqual(right, &budget)
        case .unequal: !(try left.isEqual(right, &budget))
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
    /// Equality in templates: undefined values are equal to one another, and every element looked at is a step.
    func isEqual(_ other: Value, _ budget: inout Budget) throws(Fault) -> Bool {
        switch (self, other) {
        case (.list(let one), .list(let other)), (.tuple(let one), .tuple(let other)):
            guard one.count == other.count else { return false }
            try budget.step(one.count)
            for (left, right) in zip(one, other) where !(try left.isEqual(right, &budget)) { return false }
            return true
        case (.mapping(let one), .mapping(let other)):
            guard one.count == other.count else { return false }
            try budget.step(one.count)
            for entry in one.entries {
                guard let value = other[entry.key], try entry.value.isEqual(value, &budget) else { return false }
            }
            return true
        case (.string(let one), .string(let other)):
            try budget.step(one.utf8.count / 256)
            return one.isExactly(other)
        case (.object(let one), .object(let other)) where one is Undefined && other is Undefined: return true
        default: return self == other
        }
    }

    /// The place of the first element that is equal to another; nil if there is none.
    static func firstIndex(
        of element: Value, in elements: [Value], _ budget: inout Budget
    ) throws(Fault) -> Int? {
        try budget.step(elements.count)
        for (place, candidate) in elements.enumerated() where try candidate.isEqual(element, &budget) { return place }
        return nil
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
        for (left, right) in zip(one, other) where !(try left.isEqual(right, &budget)) {
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
            try element.checkHashable(&budget)
            return mapping.contains(element)
        case .object(let object) where object.mapping != nil:
            try element.checkHashable(&budget)
            return object.mapping?.contains(element) ?? false
        case .list(let elements), .tuple(let elements):
            return try Self.firstIndex(of: element, in: elements, &budget) != nil
        default:
            return try Self.firstIndex(of: element, in: try iterated(&budget), &budget) != nil
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
