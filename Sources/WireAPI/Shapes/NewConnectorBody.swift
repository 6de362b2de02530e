public import JSON

/// What a client gives to store a connector of its own.
public struct NewConnectorBody: WireValue, Hashable {
    /// What a DataSource's `type` will name.
    public var type: String
    /// The text of a low-code manifest, YAML or JSON; or the object itself.
    public var manifest: JSONValue

    private enum Field: String {
        case type
        case manifest
    }

    /// Makes one.
    public init(type: String, manifest: JSONValue) {
        self.type = type
        self.manifest = manifest
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        type = try fields[.type]
        manifest = try fields[.manifest]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.type, type)
        writer.member(Field.manifest, manifest)
        writer.endObject()
    }
}
