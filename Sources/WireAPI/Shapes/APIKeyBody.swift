public import JSON

/// What an Application proves itself with; the secret itself is in the answer that makes it, once.
public struct APIKeyBody: WireValue, Hashable {
    /// `key_` and a ULID.
    public var id: String
    /// Whose key it is.
    public var applicationID: String
    /// For people.
    public var name: String?
    /// The beginning of the secret, to tell it from others; opens nothing.
    public var prefix: String
    /// RFC 3339 in UTC.
    public var createdAt: String
    /// `sub` of the creator's token.
    public var createdBy: String
    /// From then on it opens nothing; nil = never.
    public var expiresAt: String?
    /// When a token was minted for it, to the minute; nil = never.
    public var lastUsedAt: String?
    /// nil while it isn't revoked.
    public var revokedAt: String?
    /// The whole key, `trib_<public id>_<secret>`: only in the answer that makes it.
    public var secret: String?

    private enum Field: String {
        case id
        case applicationID = "application_id"
        case name
        case prefix
        case createdAt = "created_at"
        case createdBy = "created_by"
        case expiresAt = "expires_at"
        case lastUsedAt = "last_used_at"
        case revokedAt = "revoked_at"
        case secret
    }

    /// Makes one.
    public init(
        id: String, applicationID: String, name: String? = nil, prefix: String, createdAt: String, createdBy: String,
        expiresAt: String? = nil, lastUsedAt: String? = nil, revokedAt: String? = nil, secret: String? = nil
    ) {
        self.id = id
        self.applicationID = applicationID
        self.name = name
        self.prefix = prefix
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
        self.revokedAt = revokedAt
        self.secret = secret
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        id = try fields[.id]
        applicationID = try fields[.applicationID]
        name = try fields[.name]
        prefix = try fields[.prefix]
        createdAt = try fields[.createdAt]
        createdBy = try fields[.createdBy]
        expiresAt = try fields[.expiresAt]
        lastUsedAt = try fields[.lastUsedAt]
        revokedAt = try fields[.revokedAt]
        secret = try fields[.secret]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.id, id)
        writer.member(Field.applicationID, applicationID)
        writer.member(Field.name, name)
        writer.member(Field.prefix, prefix)
        writer.member(Field.createdAt, createdAt)
        writer.member(Field.createdBy, createdBy)
        writer.member(Field.expiresAt, expiresAt)
        writer.member(Field.lastUsedAt, lastUsedAt)
        writer.member(Field.revokedAt, revokedAt)
        writer.memberIfPresent(Field.secret, secret)
        writer.endObject()
    }
}
