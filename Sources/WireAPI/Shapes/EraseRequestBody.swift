public import JSON

/// What a client may ask of an erasure.
public struct EraseRequestBody: WireValue, Hashable {
    /// nil = all entities.
    public var entity: String?

    private enum Field: String {
        case entity
    }

    /// Makes one.
    public init(entity: String? = nil) {
        self.entity = entity
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        entity = try fields[.entity]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent(Field.entity, entity)
        writer.endObject()
    }
}
