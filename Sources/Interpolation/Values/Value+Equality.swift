extension Value: Hashable {
    /// Whether Python's `==` would say that both are equal.
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.string(let one), .string(let other)): one.isExactly(other)
        case (.none, .none): true
        case (.list(let one), .list(let other)), (.tuple(let one), .tuple(let other)): one == other
        case (.mapping(let one), .mapping(let other)): one == other
        case (.dateTime(let one), .dateTime(let other)): one == other
        case (.date(let one), .date(let other)): one == other
        case (.duration(let one), .duration(let other)): one == other
        case (.object(let one), .object(let other)): one === other || haveEqualMappings(one, other)
        case (.object(let one), .mapping(let other)), (.mapping(let other), .object(let one)): one.mapping == other
        default: Number.areEqual(left, right)
        }
    }

    private static func haveEqualMappings(_ one: any ValueObject, _ other: any ValueObject) -> Bool {
        guard let left = one.mapping, let right = other.mapping else { return false }
        return left == right
    }

    /// Feeds the hasher so that equal values have equal hashes.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .none: hasher.combine(0 as UInt8)
        case .string(let text): hasher.combine(text)
        case .bool(let flag): hasher.combine(flag ? 1 : 0)
        case .int(let number): hasher.combine(number)
        case .bigInt(let number): hasher.combine(number.double)
        case .float(let number):
            if let whole = Int(exactly: number) { hasher.combine(whole) } else { hasher.combine(number) }
        case .list(let elements), .tuple(let elements): hasher.combine(elements)
        case .mapping(let mapping): hasher.combine(mapping)
        case .dateTime(let time): hasher.combine(time)
        case .date(let date): hasher.combine(date)
        case .duration(let span): hasher.combine(span)
        case .object(let object):
            if let mapping = object.mapping {
                hasher.combine(mapping)
            } else {
                hasher.combine(ObjectIdentifier(object))
            }
        }
    }
}
