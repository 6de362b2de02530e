import Interpolation

/// Casts a record's values to the types of the stream's JSON schema, where a property has exactly one besides null.
///
/// What can't be cast stays as it is. Only `properties`, `items` and references within the schema are followed.
struct SchemaNormalizer: Sendable {
    private static let mostReferences = 32

    let schema: Mapping

    /// Casts what is inside the record.
    func normalize(_ record: inout Value) { normalizeInside(&record, by: schema, references: 0) }

    private func normalizeInside(_ value: inout Value, by schema: Mapping, references: Int) {
        if let target = schema["$ref"]?.string {
            guard references < Self.mostReferences, let found = resolve(target) else { return }
            return normalizeInside(&value, by: found, references: references + 1)
        }
        switch value {
        case .mapping(var mapping):
            guard let properties = schema["properties"]?.mapping else { return }
            value = .none
            for property in properties {
                guard let subschema = property.value.mapping, var member = mapping[property.key] else { continue }
                mapping[property.key] = Value.none
                member = Self.cast(member, by: subschema)
                normalizeInside(&member, by: subschema, references: references)
                mapping[property.key] = member
            }
            value = .mapping(mapping)
        case .list(var elements):
            guard let subschema = schema["items"]?.mapping else { return }
            value = .none
            for index in elements.indices {
                elements[index] = Self.cast(elements[index], by: subschema)
                normalizeInside(&elements[index], by: subschema, references: references)
            }
            value = .list(elements)
        default: return
        }
    }

    private func resolve(_ reference: String) -> Mapping? {
        guard reference.hasPrefix("#") else { return nil }
        var found: Value = .mapping(schema)
        for token in reference.dropFirst().split(separator: "/") {
            let name = String(token).replacing("~1", with: "/").replacing("~0", with: "~")
            guard let next = found[name] else { return nil }
            found = next
        }
        return found.mapping
    }

    /// The value as the schema's one type has it.
    static func cast(_ value: Value, by schema: Mapping) -> Value {
        guard let type = schema["type"] else { return value }
        let names = type.string.map { [$0] } ?? (type.elements ?? []).compactMap(\.string)
        if value.isNone, names.contains("null") { return value }
        let wanted = type.string == nil ? names.filter { $0 != "null" } : names
        guard wanted.count == 1 else { return value }
        switch wanted[0] {
        case "string": return .string(value.text)
        case "number": return value.pythonFloat.map(Value.float) ?? value
        case "integer": return value.pythonInteger ?? value
        case "boolean": return boolean(value)
        case "array": return isList(of: schema["items"]) && value.isPlainScalar ? .list([value]) : value
        default: return value
        }
    }

    private static func boolean(_ value: Value) -> Value {
        guard let text = value.string else { return .bool(value.isTrue) }
        switch text.lowercased().trimmingWhitespace() {
        case "y", "yes", "t", "true", "on", "1": return .bool(true)
        case "n", "no", "f", "false", "off", "0": return .bool(false)
        default: return value
        }
    }

    /// Whether elements are simple values for all that the schema says.
    private static func isList(of items: Value?) -> Bool {
        guard let items else { return true }
        guard let mapping = items.mapping else { return false }
        guard let type = mapping["type"] else { return true }
        let simple: Set = ["string", "number", "integer", "boolean", "null"]
        return (type.elements ?? [type]).allSatisfy { simple.contains($0.string ?? "") } && type.string == nil
    }
}

extension Value {
    /// Whether it is a text, a number, true, false or None.
    var isPlainScalar: Bool {
        switch self {
        case .none, .bool, .int, .bigInt, .float, .string: true
        default: false
        }
    }
}

extension String {
    /// Without white space around it.
    func trimmingWhitespace() -> String {
        guard let first = unicodeScalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = unicodeScalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(unicodeScalars[first...last])
    }
}
