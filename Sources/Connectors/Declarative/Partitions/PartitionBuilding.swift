import Interpolation

extension ComponentBuilder {
    /// The router of a `partition_router` field: one component, or several of which the product is taken; nil where there
    /// is none.
    func partitionRouter(of retriever: ComponentNode, stream: StreamIdentity) throws -> (any PartitionRouter)? {
        guard let node = try retriever.children("partition_router").first else { return nil }
        throw node.unknownType()
    }
}
