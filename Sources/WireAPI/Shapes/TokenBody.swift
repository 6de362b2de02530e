public import JSON

/// An access token (RFC 6749 section 5.1).
public struct TokenBody: WireValue, Hashable {
    /// The JWT.
    public var accessToken: String
    /// `Bearer`.
    public var tokenType: String
    /// Seconds.
    public var expiresIn: Int
    /// What it allows.
    public var scope: String

    private enum Field: String {
        case accessToken = "access_token"
        case tokenType = "token_type"
        case expiresIn = "expires_in"
        case scope
    }

    /// Makes one.
    public init(accessToken: String, tokenType: String, expiresIn: Int, scope: String) {
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.expiresIn = expiresIn
        self.scope = scope
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        accessToken = try fields[.accessToken]
        tokenType = try fields[.tokenType]
        expiresIn = try fields[.expiresIn]
        scope = try fields[.scope]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.accessToken, accessToken)
        writer.member(Field.tokenType, tokenType)
        writer.member(Field.expiresIn, expiresIn)
        writer.member(Field.scope, scope)
        writer.endObject()
    }
}
