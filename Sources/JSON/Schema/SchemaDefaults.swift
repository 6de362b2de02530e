extension JSONSchema {
    /// The value with each `default` filled in where an object lacks that member, also inside members that are there.
    /// Of alternatives (`oneOf`, `anyOf`) the first one that the value meets gives its defaults. The result isn't
    /// checked.
    public func fillingDefaults(in value: JSONValue) -> JSONValue { fill(value, SchemaCompiler.root, depth: 0) }

    private func fill(_ value: JSONValue, _ index: Int, depth: Int) -> JSONValue {
        guard depth < JSONLimits.deepest else { return value }
        let node = nodes[index]
        var result = value
        if case .object(var object) = value {
            for property in node.properties {
                let current = object[property.name] ?? defaultValue(property.node)
                guard let current else { continue }
                object[property.name] = fill(current, property.node, depth: depth + 1)
            }
            result = .object(object)
        } else if case .array(let elements) = value, let items = node.items {
            result = .array(elements.map { fill($0, items, depth: depth + 1) })
        }
        for part in node.allOf + [node.reference].compactMap({ $0 }) { result = fill(result, part, depth: depth + 1) }
        for alternatives in [node.oneOf, node.anyOf] {
            var validator = SchemaValidator(schema: self)
            guard let met = alternatives.first(where: { validator.meets(value, $0) }) else { continue }
            result = fill(result, met, depth: depth + 1)
        }
        return result
    }

    /// The default of a schema, or of the one it refers to.
    private func defaultValue(_ index: Int) -> JSONValue? {
        let node = nodes[index]
        return node.defaultValue ?? node.reference.flatMap { nodes[$0].defaultValue }
    }
}
