/// Any JSON value. Two values are equal when they say the same: numbers by what they amount to (`1` equals `1.0`),
/// strings by their code points (not by Unicode equivalence), objects without regard to the order of members.
public enum JSONValue: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, kept as it was written.
    case number(JSONNumber)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object, its members in the order in which they were written.
    case object(JSONObject)
}

extension JSONValue: Hashable {
    /// Whether both say the same; see the type.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): ExactText(left) == ExactText(right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    /// Feeds the hasher so that equal values have equal hashes.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let flag): hasher.combine(flag)
        case .number(let number): hasher.combine(number)
        case .string(let text): hasher.combine(ExactText(text))
        case .array(let elements): hasher.combine(elements)
        case .object(let object): hasher.combine(object)
        }
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as compact JSON bytes, members in their own order.
    public func serialized() -> [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// The value as compact JSON bytes, members sorted by the bytes of their names; number literals stay as they are.
    public func canonicalSerialized() -> [UInt8] {
        var writer = JSONWriter()
        writer.canonicalValue(self)
        return writer.bytes
    }

    /// The value as compact JSON text.
    public var description: String { String(decoding: serialized(), as: UTF8.self) }

    /// The value as compact JSON text, members sorted by the bytes of their names.
    public var canonicalDescription: String { String(decoding: canonicalSerialized(), as: UTF8.self) }
}
