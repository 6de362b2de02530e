import ConnectorAPI
import Domain
import Interpolation
import JSON

extension ComponentBuilder {
    /// The `DeclarativeStream` nodes that a `DynamicDeclarativeStream` stands for, with types and parameters handed down.
    func resolvedStreams(_ node: ComponentNode) async throws -> [ComponentNode] {
        let template = try node.requiredChild("stream_template")
        let resolver = try node.requiredChild("components_resolver")
        let mappings = try resolver.children("components_mapping").map { try StreamTemplate.Part($0, builder: self) }
        let maker = StreamTemplate(
            template.fields, parts: mappings, readsYAML: resolver.type != "HttpComponentsResolver",
            context: context(resolver))
        let name = try node.text("name") ?? "dynamic_stream_\(node.pointer.tokens.last ?? "0")"
        let prefersOuter = try node.flag("use_parent_parameters") ?? true
        return try await components(resolver).map { found in
            var fields = Inheritance.applied(to: try maker.stream(found), prefersOuter: prefersOuter)
            if fields["type"] == nil { fields["type"] = "DeclarativeStream" }
            fields["dynamic_stream_name"] = .string(name)
            guard let own = fields["name"]?.string, !own.isEmpty else {
                throw node.invalid("makes a stream without a name", at: "stream_template")
            }
            return ComponentNode(fields: fields, pointer: template.pointer)
        }
    }

    private func components(_ node: ComponentNode) async throws -> [StreamTemplate.Found] {
        switch node.type {
        case "HttpComponentsResolver":
            var found: [StreamTemplate.Found] = []
            try await auxiliaryRetriever(try node.requiredChild("retriever")).read(.whole) { records in
                for record in records {
                    found.append(StreamTemplate.Found(values: try record.content.value(), slice: record.slice))
                }
            }
            return found
        case "ConfigComponentsResolver":
            return try configComponents(node).map { StreamTemplate.Found(values: .mapping($0)) }
        case "ParametrizedComponentsResolver":
            let list = try node.requiredChild("stream_parameters").list("list_of_parameters_for_stream") ?? []
            return list.map { StreamTemplate.Found(values: $0) }
        default: throw node.unknownType()
        }
    }

    /// Every combination of an element of each list in the config, the elements' members put together.
    private func configComponents(_ node: ComponentNode) throws -> [Mapping] {
        var combinations: [Mapping] = [[:]]
        for (index, part) in try node.children("stream_config").enumerated() {
            let found = try fieldPath(part, "configs_pointer").value(in: .mapping(config)) ?? []
            let elements = (found.elements ?? [found]) + (try part.list("default_values") ?? [])
            combinations = combinations.flatMap { combination in
                elements.enumerated().map { place, element in
                    var combined = combination
                    if let members = element.mapping {
                        combined.merge(members)
                    } else {
                        combined["source_config_\(index)"] = .tuple([.int(place), element])
                    }
                    return combined
                }
            }
        }
        return combinations
    }
}

/// Makes streams of a template: puts what was found for each into its places.
struct StreamTemplate: Sendable {
    /// What was found for one stream.
    struct Found: Sendable {
        let values: Value
        var slice: StreamSlice?
    }

    /// One place of the template, and what goes there.
    struct Part: Sendable {
        let path: [Template]
        let value: Template
        let types: ValueTypes?
        /// Whether a place that isn't there is made.
        let isMade: Bool
        let condition: Template?

        init(_ node: ComponentNode, builder: ComponentBuilder) throws {
            path = try (node.texts("field_path") ?? []).map { Template($0) }
            value = Template(try node.requiredText("value"))
            types = try node.valueTypes("value_type")
            isMade = try node.flag("create_or_update") ?? false
            condition = try node.text("condition").flatMap { $0.isEmpty ? nil : Template($0) }
        }
    }

    private let fields: Mapping
    private let parts: [Part]
    /// Whether a text is read as YAML before it is put in.
    private let readsYAML: Bool
    private let context: Context

    init(_ fields: Mapping, parts: [Part], readsYAML: Bool, context: Context) {
        self.fields = fields
        self.parts = parts
        self.readsYAML = readsYAML
        self.context = context
    }

    /// The stream of one finding.
    func stream(_ found: Found) throws -> Mapping {
        var context = context
        context[.streamTemplateConfig] = .mapping(fields)
        context[.componentsValues] = found.values
        if let slice = found.slice { context[.streamSlice] = .object(slice) }
        var stream = Value.mapping(fields)
        for part in parts {
            if let condition = part.condition, try !condition.isTrue(in: context) { continue }
            var value = try part.value.value(in: context, types: part.types, default: part.value)
            if readsYAML, let text = value.string, part.types != .string { value = Self.parsed(text) }
            let steps = try part.path.map { try $0.string(in: context) }
            guard !FieldPath(values: steps).replace(with: value, in: &stream), part.isMade, value.isTrue else {
                continue
            }
            do {
                try FieldPath.set(value, at: steps.map(\.text)[...], in: &stream)
            } catch {
                throw AppError.source(
                    .dynamicStreamUnusable, "a place of the stream's template leads through a value",
                    recovery: .fixConfig)
            }
        }
        return stream.mapping ?? [:]
    }

    private static func parsed(_ text: String) -> Value {
        if text.isEmpty { return .none }
        // What isn't YAML is a text.
        return (try? ManifestText.value(of: text)) ?? .string(text)
    }
}

extension ComponentNode {
    /// Which literals a `value_type` lets through; nil = all.
    func valueTypes(_ field: String) throws -> ValueTypes? {
        switch try text(field) {
        case "string": .string
        case "number": .float
        case "integer": .int
        case "boolean": .bool
        default: nil
        }
    }
}
