import Interpolation

extension ComponentBuilder {
    /// The loader of a stream's `schema_loader` field: one component, or several whose properties are put together; one of
    /// an empty schema where there is none.
    func schemaLoader(of stream: ComponentNode, identity: StreamIdentity) throws -> any SchemaLoader {
        let nodes = try stream.children("schema_loader")
        guard let first = nodes.first else { return FixedSchema() }
        guard stream["schema_loader"]?.elements != nil else { return try loader(first) }
        return MergedSchema(try nodes.map(loader))
    }

    private func loader(_ node: ComponentNode) throws -> any SchemaLoader {
        switch node.type {
        case "InlineSchemaLoader": return FixedSchema(fields: node["schema"]?.mapping ?? [:])
        case "JsonFileSchemaLoader": return MissingSchema(place: node)
        case "DynamicSchemaLoader":
            let retriever = try auxiliaryRetriever(try node.requiredChild("retriever"))
            return FetchedSchema(
                retriever, types: try schemaTypes(try node.requiredChild("schema_type_identifier")),
                transformations: try node.children("schema_transformations").map(transformation),
                filter: try node.child("schema_filter").map { filter in
                    StandardRecordSelector.Filter(
                        condition: Template(try filter.text("condition") ?? ""),
                        parameters: .mapping(filter.parameters))
                }, context: context(node))
        default: throw node.unknownType()
        }
    }

    private func schemaTypes(_ node: ComponentNode) throws -> SchemaTypes {
        let rules = try node.children("types_mapping").map { rule in
            SchemaTypes.Rule(
                current: rule["current_type"] ?? .none, target: try target(rule, "target_type"),
                condition: Template(try rule.text("condition") ?? "True"))
        }
        return SchemaTypes(
            schema: try fieldPath(node, "schema_pointer"), key: try fieldPath(node, "key_pointer"),
            type: node["type_pointer"] == nil ? nil : try fieldPath(node, "type_pointer"), rules: rules)
    }

    private func target(_ node: ComponentNode, _ field: String) throws -> SchemaTypes.Target {
        guard let value = node[field] else { throw node.invalid("is missing", at: field) }
        if let name = value.string { return .one(name) }
        if let names = value.elements { return .either(names.map(\.text)) }
        guard let nested = try node.child(field) else { throw node.invalid("must be a type", at: field) }
        return .list(
            of: try nested.requiredText("field_type"),
            items: nested["items"] == nil ? nil : try target(nested, "items"))
    }
}

/// A schema that a file beside the manifest should have; a manifest stands alone, so there is none.
struct MissingSchema: SchemaLoader {
    let place: ComponentNode

    func schema() throws -> Mapping {
        throw place.invalid("names a file, but a manifest is read without other files; use an InlineSchemaLoader")
    }
}

/// The properties of several schemas; of two of one name the first counts.
struct MergedSchema: SchemaLoader {
    private let loaders: [any SchemaLoader]

    init(_ loaders: [any SchemaLoader]) { self.loaders = loaders }

    func schema() async throws -> Mapping {
        var properties = Mapping()
        for loader in loaders {
            var own = try await loader.schema()["properties"]?.mapping ?? [:]
            own.merge(properties)
            properties = own
        }
        return [
            "$schema": "http://json-schema.org/draft-07/schema#", "type": ["null", "object"],
            "properties": .mapping(properties),
        ]
    }
}
