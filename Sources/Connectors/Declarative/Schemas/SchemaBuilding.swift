import Interpolation

extension ComponentBuilder {
    /// The loader of a stream's `schema_loader` field: one component, or several whose properties are put together; one of
    /// an empty schema where there is none.
    func schemaLoader(of stream: ComponentNode, identity: StreamIdentity) throws -> any SchemaLoader {
        throw stream.unknownType()
    }
}
