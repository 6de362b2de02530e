import ConnectorAPI
import Domain
import Interpolation
import JSON

/// A spec's `config_normalization_rules`: what is done to a config before anything else looks at it.
struct ConfigNormalization {
    private let rules: ComponentNode?
    private let sources: TemplateSources

    init(_ root: ComponentNode, sources: TemplateSources) throws {
        rules = try root.child("spec")?.child("config_normalization_rules")
        self.sources = sources
    }

    /// The config brought to the manifest's present form; a change is to be kept.
    func migrated(_ config: Mapping) throws -> Mapping {
        var value = Value.mapping(config)
        for migration in try rules?.children("config_migrations") ?? [] {
            for transformation in try migration.children("transformations") { try apply(transformation, to: &value) }
        }
        return value.mapping ?? config
    }

    /// The config with what is computed from it.
    func transformed(_ config: Mapping) throws -> Mapping {
        var value = Value.mapping(config)
        for transformation in try rules?.children("transformations") ?? [] { try apply(transformation, to: &value) }
        return value.mapping ?? config
    }

    /// Throws `declarative.config_invalid` where a rule of the manifest's own doesn't hold.
    func validate(_ config: Mapping) throws {
        for node in try rules?.children("validations") ?? [] {
            let strategy = try node.requiredChild("validation_strategy")
            guard strategy.type == "ValidateAdheresToSchema" else { throw strategy.unknownType() }
            let schema = ConfigSchema.plain(JSONValue(strategy["base_schema"] ?? [:]))
            // A schema that can't be read allows every value.
            guard let compiled = try? JSONSchema(schema) else { continue }
            for value in try values(node, config) { try ConfigSchema.check(Self.parsed(value), compiled) }
        }
    }

    private func values(_ node: ComponentNode, _ config: Mapping) throws -> [Value] {
        switch node.type {
        case "DpathValidator":
            let path = try (node.texts("field_path") ?? []).map {
                try Template($0).string(in: context([:])).text
            }
            return FieldPath(names: path).values(in: .mapping(config))
        case "PredicateValidator":
            guard case .string(let text)? = node["value"] else { return [node["value"] ?? .none] }
            return [try Template(text).string(in: context(.mapping(config)))]
        default: throw node.unknownType()
        }
    }

    /// A text is JSON that is to be looked into.
    private static func parsed(_ value: Value) -> JSONValue {
        if case .string(let text) = value, let parsed = try? Value(json: text) { return JSONValue(parsed) }
        return JSONValue(value)
    }

    private func context(_ config: Value) -> Context { Context(config: config, sources: sources) }

    private func apply(_ node: ComponentNode, to config: inout Value) throws {
        switch node.type {
        case "ConfigAddFields": try addFields(node, to: &config)
        case "ConfigRemapField": try remap(node, &config)
        case "ConfigRemoveFields":
            if let condition = try condition(node), try !condition.isTrue(in: context(config)) { return }
            for pointer in try node.list("field_pointers") ?? [] {
                FieldPath(values: pointer.elements ?? [pointer]).remove(from: &config)
            }
        default: throw node.unknownType()
        }
    }

    private func condition(_ node: ComponentNode) throws -> Template? {
        try node.template("condition").flatMap { $0.source.isEmpty ? nil : $0 }
    }

    private func addFields(_ node: ComponentNode, to config: inout Value) throws {
        let condition = try condition(node)
        for field in try node.children("fields") {
            let path = try field.texts("path") ?? []
            let template = Template(try field.requiredText("value"))
            var context = context(config)
            let value = try template.value(in: context, types: try Self.types(field), default: template)
            context[.value] = value
            context[.path] = .list(path.map { .string($0) })
            if let condition, try !condition.isTrue(in: context) { continue }
            do throws(FieldPathError) {
                try FieldPath.set(value, at: path[...], in: &config)
            } catch {
                throw field.invalid("leads through a value that is no object", at: "path")
            }
        }
    }

    private static func types(_ field: ComponentNode) throws -> ValueTypes? {
        switch try field.text("value_type") {
        case "string": .string
        case "number": .float
        case "integer": .int
        case "boolean": .bool
        default: nil
        }
    }

    private func remap(_ node: ComponentNode, _ config: inout Value) throws {
        let context = context(config)
        let path = try (node.texts("field_path") ?? []).map { try Template($0).string(in: context).text }
        let map = try RenderedInput(node["map"] ?? [:], isNested: false).value(in: context).mapping ?? [:]
        var current: Value? = config
        for name in path { current = current?[name] }
        guard let current, let wanted = map[current] else { return }
        config = config.setting(wanted, at: path[...])
    }
}
