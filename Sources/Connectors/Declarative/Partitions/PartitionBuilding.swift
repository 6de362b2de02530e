import Interpolation

extension ComponentBuilder {
    /// The router of a `partition_router` field: one component, or several of which the product is taken; nil where there
    /// is none.
    func partitionRouter(of retriever: ComponentNode, stream: StreamIdentity) throws -> (any PartitionRouter)? {
        let nodes = try retriever.children("partition_router")
        guard let first = nodes.first else { return nil }
        guard retriever["partition_router"]?.elements != nil else { return try router(first) }
        return ProductRouter(routers: try nodes.map(router))
    }

    private func router(_ node: ComponentNode) throws -> any PartitionRouter {
        switch node.type {
        case "ListPartitionRouter": try listRouter(node)
        case "SubstreamPartitionRouter":
            SubstreamRouter(try node.children("parent_stream_configs").map(parent))
        case "GroupingPartitionRouter":
            GroupingRouter(
                try router(try withoutOptions(try node.requiredChild("underlying_partition_router"))),
                size: max(1, try node.integer("group_size") ?? 1), dropsRepeated: try node.flag("deduplicate") ?? true)
        case "UnionPartitionRouter":
            UnionRouter(
                routers: try node.children("partition_routers").map { try router(try withoutOptions($0)) },
                field: try evaluated(node, "partition_field").text)
        default: throw node.unknownType()
        }
    }

    /// Partitions that are put together can't go into requests one by one.
    private func withoutOptions(_ node: ComponentNode) throws -> ComponentNode {
        for part in [node] + (try node.children("parent_stream_configs")) where part["request_option"] != nil {
            throw part.invalid("can't be used here", at: "request_option")
        }
        return node
    }

    private func listRouter(_ node: ComponentNode) throws -> ListRouter {
        let values: [Value]
        if let listed = node["values"]?.elements {
            values = listed.map { .string($0.text) }
        } else {
            switch try evaluated(node, "values") {
            case .list(let found), .tuple(let found): values = found
            case .string(let text): values = text.unicodeScalars.map { .string(String(Character($0))) }
            case .mapping(let mapping): values = mapping.keys
            default: throw node.invalid("must be a list", at: "values")
            }
        }
        return ListRouter(field: try evaluated(node, "cursor_field").text, values: values, option: try option(node))
    }

    private func parent(_ node: ComponentNode) throws -> SubstreamRouter.Parent {
        let stream = try node.requiredChild("stream")
        let context = context(node)
        let extras = try (node.list("extra_fields") ?? []).map { path in
            let steps = try (path.elements ?? [path]).map { try Template($0.text).string(in: context) }
            return SubstreamRouter.Parent.Extra(
                name: steps.map(\.text).joined(separator: "."), path: FieldPath(values: steps))
        }
        let incremental = try stream.child("incremental_sync")
        let pointer = try node.texts("lazy_read_pointer").flatMap { $0.isEmpty ? nil : $0 }
        return SubstreamRouter.Parent(
            stream: try parentStream(stream), key: FieldPath(slashed: try evaluated(node, "parent_key").text),
            field: try evaluated(node, "partition_field").text, extras: extras, option: try option(node),
            isIncremental: try node.flag("incremental_dependency") ?? false,
            cursorField: try incremental.map { try evaluated($0, "cursor_field").text },
            firstPage: try pointer == nil ? nil : fieldPath(node, "lazy_read_pointer"))
    }

    private func option(_ node: ComponentNode) throws -> RequestOption? {
        try node.child("request_option").map { try RequestOption($0, builder: self) }
    }

    /// The value of a field that must be there, a template of the config.
    private func evaluated(_ node: ComponentNode, _ field: String) throws -> Value {
        try Template(node.requiredText(field)).string(in: context(node))
    }
}
