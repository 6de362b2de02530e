public import JSON

/// One entity that a DataSource syncs, and how.
public struct EntitySelectionBody: WireValue, Hashable {
    /// The entity.
    public var name: String
    /// `incremental` or `full`.
    public var mode: String
    /// The field that an incremental read goes by; nil leaves it to the connector.
    public var cursorField: String?
    /// The fields of the key; nil takes the source's own.
    public var primaryKey: [String]?
    /// ISO 8601 duration after which it is read in full again; nil takes the default.
    public var fullEvery: String?

    private enum Field: String {
        case name
        case mode
        case cursorField = "cursor_field"
        case primaryKey = "primary_key"
        case fullEvery = "full_every"
    }

    /// Makes one.
    public init(
        name: String, mode: String, cursorField: String? = nil, primaryKey: [String]? = nil, fullEvery: String? = nil
    ) {
        self.name = name
        self.mode = mode
        self.cursorField = cursorField
        self.primaryKey = primaryKey
        self.fullEvery = fullEvery
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        name = try fields[.name]
        mode = try fields[.mode]
        cursorField = try fields[.cursorField]
        primaryKey = try fields[.primaryKey]
        fullEvery = try fields[.fullEvery]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.name, name)
        writer.member(Field.mode, mode)
        writer.member(Field.cursorField, cursorField)
        writer.member(Field.primaryKey, primaryKey)
        writer.member(Field.fullEvery, fullEvery)
        writer.endObject()
    }
}
