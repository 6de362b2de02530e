public import JSON

/// A short list that is always whole: `{"items": […]}`.
public struct ItemList<Item: WireValue>: WireValue {
    /// The items in the list's order.
    public var items: [Item]

    private enum Field: String {
        case items
    }

    /// Makes a list.
    public init(items: [Item]) { self.items = items }

    /// Reads a list; throws where it or an item has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        items = try fields[.items]
    }

    /// Writes the object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.items, items)
        writer.endObject()
    }
}

extension ItemList: Equatable where Item: Equatable {}
extension ItemList: Hashable where Item: Hashable {}
