extension ComponentBuilder {
    /// An `AsyncRetriever` with the parts of its stream.
    func asyncRetriever(
        _ node: ComponentNode, parts: RetrieverParts, stream: StreamIdentity
    ) throws -> any Retriever {
        throw node.unknownType()
    }
}
