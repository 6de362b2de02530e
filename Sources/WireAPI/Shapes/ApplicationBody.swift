public import JSON

/// An Application: a registered program with API keys.
public struct ApplicationBody: WireValue, Hashable {
    /// `app_` and a ULID; the `client_id` of its tokens.
    public var id: String
    /// The tenant of the creating token.
    public var tenantID: String
    /// For people: 1 to 200 characters.
    public var name: String
    /// What its tokens may do at most, words with spaces between; `*` is all.
    public var scope: String
    /// RFC 3339 in UTC.
    public var createdAt: String
    /// RFC 3339 in UTC; moves on every patch and never goes back.
    public var updatedAt: String
    /// `sub` of the creator's token.
    public var createdBy: String
    /// `sub` of the last writer's token.
    public var updatedBy: String
    /// Whether it was deleted softly; its keys were revoked with it.
    public var isDeleted: Bool
    /// RFC 3339 in UTC; nil when it isn't deleted.
    public var deletedAt: String?
    /// nil when it isn't deleted.
    public var deletedBy: String?

    private enum Field: String {
        case id
        case tenantID = "tenant_id"
        case name
        case scope
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case createdBy = "created_by"
        case updatedBy = "updated_by"
        case isDeleted = "is_deleted"
        case deletedAt = "deleted_at"
        case deletedBy = "deleted_by"
    }

    /// Makes one.
    public init(
        id: String, tenantID: String, name: String, scope: String, createdAt: String, updatedAt: String,
        createdBy: String, updatedBy: String, isDeleted: Bool, deletedAt: String? = nil, deletedBy: String? = nil
    ) {
        self.id = id
        self.tenantID = tenantID
        self.name = name
        self.scope = scope
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.createdBy = createdBy
        self.updatedBy = updatedBy
        self.isDeleted = isDeleted
        self.deletedAt = deletedAt
        self.deletedBy = deletedBy
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        id = try fields[.id]
        tenantID = try fields[.tenantID]
        name = try fields[.name]
        scope = try fields[.scope]
        createdAt = try fields[.createdAt]
        updatedAt = try fields[.updatedAt]
        createdBy = try fields[.createdBy]
        updatedBy = try fields[.updatedBy]
        isDeleted = try fields[.isDeleted]
        deletedAt = try fields[.deletedAt]
        deletedBy = try fields[.deletedBy]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.id, id)
        writer.member(Field.tenantID, tenantID)
        writer.member(Field.name, name)
        writer.member(Field.scope, scope)
        writer.member(Field.createdAt, createdAt)
        writer.member(Field.updatedAt, updatedAt)
        writer.member(Field.createdBy, createdBy)
        writer.member(Field.updatedBy, updatedBy)
        writer.member(Field.isDeleted, isDeleted)
        writer.member(Field.deletedAt, deletedAt)
        writer.member(Field.deletedBy, deletedBy)
        writer.endObject()
    }
}
