public import JSON

/// What a client gives to register an Application; the server stamps the rest.
public struct NewApplicationBody: WireValue, Hashable {
    /// For people: 1 to 200 characters.
    public var name: String
    /// What its tokens may do at most; nil = the DataSources' grants and `records:read`.
    public var scope: String?

    private enum Field: String {
        case name
        case scope
    }

    /// Makes one.
    public init(name: String, scope: String? = nil) {
        self.name = name
        self.scope = scope
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        name = try fields[.name]
        scope = try fields[.scope]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.name, name)
        writer.memberIfPresent(Field.scope, scope)
        writer.endObject()
    }
}
