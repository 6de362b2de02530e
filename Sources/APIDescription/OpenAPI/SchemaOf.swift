import Domain
import JSON

/// JSON Schemas (draft 2020-12, as OpenAPI 3.1 has it) of what the contract declares.
struct SchemaOf {
    /// Whether the schema is of what clients send or of what they get.
    enum Side: Sendable {
        case answer, request
    }

    /// 26 characters of Crockford's base 32 that hold 128 bits.
    private static let ulid = "[0-7][0-9A-HJKMNP-TV-Z]{25}"

    /// The reference to a resource's schema.
    static func reference(_ resource: Resource, _ side: Side, _ use: Operation.Body.Use = .create) -> JSONValue {
        ["$ref": .string("#/components/schemas/" + name(resource, side, use))]
    }

    /// What a resource's schema is called. What clients send and what they get are told apart where they differ.
    static func name(_ resource: Resource, _ side: Side, _ use: Operation.Body.Use = .create) -> String {
        guard side == .request, resource.isAnswered else { return resource.name }
        return use == .patch ? resource.name + "Patch" : "New" + resource.name
    }

    /// The schema of what clients get.
    static func answer(_ resource: Resource) -> JSONValue {
        var properties = JSONObject()
        for field in resource.fields {
            var schema = self.schema(field.form, .answer, isNullable: field.isNullable)
            describe(&schema, field)
            if field.isStamped, resource.isWritable { schema["readOnly"] = true }
            properties[field.name] = .object(schema)
        }
        let required = resource.fields.filter { !$0.isLeftOut }.map { JSONValue.string($0.name) }
        var schema: JSONObject = ["type": "object", "description": .string(resource.note)]
        if !required.isEmpty { schema["required"] = .array(required) }
        schema["properties"] = .object(properties)
        schema["examples"] = [.object(resource.example)]
        return .object(schema)
    }

    /// The schema of what clients send: members of other names are refused.
    static func request(_ resource: Resource, _ use: Operation.Body.Use) -> JSONValue {
        guard use != .items else {
            return ["type": "object", "description": .string(resource.note), "examples": [["id": 1, "name": "Ada"]]]
        }
        let uses = resource.fields.map { (field: $0, use: use == .patch ? $0.onPatch : $0.onCreate) }
        var properties = JSONObject()
        for (field, fieldUse) in uses where fieldUse != .refused {
            let isNullable = field.isNullable || (use == .create && fieldUse == .optional)
            var schema = self.schema(field.form, .request, isNullable: isNullable)
            describe(&schema, field)
            if use == .create { schema["default"] = field.standard }
            properties[field.name] = .object(schema)
        }
        var schema: JSONObject = ["type": "object", "description": .string(resource.note)]
        let required = uses.filter { $0.use == .required }.map { JSONValue.string($0.field.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        schema["properties"] = .object(properties)
        schema["additionalProperties"] = false
        schema["examples"] = [.object(use == .patch ? resource.patchingExample : resource.creatingExample)]
        return .object(schema)
    }

    private static func describe(_ schema: inout JSONObject, _ field: ResourceField) {
        schema["description"] = .string(field.note)
        if schema["$ref"] == nil, schema["anyOf"] == nil { schema["examples"] = [field.example] }
    }

    /// The schema of a value of that form.
    static func schema(_ form: ResourceField.Form, _ side: Side, isNullable: Bool = false) -> JSONObject {
        var schema = self.schema(form, side)
        guard isNullable else { return schema }
        if schema["$ref"] != nil { return ["anyOf": [.object(schema), ["type": "null"]]] }
        if let type = schema["type"] { schema["type"] = [type, "null"] }
        if let choices = schema["enum"]?.arrayValue { schema["enum"] = .array(choices + [.null]) }
        return schema
    }

    private static func schema(_ form: ResourceField.Form, _ side: Side) -> JSONObject {
        switch form {
        case .text(let length): return text(length)
        case .label(let length):
            // White space around it isn't counted, so the bounds can only be told by a pattern.
            return side == .answer ? text(length) : ["type": "string", "pattern": .string(label(length))]
        case .tag: return ["type": "string", "pattern": "^[a-z0-9._-]{1,64}$"]
        case .choice(let choices): return ["type": "string", "enum": .array(choices.map { .string($0) })]
        case .id(""): return text(1...255)
        case .id(let prefix): return ["type": "string", "pattern": .string("^\(prefix)\(ulid)$")]
        case .time: return ["type": "string", "format": "date-time"]
        case .schedule: return ["type": "string", "minLength": 1]
        case .duration: return ["type": "string", "format": "duration"]
        case .flag: return ["type": "boolean"]
        case .count: return ["type": "integer", "format": "int64", "minimum": 0]
        case .integer(let range):
            return ["type": "integer", "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)]
        case .object: return ["type": "object"]
        case .map(let form): return ["type": "object", "additionalProperties": .object(schema(form, side))]
        case .nested(let resource): return reference(resource, side).objectValue ?? JSONObject()
        case .list(let form, let count):
            var list: JSONObject = ["type": "array", "items": .object(schema(form, side))]
            if count.lowerBound > 0 { list["minItems"] = .int(count.lowerBound) }
            list["maxItems"] = .int(count.upperBound)
            return list
        case .any: return JSONObject()
        }
    }

    private static func text(_ length: ClosedRange<Int>) -> JSONObject {
        var schema: JSONObject = ["type": "string"]
        if length.lowerBound > 0 { schema["minLength"] = .int(length.lowerBound) }
        schema["maxLength"] = .int(length.upperBound)
        return schema
    }

    private static func label(_ length: ClosedRange<Int>) -> String {
        "^\\s*\\S([\\s\\S]{0,\(max(0, length.upperBound - 2))}\\S)?\\s*$"
    }
}

extension Resource {
    /// Whether an answer has it, as a whole or as a part.
    var isAnswered: Bool { answeredNames.contains(name) }
}

private let answeredNames = Set(Contract.answeredResources.map(\.name))
