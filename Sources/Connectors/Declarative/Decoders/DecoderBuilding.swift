import Interpolation
import JSON

extension ComponentBuilder {
    /// The decoder that a node describes; that of JSON where there is none.
    func bodyDecoder(_ node: ComponentNode?) throws -> any BodyDecoder {
        throw (node ?? ComponentNode(fields: [:], pointer: .init())).unknownType()
    }
}
