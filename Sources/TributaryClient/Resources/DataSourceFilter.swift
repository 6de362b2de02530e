/// Which DataSources a list has, in which order; nil leaves a filter out.
public struct DataSourceFilter: Hashable, Sendable {
    /// The connector.
    public var type: String?
    /// `pending connected error paused disconnected`.
    public var status: String?
    /// The provenance tag.
    public var source: String?
    /// `frontend backend server system api`.
    public var sourceType: String?
    /// The Application.
    public var appID: String?
    /// The whole name.
    public var name: String?
    /// A part of the name, whatever its case.
    public var search: String?
    /// Registered after this, RFC 3339.
    public var createdAfter: String?
    /// Registered before this, RFC 3339.
    public var createdBefore: String?
    /// Changed after this, RFC 3339.
    public var updatedAfter: String?
    /// Changed before this, RFC 3339.
    public var updatedBefore: String?
    /// Whether soft-deleted ones are in it.
    public var includesDeleted = false
    /// `created_at updated_at name last_sync_at next_sync_at`, with `-` for descending; nil = newest first.
    public var sort: String?
    /// Items a page, 1 to 500; nil = 50.
    public var limit: Int?
    /// The page before's `nextCursor`; the filters and the sort must be the same.
    public var cursor: String?

    /// Makes a filter that lets everything through.
    public init() {}

    var query: Query {
        var query = Query()
        query.add("type", type)
        query.add("status", status)
        query.add("source", source)
        query.add("source_type", sourceType)
        query.add("app_id", appID)
        query.add("name", name)
        query.add("q", search)
        query.add("created_after", createdAfter)
        query.add("created_before", createdBefore)
        query.add("updated_after", updatedAfter)
        query.add("updated_before", updatedBefore)
        query.add("include_deleted", if: includesDeleted)
        query.add("sort", sort)
        query.add("limit", limit)
        query.add("cursor", cursor)
        return query
    }
}
