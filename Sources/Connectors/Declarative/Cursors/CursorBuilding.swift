import Interpolation
import JSON

extension ComponentBuilder {
    /// The cursor of a stream: of its `incremental_sync` node, its partition router, or both; one that gives the whole
    /// stream as a slice where it has neither.
    func cursor(
        _ node: ComponentNode?, router: (any PartitionRouter)?, of stream: StreamIdentity
    ) throws -> any StreamCursor {
        throw (node ?? ComponentNode(fields: [:], pointer: .init())).unknownType()
    }
}
