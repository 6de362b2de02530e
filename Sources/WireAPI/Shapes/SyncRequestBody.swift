public import JSON

/// What a client may ask of a run; each member may be left out.
public struct SyncRequestBody: WireValue, Hashable {
    /// `full` or `incremental`; nil leaves each entity its own.
    public var mode: String?
    /// nil = all that the DataSource selects.
    public var entities: [String]?
    /// Confirms deletions that wait for a review.
    public var allowsDeletes: Bool?

    private enum Field: String {
        case mode
        case entities
        case allowsDeletes = "allow_deletes"
    }

    /// Makes one.
    public init(mode: String? = nil, entities: [String]? = nil, allowsDeletes: Bool? = nil) {
        self.mode = mode
        self.entities = entities
        self.allowsDeletes = allowsDeletes
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        mode = try fields[.mode]
        entities = try fields[.entities]
        allowsDeletes = try fields[.allowsDeletes]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent(Field.mode, mode)
        writer.memberIfPresent(Field.entities, entities)
        writer.memberIfPresent(Field.allowsDeletes, allowsDeletes)
        writer.endObject()
    }
}
