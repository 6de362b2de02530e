/// Reads a schema document into nodes, and refuses what the subset doesn't have.
struct SchemaCompiler {
    static let root = 0
    private static let mostNodes = 10_000
    private static let ignored: Set<String> = [
        "title", "description", "format", "examples", "deprecated", "readOnly", "$schema", "$id", "$comment",
    ]
    private static let typeNames: Set<String> = ["null", "boolean", "integer", "number", "string", "array", "object"]

    private let notes: Set<String>
    private let checksPatterns: Bool
    private var nodes: [SchemaNode] = []
    private var definitions: [String: Int] = ["#": root]
    private var references: [(node: Int, target: String, pointer: JSONPointer)] = []

    init(notes: Set<String>, checksPatterns: Bool) {
        self.notes = notes
        self.checksPatterns = checksPatterns
    }

    mutating func compile(_ document: JSONValue) throws(JSONSchemaError) -> [SchemaNode] {
        _ = try add(document, at: JSONPointer())
        for reference in references {
            guard let target = definitions[reference.target] else {
                throw fault(reference.pointer, "$ref leads nowhere; only # and #/$defs/name are followed")
            }
            nodes[reference.node].reference = target
        }
        try refuseEndlessReferences()
        return nodes
    }

    private mutating func add(_ schema: JSONValue, at pointer: JSONPointer) throws(JSONSchemaError) -> Int {
        guard nodes.count < Self.mostNodes else { throw fault(pointer, "more than \(Self.mostNodes) schemas") }
        let index = nodes.count
        nodes.append(SchemaNode())
        switch schema {
        case .bool(let possible): nodes[index].isPossible = possible
        case .object(let keywords):
            for member in keywords.members {
                try take(member.name, member.value, of: index, at: pointer.appending(member.name))
            }
        default: throw fault(pointer, "a schema must be an object or a boolean")
        }
        return index
    }

    private mutating func take(
        _ keyword: String, _ value: JSONValue, of node: Int, at pointer: JSONPointer
    ) throws(JSONSchemaError) {
        switch keyword {
        case "properties": nodes[node].properties = try properties(value, at: pointer)
        case "additionalProperties": nodes[node].additional = try add(value, at: pointer)
        case "items": nodes[node].items = try add(value, at: pointer)
        case "allOf": nodes[node].allOf = try list(value, at: pointer)
        case "anyOf": nodes[node].anyOf = try list(value, at: pointer)
        case "oneOf": nodes[node].oneOf = try list(value, at: pointer)
        case "not": nodes[node].not = try add(value, at: pointer)
        case "$ref": references.append((node, try string(value, at: pointer), pointer))
        case "$defs" where node == Self.root:
            for property in try properties(value, at: pointer) {
                definitions["#/$defs/" + JSONPointer.escape(property.name)] = property.node
            }
        default: try takeRule(keyword, value, of: node, at: pointer)
        }
    }

    /// Takes a keyword that holds no schema.
    private mutating func takeRule(
        _ keyword: String, _ value: JSONValue, of node: Int, at pointer: JSONPointer
    ) throws(JSONSchemaError) {
        switch keyword {
        case "type": nodes[node].types = try types(value, at: pointer)
        case "required": nodes[node].required = try strings(value, at: pointer)
        case "enum": nodes[node].allowed = try array(value, at: pointer)
        case "const": nodes[node].constant = value
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
            guard let limit = value.numberValue else { throw fault(pointer, "must be a number") }
            nodes[node].bounds.append(SchemaNode.Bound(keyword: keyword, limit: limit))
        case "minLength", "maxLength", "minItems", "maxItems":
            guard let limit = value.int64Value, limit >= 0 else { throw fault(pointer, "must be a count") }
            nodes[node].sizes.append(SchemaNode.Size(keyword: keyword, limit: Int(limit)))
        case "uniqueItems": nodes[node].hasUniqueItems = try bool(value, at: pointer)
        case "pattern": nodes[node].pattern = try pattern(value, at: pointer)
        default: try takeNote(keyword, value, of: node, at: pointer)
        }
    }

    private mutating func takeNote(
        _ keyword: String, _ value: JSONValue, of node: Int, at pointer: JSONPointer
    ) throws(JSONSchemaError) {
        switch keyword {
        case "default": nodes[node].defaultValue = value
        case "writeOnly": nodes[node].isWriteOnly = try bool(value, at: pointer)
        case "x-secret": nodes[node].isSecret = try bool(value, at: pointer)
        case "x-identity": nodes[node].isIdentity = try bool(value, at: pointer)
        default:
            guard Self.ignored.contains(keyword) || keyword.hasPrefix("x-") || notes.contains(keyword) else {
                throw fault(pointer, "the keyword \(keyword) isn't supported")
            }
        }
    }

    private mutating func properties(
        _ value: JSONValue, at pointer: JSONPointer
    ) throws(JSONSchemaError) -> [SchemaNode.Property] {
        guard let object = value.objectValue else { throw fault(pointer, "must be an object") }
        var properties: [SchemaNode.Property] = []
        for member in object.members {
            let node = try add(member.value, at: pointer.appending(member.name))
            properties.append(SchemaNode.Property(name: member.name, node: node))
        }
        return properties
    }

    private mutating func list(_ value: JSONValue, at pointer: JSONPointer) throws(JSONSchemaError) -> [Int] {
        var list: [Int] = []
        for schema in try array(value, at: pointer) { list.append(try add(schema, at: pointer.appending(list.count))) }
        guard !list.isEmpty else { throw fault(pointer, "must not be empty") }
        return list
    }

    private func types(_ value: JSONValue, at pointer: JSONPointer) throws(JSONSchemaError) -> [String] {
        let names = value.stringValue.map { [$0] }
        let types = if let names { names } else { try strings(value, at: pointer) }
        guard !types.isEmpty, types.allSatisfy(Self.typeNames.contains) else { throw fault(pointer, "not a type") }
        return types
    }

    private func pattern(_ value: JSONValue, at pointer: JSONPointer) throws(JSONSchemaError) -> String {
        let pattern = try string(value, at: pointer)
        if checksPatterns, BoundedPattern(pattern) == nil { throw fault(pointer, "the pattern can't be read") }
        return pattern
    }

    private func array(_ value: JSONValue, at pointer: JSONPointer) throws(JSONSchemaError) -> [JSONValue] {
        guard let array = value.arrayValue else { throw fault(pointer, "must be an array") }
        return array
    }

    private func string(_ value: JSONValue, at pointer: JSONPointer) throws(JSONSchemaError) -> String {
        guard let string = value.stringValue else { throw fault(pointer, "must be a string") }
        return string
    }

    private func bool(_ value: JSONValue, at pointer: JSONPointer) throws(JSONSchemaError) -> Bool {
        guard let flag = value.boolValue else { throw fault(pointer, "must be true or false") }
        return flag
    }

    private func strings(_ value: JSONValue, at pointer: JSONPointer) throws(JSONSchemaError) -> [String] {
        var strings: [String] = []
        for element in try array(value, at: pointer) { strings.append(try string(element, at: pointer)) }
        return strings
    }

    /// Refuses schemas that apply themselves to the same value again, which would never end.
    private func refuseEndlessReferences() throws(JSONSchemaError) {
        var finished = Set<Int>()
        for node in nodes.indices {
            var open = Set<Int>()
            guard !isEndless(node, &open, &finished) else {
                throw fault(JSONPointer(), "a $ref leads back to itself without going into a member or an element")
            }
        }
    }

    private func isEndless(_ node: Int, _ open: inout Set<Int>, _ finished: inout Set<Int>) -> Bool {
        if finished.contains(node) { return false }
        guard open.insert(node).inserted, open.count <= 1_000 else { return true }
        for next in nodes[node].inPlace where isEndless(next, &open, &finished) { return true }
        open.remove(node)
        finished.insert(node)
        return false
    }

    private func fault(_ pointer: JSONPointer, _ message: String) -> JSONSchemaError {
        JSONSchemaError(pointer: pointer, message: message)
    }
}
