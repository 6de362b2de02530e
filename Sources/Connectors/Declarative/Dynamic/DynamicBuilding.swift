import Interpolation

extension ComponentBuilder {
    /// The `DeclarativeStream` nodes that a `DynamicDeclarativeStream` stands for, with types and parameters handed down.
    func resolvedStreams(_ node: ComponentNode) async throws -> [ComponentNode] {
        throw node.unknownType()
    }

    /// The stream that a `StateDelegatingStream` is, by whether there is a state and how old it is.
    func delegate(of node: ComponentNode, state: Mapping?) throws -> ComponentNode {
        throw node.unknownType()
    }
}
