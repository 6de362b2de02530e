/// Checks one value against a schema's nodes.
struct SchemaValidator {
    private static let mostViolations = 50
    private static let mostSteps = 1_000_000
    private static let mostNamesInMessages = 20

    private let schema: JSONSchema
    private(set) var violations: [JSONSchemaViolation] = []
    private var steps = 0

    init(schema: JSONSchema) { self.schema = schema }

    private var isFull: Bool { violations.count >= Self.mostViolations }

    mutating func check(_ value: JSONValue, against index: Int, at pointer: JSONPointer) {
        steps += 1
        guard !isFull else { return }
        guard steps <= Self.mostSteps else { return add("$ref", pointer, "is too complex to check") }
        let node = schema.nodes[index]
        guard node.isPossible else { return add("false", pointer, "isn't allowed here") }
        guard checkType(value, node, pointer) else { return }
        checkChoice(value, node, pointer)
        switch value {
        case .number(let number):
            for bound in node.bounds where !bound.admits(number) { add(bound.keyword, pointer, bound.message) }
        case .string(let text): checkString(text, node, pointer)
        case .array(let elements): checkArray(elements, node, pointer)
        case .object(let object): checkObject(object, node, pointer)
        case .null, .bool: break
        }
        checkCombined(value, node, pointer)
    }

    private mutating func add(_ keyword: String, _ pointer: JSONPointer, _ message: String) {
        guard !isFull else { return }
        violations.append(JSONSchemaViolation(pointer: pointer, keyword: keyword, message: message))
    }

    private mutating func checkType(_ value: JSONValue, _ node: SchemaNode, _ pointer: JSONPointer) -> Bool {
        let isMet =
            node.types.isEmpty
            || node.types.contains { type in
                type == value.kind || type == "integer" && value.numberValue?.isInteger == true
            }
        if !isMet { add("type", pointer, "must be of type \(node.types.joined(separator: " or "))") }
        return isMet
    }

    private mutating func checkChoice(_ value: JSONValue, _ node: SchemaNode, _ pointer: JSONPointer) {
        if let allowed = node.allowed, !allowed.contains(value) {
            let list = allowed.prefix(Self.mostNamesInMessages).map(\.description).joined(separator: ", ")
            add("enum", pointer, "must be one of \(list)")
        }
        if let constant = node.constant, constant != value { add("const", pointer, "must be \(constant)") }
    }

    private mutating func checkString(_ text: String, _ node: SchemaNode, _ pointer: JSONPointer) {
        for size in node.sizes where !size.isOfArray && !size.admits(text.unicodeScalars.count) {
            add(size.keyword, pointer, size.message)
        }
        if let pattern = node.pattern, !schema.matchesPattern(pattern, text) {
            add("pattern", pointer, "must match the pattern \(pattern)")
        }
    }

    private mutating func checkArray(_ elements: [JSONValue], _ node: SchemaNode, _ pointer: JSONPointer) {
        for size in node.sizes where size.isOfArray && !size.admits(elements.count) {
            add(size.keyword, pointer, size.message)
        }
        if node.hasUniqueItems, Set(elements).count < elements.count {
            add("uniqueItems", pointer, "must not hold an element twice")
        }
        guard let items = node.items else { return }
        for (index, element) in elements.enumerated() where !isFull {
            check(element, against: items, at: pointer.appending(index))
        }
    }

    private mutating func checkObject(_ object: JSONObject, _ node: SchemaNode, _ pointer: JSONPointer) {
        for name in node.required where object[name] == nil { add("required", pointer.appending(name), "is required") }
        for property in node.properties {
            guard let value = object[property.name] else { continue }
            check(value, against: property.node, at: pointer.appending(property.name))
        }
        guard let additional = node.additional else { return }
        let known = Set(node.properties.map { ExactText($0.name) })
        for member in object.members where !known.contains(ExactText(member.name)) {
            let place = pointer.appending(member.name)
            if schema.nodes[additional].isPossible {
                check(member.value, against: additional, at: place)
            } else {
                add("additionalProperties", place, "isn't a known field")
            }
        }
    }

    private mutating func checkCombined(_ value: JSONValue, _ node: SchemaNode, _ pointer: JSONPointer) {
        if let reference = node.reference { check(value, against: reference, at: pointer) }
        for part in node.allOf { check(value, against: part, at: pointer) }
        if !node.anyOf.isEmpty, !node.anyOf.contains(where: { meets(value, $0) }) {
            add("anyOf", pointer, "meets none of the \(node.anyOf.count) alternatives")
        }
        if !node.oneOf.isEmpty {
            let met = node.oneOf.count { meets(value, $0) }
            if met != 1 { add("oneOf", pointer, "meets \(met) of the \(node.oneOf.count) alternatives, must be one") }
        }
        if let not = node.not, meets(value, not) { add("not", pointer, "is excluded") }
    }

    /// Whether a value meets a schema; what is wrong is forgotten.
    mutating func meets(_ value: JSONValue, _ index: Int) -> Bool {
        var attempt = SchemaValidator(schema: schema)
        attempt.steps = steps
        attempt.check(value, against: index, at: JSONPointer())
        steps = attempt.steps
        return attempt.violations.isEmpty
    }
}
