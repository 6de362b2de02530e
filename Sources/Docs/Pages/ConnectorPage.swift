import Domain
import JSON

/// The page of a type of source, made from its descriptor.
enum ConnectorPage {
    static func page(_ connector: ConnectorDescriptor) -> Page {
        Page(path: Place.connector(connector.type), title: connector.title, summary: connector.description) {
            Tag.p {
                HTML(
                    prose: "A DataSource with `\"type\": \"\(connector.type)\"`; version \(connector.version). It can: "
                )
                HTML(connector.capabilities.map(\.rawValue).sorted().map { Parts.badge($0) })
            }
            Parts.heading(.h2, "config", "Config")
            config(connector.configSchema)
            if hasIdentity(connector.configSchema) {
                Tag.p {
                    HTML(
                        prose: """
                            Fields marked “where it connects to” say which system it is: whoever changes one of them \
                            sends the secrets again.
                            """)
                }
            }
            examples(connector)
            Parts.heading(.h2, "try", "Before it is registered")
            Tag.p {
                HTML(
                    prose: """
                        [Try a config](/docs/connectors#connectors.check) before anything is saved; once it is \
                        registered, [its entities](/docs/datasources#datasources.entities) can be listed. What \
                        can go wrong has [codes](/docs/errors#sources) of its own.
                        """)
            }
        }
    }

    private static func hasIdentity(_ schema: JSONValue) -> Bool {
        (schema["properties"]?.objectValue ?? JSONObject()).contains { $0.value["x-identity"] == true }
    }

    /// The fields of a schema, those of nested objects by their dotted paths.
    private static func config(_ schema: JSONValue) -> HTML {
        Parts.table("Fields of config", ("Field", "Meaning"), rows(of: schema, below: ""))
    }

    private static func rows(of schema: JSONValue, below prefix: String) -> [Parts.Row] {
        let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        return (schema["properties"]?.objectValue ?? JSONObject()).flatMap { member in
            let name = prefix + member.name
            return [row(name, member.value, isRequired: required.contains(member.name))]
                + rows(of: member.value, below: name + ".")
        }
    }

    private static func row(_ name: String, _ schema: JSONValue, isRequired: Bool) -> Parts.Row {
        Parts.Row(id: "config." + name) {
            Tag.code { name }
            Tag.span(.class("kind")) { kind(schema) }
        } meaning: {
            if let text = schema["description"]?.stringValue ?? schema["title"]?.stringValue {
                Tag.p { HTML(text: text.hasSuffix(".") ? text : text + ".") }
            }
            if let bounds = bounds(schema) { Tag.p(.class("bounds")) { HTML(prose: bounds) } }
            Tag.p(.class("badges")) {
                if isRequired { Parts.badge("required", "required") }
                if schema["x-secret"] == true { Parts.badge("secret: never returned", "secret") }
                if schema["x-identity"] == true { Parts.badge("where it connects to", "identity") }
                if let standard = schema["default"] { Parts.badge("default " + standard.description) }
            }
        }
    }

    private static func kind(_ schema: JSONValue) -> String {
        if schema["enum"] != nil { return "enum" }
        let types = schema["type"]?.arrayValue?.compactMap(\.stringValue) ?? [schema["type"]?.stringValue ?? "any JSON"]
        return types.map { type in
            guard type == "array", let items = schema["items"] else { return type }
            return "array of " + kind(items)
        }.joined(separator: " or ")
    }

    private static func bounds(_ schema: JSONValue) -> String? {
        if let choices = schema["enum"]?.arrayValue {
            return "One of " + choices.map { "`\($0.stringValue ?? $0.description)`" }.joined(separator: ", ") + "."
        }
        let words: [String?] = [
            range(schema, "minimum", "maximum", ""), range(schema, "minLength", "maxLength", " characters"),
            range(schema, "minItems", "maxItems", " elements"),
        ]
        let known = words.compactMap { $0 }
        return known.isEmpty ? nil : known.joined(separator: "; ") + "."
    }

    private static func range(_ schema: JSONValue, _ least: String, _ most: String, _ unit: String) -> String? {
        let least = schema[least]?.int64Value.map { ResourceField.Form.grouped(Int($0)) }
        let most = schema[most]?.int64Value.map { ResourceField.Form.grouped(Int($0)) }
        return switch (least, most) {
        case (let least?, let most?): "\(least) to \(most)\(unit)"
        case (nil, let most?): "At most \(most)\(unit)"
        case (let least?, nil): "At least \(least)\(unit)"
        case (nil, nil): nil
        }
    }

    /// The schema's examples, each as the body that registers a DataSource.
    @HTMLBuilder private static func examples(_ connector: ConnectorDescriptor) -> HTML {
        let examples = connector.configSchema["examples"]?.arrayValue ?? []
        if !examples.isEmpty {
            Parts.heading(.h2, "examples", "Examples")
            for example in examples {
                Parts.json(
                    ["name": .string(connector.title), "type": .string(connector.type), "config": example],
                    "POST /api/v1/datasources")
            }
        }
    }
}
