public import JSON

/// The envelope of every list.
public struct Page<Item: WireValue>: WireValue {
    /// The items in the list's order.
    public var items: [Item]
    /// Where to go on; nil at the end. In the change feed never nil: an empty page means "up to date".
    public var nextCursor: String?
    /// How many items all pages hold; nil where the server doesn't count them.
    public var total: Int?

    private enum Field: String {
        case items
        case nextCursor = "next_cursor"
        case total
    }

    /// Makes a page.
    public init(items: [Item], nextCursor: String? = nil, total: Int? = nil) {
        self.items = items
        self.nextCursor = nextCursor
        self.total = total
    }

    /// Reads a page; throws where it or an item has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        items = try fields[.items]
        nextCursor = try fields[.nextCursor]
        total = try fields[.total]
    }

    /// Writes the envelope.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.items, items)
        writer.member(Field.nextCursor, nextCursor)
        writer.member(Field.total, total)
        writer.endObject()
    }
}

extension Page: Equatable where Item: Equatable {}
extension Page: Hashable where Item: Hashable {}
