/// One page of a list.
public struct ListPage<Item: Sendable>: Sendable {
    public var items: [Item]
    /// Where to go on: opaque bytes; nil at the end.
    public var cursor: [UInt8]?
    /// How many items all pages hold; nil where they aren't counted.
    public var total: Int?

    /// Makes a page.
    public init(items: [Item], cursor: [UInt8]? = nil, total: Int? = nil) {
        self.items = items
        self.cursor = cursor
        self.total = total
    }
}
