public import JSON

/// One kind of record that a source offers.
public struct EntityBody: WireValue, Hashable {
    /// `schema.table`, the file's base name or the stream's name.
    public var name: String
    /// JSON Schema of its records (draft 2020-12).
    public var jsonSchema: JSONValue
    /// The fields of the key; empty when the source names none.
    public var primaryKey: [String]
    /// How it can be read: `full`, `incremental`.
    public var modes: [String]
    /// Fields that an incremental read may go by.
    public var cursorFields: [String]
    /// Whether the DataSource syncs it.
    public var isSelected: Bool

    private enum Field: String {
        case name
        case jsonSchema = "json_schema"
        case primaryKey = "primary_key"
        case modes
        case cursorFields = "cursor_fields"
        case isSelected = "selected"
    }

    /// Makes one.
    public init(
        name: String, jsonSchema: JSONValue, primaryKey: [String], modes: [String], cursorFields: [String],
        isSelected: Bool
    ) {
        self.name = name
        self.jsonSchema = jsonSchema
        self.primaryKey = primaryKey
        self.modes = modes
        self.cursorFields = cursorFields
        self.isSelected = isSelected
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        name = try fields[.name]
        jsonSchema = try fields[.jsonSchema]
        primaryKey = try fields[.primaryKey]
        modes = try fields[.modes]
        cursorFields = try fields[.cursorFields]
        isSelected = try fields[.isSelected]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.name, name)
        writer.member(Field.jsonSchema, jsonSchema)
        writer.member(Field.primaryKey, primaryKey)
        writer.member(Field.modes, modes)
        writer.member(Field.cursorFields, cursorFields)
        writer.member(Field.isSelected, isSelected)
        writer.endObject()
    }
}
