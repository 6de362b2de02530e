import Interpolation
import JSON

extension ComponentBuilder {
    /// The stream that a `DeclarativeStream` node describes.
    ///
    /// - Parameters:
    ///   - isParent: Whether others are made of it, so that its answers are kept for the run.
    ///   - state: What an earlier read left; decides which stream a `StateDelegatingStream` is. Restored by the caller.
    ///   - keepsState: Whether the state counts; it doesn't where it is older than the source keeps what changed.
    func stream(
        _ node: ComponentNode, isParent: Bool = false, state: Mapping? = nil, keepsState: Bool = true
    ) throws -> SourceStream {
        if node.type == "StateDelegatingStream" {
            let delegate = try delegate(of: node, state: state)
            return try stream(delegate.stream, isParent: isParent, state: state, keepsState: delegate.keepsState)
        }
        guard node.type == "DeclarativeStream" else { throw node.unknownType() }
        let identity = StreamIdentity(name: try streamName(node))
        let retrieverNode = try node.requiredChild("retriever")
        let sync = try node.child("incremental_sync")
        let router = try partitionRouter(of: retrieverNode, stream: identity)
        var cursor = try migrating(cursor(sync, router: router, of: identity), of: node)
        if !keepsState { cursor = RestoringCursor(cursor) { _ in [:] } }
        let loader = try schemaLoader(of: node, identity: identity)
        let isFeed = try sync?.flag("is_data_feed") ?? false
        let isClientSide = try sync?.flag("is_client_side_incremental") ?? false
        let selector = try recordSelector(
            try retrieverNode.requiredChild("record_selector"), of: node, schema: loader,
            cursor: isClientSide && !isFeed ? cursor : nil)
        let parts = RetrieverParts(
            selector: selector, cursor: cursor, slicer: cursor, isFeed: isFeed,
            keepsAnswers: isParent || parents.contains(identity.name))
        return SourceStream(
            name: identity.name, primaryKey: try Self.primaryKey(node), cursor: cursor,
            retriever: try retriever(retrieverNode, parts: parts, stream: identity), schemaLoader: loader)
    }

    /// A stream for its children to read.
    func parentStream(_ node: ComponentNode) throws -> any ParentStream {
        let name = try streamName(node)
        // Made once beforehand, so that what is wrong with it is found before anything is read.
        _ = try stream(node, isParent: true)
        return RereadableStream(name) { [self] state in try stream(node, isParent: true, state: state) }
    }

    /// The retriever of a node with the parts of its stream.
    func retriever(_ node: ComponentNode, parts: RetrieverParts, stream: StreamIdentity) throws -> any Retriever {
        switch node.type {
        case "SimpleRetriever": try SimpleRetriever(node, parts: parts, builder: self)
        case "AsyncRetriever": try asyncRetriever(node, parts: parts, stream: stream)
        default: throw node.unknownType()
        }
    }

    /// A retriever that belongs to another component than a stream, such as a schema loader; it has no cursor, and its
    /// records no transformations.
    func auxiliaryRetriever(_ node: ComponentNode) throws -> any Retriever {
        let identity = StreamIdentity(name: "")
        let router = try partitionRouter(of: node, stream: identity)
        let selector = try recordSelector(
            try node.requiredChild("record_selector"), of: nil, schema: FixedSchema(), cursor: nil)
        let parts = RetrieverParts(selector: selector, slicer: router)
        let retriever = try retriever(node, parts: parts, stream: identity)
        guard let router else { return retriever }
        return PartitionedRetriever(router: router, retriever: retriever)
    }

    /// A stream's name, which may be a template.
    func streamName(_ node: ComponentNode) throws -> String {
        guard let name = try node.template("name") else { return "" }
        return try name.string(in: context(node)).text
    }

    private static func primaryKey(_ node: ComponentNode) throws -> [[String]] {
        guard let value = node["primary_key"] else { return [] }
        if let name = value.string { return name.isEmpty ? [] : [[name]] }
        return try (value.elements ?? []).map { element in
            if let name = element.string { return [name] }
            guard let path = element.elements else {
                throw node.invalid("must be a name or a list of names", at: "primary_key")
            }
            return path.map(\.text)
        }
    }
}

/// Reads all partitions of a router one after another, whatever slice is asked for.
struct PartitionedRetriever: Retriever {
    let router: any PartitionRouter
    let retriever: any Retriever

    func read(_ slice: StreamSlice, _ emit: ([Record]) async throws -> Void) async throws {
        try await router.forEachPartition { partition in try await retriever.read(partition, emit) }
    }
}

/// An empty schema.
struct FixedSchema: SchemaLoader {
    var fields: Mapping = [:]

    func schema() -> Mapping { fields }
}
