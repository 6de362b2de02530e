import ConnectorAPI
import Domain
import Interpolation

/// How a source's description of its fields becomes the properties of a JSON schema.
struct SchemaTypes: Sendable {
    /// What a type of the source becomes.
    indirect enum Target: Sendable {
        case one(String)
        /// One of two.
        case either([String])
        /// A list, of items of a type where that is said.
        case list(of: String, items: Target?)
    }

    /// Replaces a type of the source.
    struct Rule: Sendable {
        let current: Value
        let target: Target
        /// It sees the field's description as `raw_schema`.
        let condition: Template
    }

    /// Where in the record the fields' descriptions are.
    let schema: FieldPath
    /// Where in a description the field's name is.
    let key: FieldPath
    /// Where its type is; nil = every field is a text.
    let type: FieldPath?
    let rules: [Rule]

    /// The properties that a record describes.
    func properties(of record: Value, in context: Context) throws -> Mapping {
        var properties = Mapping()
        for field in try fields(of: record) {
            guard let name = try key.value(in: field)?.string else { throw Self.invalid("a field has no name") }
            properties[name] = try property(field, context)
        }
        return properties
    }

    private func fields(of record: Value) throws -> [Value] {
        guard let found = try schema.value(in: record) else { throw Self.invalid("the fields are missing") }
        return found.elements ?? (found.mapping?.keys ?? [])
    }

    private func property(_ field: Value, _ context: Context) throws -> Value {
        let type = try self.type.map { try $0.value(in: field) ?? "string" } ?? "string"
        var context = context
        context[.rawSchema] = field
        for rule in rules where rule.current == type {
            if try rule.condition.isTrue(in: context) { return try Self.property(rule.target) }
        }
        if let name = type.string { return try Self.property(.one(name)) }
        return try Self.property(.either((type.elements ?? []).map(\.text)))
    }

    private static func property(_ target: Target) throws -> Value {
        switch target {
        case .one(let name): return .mapping(try base(name))
        case .either(let names):
            guard names.count == 2 else { throw invalid("a field has neither one type nor two") }
            return ["oneOf": .list(try names.map { .mapping(try base($0)) })]
        case .list(let name, let items):
            var property = try base(name)
            if let items { property["items"] = try self.property(items) }
            return .mapping(property)
        }
    }

    private static func base(_ name: String) throws -> Mapping {
        let text: Value = ["null", "string"]
        switch name {
        case "string", "boolean", "integer", "number", "array", "object": return ["type": ["null", .string(name)]]
        case "date": return ["type": text, "format": "date"]
        case "timestamp_with_timezone": return ["type": text, "format": "date-time"]
        case "timestamp_without_timezone":
            return ["type": text, "format": "date-time", "airbyte_type": .string(name)]
        case "time_with_timezone", "time_without_timezone":
            return ["type": text, "format": "time", "airbyte_type": .string(name)]
        default: throw invalid("a field's type isn't known")
        }
    }

    private static func invalid(_ reason: String) -> AppError {
        .source(.schemaUnusable, "the source's description of its fields: \(reason)", recovery: .fixConfig)
    }
}

/// A schema made of what the source says of its fields, asked for once.
final class FetchedSchema: SchemaLoader {
    private struct Found: Error {
        let record: Value
    }

    private let retriever: any Retriever
    private let types: SchemaTypes
    private let transformations: [any RecordTransformation]
    private let filter: StandardRecordSelector.Filter?
    private let context: Context
    private let fetched = FetchedOnce<Mapping>()

    init(
        _ retriever: any Retriever, types: SchemaTypes, transformations: [any RecordTransformation],
        filter: StandardRecordSelector.Filter?, context: Context
    ) {
        self.retriever = retriever
        self.types = types
        self.transformations = transformations
        self.filter = filter
        self.context = context
    }

    func schema() async throws -> Mapping { try await fetched.value { [self] in try await fetch() } }

    private func fetch() async throws -> Mapping {
        var properties = Value.mapping([:])
        if let record = try await firstRecord(), record.isTrue {
            properties = .mapping(try types.properties(of: record, in: context))
        }
        if filter != nil { properties = .mapping(try filtered(properties.mapping ?? [:])) }
        var context = context
        for transformation in transformations { try transformation.apply(to: &properties, in: &context) }
        return [
            "$schema": "https://json-schema.org/draft-07/schema#", "type": "object", "additionalProperties": true,
            "properties": properties,
        ]
    }

    /// The first record; the read ends with it.
    private func firstRecord() async throws -> Value? {
        do {
            try await retriever.read(.whole) { records in
                if let first = records.first { throw Found(record: try first.content.value()) }
            }
        } catch let found as Found {
            return found.record
        }
        return nil
    }

    private func filtered(_ properties: Mapping) throws -> Mapping {
        guard let filter else { return properties }
        var context = context
        context[.parameters] = filter.parameters
        context[.streamSlice] = Value.none
        context[.nextPageToken] = Value.none
        return Mapping(
            try properties.filter { property in
                context[.record] = [property.key: property.value]
                return try filter.condition.isTrue(in: context)
            }.map { ($0.key, $0.value) })
    }
}
