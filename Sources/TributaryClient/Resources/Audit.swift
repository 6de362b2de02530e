public import WireAPI

/// Who did what to which DataSource, run, Application or key, and from where.
public struct Audit: Sendable {
    let connection: Connection

    /// One page, newest first. Needs a token with `audit:read`.
    public func list(_ filter: AuditFilter = AuditFilter()) async throws -> Page<AuditEntryBody> {
        try await connection.send(.get(Paths.audit.text, query: filter.query))
    }

    /// All that the filter lets through, newest first, from its cursor on; pages are fetched as they are needed.
    public func all(_ filter: AuditFilter = AuditFilter()) -> ItemSequence<AuditEntryBody> {
        ItemSequence(from: filter.cursor) { cursor in
            var filter = filter
            filter.cursor = cursor
            return try await list(filter)
        }
    }
}

/// Which lines of the audit are listed; nil lets everything through.
public struct AuditFilter: Hashable, Sendable {
    /// Dotted: `datasource.update`.
    public var action: String?
    /// `datasource`, `run`, `application` or `key`.
    public var resourceType: String?
    /// The id of what was changed.
    public var resourceID: String?
    /// Exactly this `sub`.
    public var actor: String?
    /// RFC 3339, exclusive.
    public var createdAfter: String?
    /// RFC 3339, exclusive.
    public var createdBefore: String?
    /// Items in a page, 1 to 500; the server gives 50 by itself.
    public var limit: Int?
    /// `next_cursor` of the page before.
    public var cursor: String?

    /// Lets everything through.
    public init() {}

    var query: Query {
        var query = Query()
        query.add("action", action)
        query.add("resource_type", resourceType)
        query.add("resource_id", resourceID)
        query.add("actor", actor)
        query.add("created_after", createdAfter)
        query.add("created_before", createdBefore)
        query.add("limit", limit)
        query.add("cursor", cursor)
        return query
    }
}
