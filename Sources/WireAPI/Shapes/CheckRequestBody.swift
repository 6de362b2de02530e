public import JSON

/// A config to try before anything is created.
public struct CheckRequestBody: WireValue, Hashable {
    /// With its secrets.
    public var config: JSONObject

    private enum Field: String {
        case config
    }

    /// Makes one.
    public init(config: JSONObject) {
        self.config = config
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        config = try fields[.config]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.config, config)
        writer.endObject()
    }
}
