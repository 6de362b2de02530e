import ConnectorAPI
public import Domain
public import JSON

/// A manifest's `connection_specification`, a JSON schema of draft 7 with marks for forms, as our own subset.
public enum ConfigSchema {
    /// What the subset reads, without the marks that only forms use. `airbyte_secret` becomes `writeOnly` and `x-secret`;
    /// what can't be read is left out, so that it allows everything. Within arrays and maps nothing is marked, since no secret
    /// there can be named.
    public static func plain(_ schema: JSONValue) -> JSONValue { plain(schema, isRoot: true, depth: 0) }

    /// The place of a secret within an array or a map, where it has no name of its own and can't be kept apart; nil where
    /// there is none.
    public static func hiddenSecret(in schema: JSONValue) -> JSONPointer? {
        hiddenSecret(in: schema, at: [], isHidden: false)
    }

    private static func hiddenSecret(in schema: JSONValue, at place: [String], isHidden: Bool) -> JSONPointer? {
        guard place.count < 2 * deepest else { return nil }
        if isHidden, schema["airbyte_secret"]?.boolValue == true { return JSONPointer(place) }
        for member in schema.objectValue ?? [:] {
            let inner = place + [member.name]
            let found: JSONPointer?
            switch member.name {
            case "items", "additionalProperties", "patternProperties":
                found = hiddenSecret(in: member.value, at: inner, isHidden: true)
            case "properties", "definitions", "$defs":
                found =
                    (member.value.objectValue ?? [:]).lazy.compactMap {
                        hiddenSecret(in: $0.value, at: inner + [$0.name], isHidden: isHidden)
                    }.first
            case "oneOf", "anyOf", "allOf":
                found =
                    (member.value.arrayValue ?? []).enumerated().lazy.compactMap {
                        hiddenSecret(in: $0.element, at: inner + [String($0.offset)], isHidden: isHidden)
                    }.first
            default:
                // Below a keyword that holds schemas by name, such as `patternProperties`.
                found = isHidden ? hiddenSecret(in: member.value, at: inner, isHidden: true) : nil
            }
            if let found { return found }
        }
        return nil
    }

    /// Throws `declarative.config_invalid` with every fault of a config.
    static func check(_ config: JSONObject, against schema: JSONValue) throws {
        // A schema that can't be read allows every config; the components say what they miss.
        guard let schema = try? JSONSchema(plain(schema)) else { return }
        try check(.object(config), schema)
    }

    static func check(_ value: JSONValue, _ schema: JSONSchema) throws {
        let violations = schema.validate(value)
        guard let first = violations.first else { return }
        var error = AppError.source(
            .declarativeConfigInvalid, "the config's \(first.pointer) \(first.message)", recovery: .fixConfig)
        error.faults = violations.map {
            AppError.Fault(
                pointer: $0.pointer.description, code: ErrorCode.declarativeConfigInvalid.code, detail: $0.message)
        }
        throw error
    }

    private static let deepest = 32
    private static let kept: Set<String> = [
        "type", "required", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength",
        "maxLength", "minItems", "maxItems", "uniqueItems", "default", "title", "description", "format", "examples",
        "writeOnly", "x-secret", "x-identity",
    ]

    private static func plain(_ schema: JSONValue, isRoot: Bool, depth: Int, marks: Bool = true) -> JSONValue {
        guard let keywords = schema.objectValue, depth < deepest else { return schema.boolValue == nil ? true : schema }
        var result = JSONObject()
        for member in keywords {
            switch member.name {
            case "properties": result[member.name] = properties(member.value, depth, marks)
            case "definitions" where isRoot, "$defs" where isRoot:
                result["$defs"] = properties(member.value, depth, marks)
            case "items", "additionalProperties", "not":
                guard member.value.arrayValue == nil else { continue }
                result[member.name] = plain(
                    member.value, isRoot: false, depth: depth + 1, marks: marks && member.name == "not")
            case "allOf", "anyOf", "oneOf":
                guard let list = member.value.arrayValue, !list.isEmpty else { continue }
                result[member.name] = .array(list.map { plain($0, isRoot: false, depth: depth + 1, marks: marks) })
            case "$ref":
                let target = member.value.stringValue ?? ""
                result["$ref"] = .string(target.replacing("#/definitions/", with: "#/$defs/"))
            case "pattern":
                if let pattern = member.value.stringValue, BoundedPattern(pattern) != nil {
                    result["pattern"] = .string(pattern)
                }
            case "airbyte_secret":
                guard marks, member.value.boolValue == true else { continue }
                result["writeOnly"] = true
                result["x-secret"] = true
            default: if kept.contains(member.name) { result[member.name] = rule(member.name, member.value) }
            }
        }
        return .object(result)
    }

    private static func properties(_ value: JSONValue, _ depth: Int, _ marks: Bool) -> JSONValue {
        var result = JSONObject()
        for member in value.objectValue ?? [:] {
            let property = plain(member.value, isRoot: false, depth: depth + 1, marks: marks)
            result[member.name] = marks ? identifying(property) : property
        }
        return .object(result)
    }

    /// A field that isn't secret tells which system it is, unless the spec says otherwise; of an object, its fields do.
    private static func identifying(_ property: JSONValue) -> JSONValue {
        guard var keywords = property.objectValue, keywords["x-secret"] == nil, keywords["x-identity"] == nil,
            ["properties", "oneOf", "anyOf", "allOf", "$ref"].allSatisfy({ keywords[$0] == nil })
        else { return property }
        keywords["x-identity"] = true
        return .object(keywords)
    }

    /// A keyword without schemas; nil where its value isn't one that it may have.
    private static func rule(_ name: String, _ value: JSONValue) -> JSONValue? {
        switch name {
        case "required": value.arrayValue == nil ? nil : value
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum": value.numberValue == nil ? nil : value
        case "minLength", "maxLength", "minItems", "maxItems": (value.int64Value ?? -1) < 0 ? nil : value
        case "uniqueItems", "writeOnly", "x-secret", "x-identity": value.boolValue == nil ? nil : value
        default: value
        }
    }
}

extension ErrorCode {
    /// The config doesn't fit the manifest's spec.
    public static let declarativeConfigInvalid = ErrorCode(
        "declarative.config_invalid", .source, "the config isn't one that the manifest's spec allows")
}
