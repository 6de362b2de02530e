import Interpolation
import JSON

extension ComponentBuilder {
    /// The selector of a stream: its `record_selector` node with the stream's `transformations`.
    ///
    /// - Parameters:
    ///   - node: The `record_selector`.
    ///   - stream: The `DeclarativeStream` that it belongs to; nil for a selector of another component.
    ///   - schema: Asked for before the first page; for `schema_normalization`.
    ///   - cursor: Drops what isn't new, where the stream's cursor says so (`is_client_side_incremental`).
    func recordSelector(
        _ node: ComponentNode, of stream: ComponentNode?, schema: any SchemaLoader, cursor: (any StreamCursor)?
    ) throws -> any RecordSelector {
        let filter = try node.child("record_filter").map { filter in
            StandardRecordSelector.Filter(
                condition: Template(try filter.text("condition") ?? ""), parameters: .mapping(filter.parameters))
        }
        let isClientSide = try stream?.child("incremental_sync")?.flag("is_client_side_incremental") ?? false
        let normalizes = try node.text("schema_normalization") == "Default"
        return StandardRecordSelector(
            try recordExtractor(try node.requiredChild("extractor")),
            // With a cursor, an empty condition is none.
            filter: cursor != nil && filter?.condition.source.isEmpty == true ? nil : filter, cursor: cursor,
            transformations: try (stream?.children("transformations") ?? []).map(transformation),
            transformsFirst: try node.flag("transform_before_filtering") ?? (isClientSide || cursor != nil),
            schema: schema, normalizes: normalizes, context: context(node))
    }

    /// Makes an extractor.
    func recordExtractor(_ node: ComponentNode) throws -> any RecordExtractor {
        switch node.type {
        case "DpathExtractor", "":
            PathExtractor(
                path: try fieldPath(node, "field_path"),
                expander: try node.child("record_expander").map(recordExpander))
        case "CombinedExtractor":
            CombinedExtractor(
                extractors: try node.children("extractors").map(recordExtractor),
                takesFirst: try node.text("mode") == "first_match",
                dropsEmpty: try node.flag("skip_empty_records") ?? false)
        case "ResponseToFileExtractor": PathExtractor(path: FieldPath(names: []))
        default: throw node.unknownType()
        }
    }

    private func recordExpander(_ node: ComponentNode) throws -> RecordExpander {
        RecordExpander(
            path: try fieldPath(node, "expand_records_from_field"),
            keepsOriginal: try node.flag("remain_original_record") ?? false,
            emitsParent: try node.text("on_no_records") == "emit_parent",
            parentFields: try node.children("parent_fields").map { field in
                RecordExpander.ParentField(
                    from: try fieldPath(field, "parent_path"), to: try fieldNames(field, "record_path"))
            },
            mergesParent: try node.flag("merge_parent") ?? false)
    }

    /// The path in a field, each step a template of the config.
    func fieldPath(_ node: ComponentNode, _ field: String) throws -> FieldPath {
        let context = context(node)
        return FieldPath(values: try (node.texts(field) ?? []).map { try Template($0).string(in: context) })
    }

    private func fieldNames(_ node: ComponentNode, _ field: String) throws -> [String] {
        let context = context(node)
        return try (node.texts(field) ?? []).map { try Template($0).string(in: context).text }
    }

    /// Makes a transformation.
    func transformation(_ node: ComponentNode) throws -> any RecordTransformation {
        switch node.type {
        case "AddFields": try addFields(node)
        case "RemoveFields":
            RemoveFields(
                paths: try (node.list("field_pointers") ?? []).map { FieldPath(names: Self.names($0)) },
                condition: try condition(node), parameters: .mapping(node.parameters))
        case "KeysToLower": KeysToLower()
        case "KeysToSnakeCase": KeysToSnakeCase()
        case "KeysReplace":
            KeysReplace(
                old: Template(try node.requiredText("old")), new: Template(try node.requiredText("new")),
                parameters: .mapping(node.parameters))
        case "FlattenFields": FlattenFields(flattensLists: try node.flag("flatten_lists") ?? true)
        case "DpathFlattenFields": try flattenObject(node)
        default: throw node.unknownType()
        }
    }

    private func addFields(_ node: ComponentNode) throws -> AddFields {
        let fields = try node.children("fields").map { field in
            let path = Self.names(field["path"] ?? .none)
            guard !path.isEmpty else { throw field.invalid("must have at least one step", at: "path") }
            return AddFields.Field(
                path: path, value: Template(try field.requiredText("value")), types: try field.valueTypes("value_type"),
                parameters: .mapping(field.parameters))
        }
        return AddFields(fields: fields, condition: try condition(node), parameters: .mapping(node.parameters))
    }

    private func flattenObject(_ node: ComponentNode) throws -> FlattenObject {
        let keys = try node.child("key_transformation")
        let context = context(node)
        let affix = { (field: String) in
            guard let text = try keys?.text(field) else { return "" }
            return try Template(text).string(in: context).text
        }
        return FlattenObject(
            path: try fieldPath(node, "field_path"), prefix: try affix("prefix"), suffix: try affix("suffix"),
            removesOrigin: try node.flag("delete_origin_value") ?? false,
            replacesRecord: try node.flag("replace_record") ?? false)
    }

    private func condition(_ node: ComponentNode) throws -> Template? {
        try node.text("condition").flatMap { $0.isEmpty ? nil : Template($0) }
    }

    /// The steps of a path that aren't templates.
    private static func names(_ value: Value) -> [String] { (value.elements ?? [value]).map(\.keyText) }
}
