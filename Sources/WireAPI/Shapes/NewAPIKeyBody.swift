public import JSON

/// What a client may say of a new API key.
public struct NewAPIKeyBody: WireValue, Hashable {
    /// For people: 1 to 200 characters.
    public var name: String?
    /// RFC 3339, in the future; nil = it never expires.
    public var expiresAt: String?

    private enum Field: String {
        case name
        case expiresAt = "expires_at"
    }

    /// Makes one.
    public init(name: String? = nil, expiresAt: String? = nil) {
        self.name = name
        self.expiresAt = expiresAt
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        name = try fields[.name]
        expiresAt = try fields[.expiresAt]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent(Field.name, name)
        writer.memberIfPresent(Field.expiresAt, expiresAt)
        writer.endObject()
    }
}
