import Interpolation

extension ComponentBuilder {
    /// The selector of a stream: its `record_selector` node with the stream's `transformations`.
    ///
    /// - Parameters:
    ///   - node: The `record_selector`.
    ///   - stream: The `DeclarativeStream` that it belongs to; nil for a selector of another component.
    ///   - schema: For `schema_normalization`; asked for once, before the first page.
    ///   - cursor: Drops what isn't new, where the stream's cursor says so (`is_client_side_incremental`).
    func recordSelector(
        _ node: ComponentNode, of stream: ComponentNode?, schema: any SchemaLoader, cursor: (any StreamCursor)?
    ) throws -> any RecordSelector {
        throw node.unknownType()
    }
}
