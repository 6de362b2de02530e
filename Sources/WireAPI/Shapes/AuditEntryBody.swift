public import JSON

/// One change that somebody made; names only, never a value.
public struct AuditEntryBody: WireValue, Hashable {
    /// `evt_` and a ULID.
    public var id: String
    /// The tenant.
    public var tenantID: String
    /// The Application of what was changed; absent where it has none.
    public var appID: String?
    /// RFC 3339 in UTC.
    public var at: String
    /// `sub` of the token.
    public var actor: String
    /// The Application that the token was minted for.
    public var actorAppID: String?
    /// Dotted: `datasource.update`.
    public var action: String
    /// `datasource`, `run`, `application` or `key`.
    public var resourceType: String
    /// The id of what was changed.
    public var resourceID: String
    /// Names of the fields that changed, those within a config as dotted paths.
    public var changes: [String]
    /// The request's `X-Request-Id`; nil for what the server did by itself.
    public var requestID: String?
    /// The address at the other end of the connection; nil where there was none.
    public var address: String?

    private enum Field: String {
        case id
        case tenantID = "tenant_id"
        case appID = "app_id"
        case at
        case actor
        case actorAppID = "actor_app_id"
        case action
        case resourceType = "resource_type"
        case resourceID = "resource_id"
        case changes
        case requestID = "request_id"
        case address
    }

    /// Makes one.
    public init(
        id: String, tenantID: String, appID: String? = nil, at: String, actor: String, actorAppID: String? = nil,
        action: String, resourceType: String, resourceID: String, changes: [String], requestID: String? = nil,
        address: String? = nil
    ) {
        self.id = id
        self.tenantID = tenantID
        self.appID = appID
        self.at = at
        self.actor = actor
        self.actorAppID = actorAppID
        self.action = action
        self.resourceType = resourceType
        self.resourceID = resourceID
        self.changes = changes
        self.requestID = requestID
        self.address = address
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        id = try fields[.id]
        tenantID = try fields[.tenantID]
        appID = try fields[.appID]
        at = try fields[.at]
        actor = try fields[.actor]
        actorAppID = try fields[.actorAppID]
        action = try fields[.action]
        resourceType = try fields[.resourceType]
        resourceID = try fields[.resourceID]
        changes = try fields[.changes]
        requestID = try fields[.requestID]
        address = try fields[.address]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.id, id)
        writer.member(Field.tenantID, tenantID)
        writer.memberIfPresent(Field.appID, appID)
        writer.member(Field.at, at)
        writer.member(Field.actor, actor)
        writer.member(Field.actorAppID, actorAppID)
        writer.member(Field.action, action)
        writer.member(Field.resourceType, resourceType)
        writer.member(Field.resourceID, resourceID)
        writer.member(Field.changes, changes)
        writer.member(Field.requestID, requestID)
        writer.member(Field.address, address)
        writer.endObject()
    }
}
