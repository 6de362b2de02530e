public import JSON

/// An item that a source gave and that can't be stored.
public struct RejectBody: WireValue, Hashable {
    /// The entity.
    public var entity: String
    /// Dotted code: `record.key_missing`.
    public var reason: String
    /// The start of the item, at most 1,024 bytes.
    public var excerpt: String

    private enum Field: String {
        case entity
        case reason
        case excerpt
    }

    /// Makes one.
    public init(entity: String, reason: String, excerpt: String) {
        self.entity = entity
        self.reason = reason
        self.excerpt = excerpt
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        entity = try fields[.entity]
        reason = try fields[.reason]
        excerpt = try fields[.excerpt]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.entity, entity)
        writer.member(Field.reason, reason)
        writer.member(Field.excerpt, excerpt)
        writer.endObject()
    }
}
