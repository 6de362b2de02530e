/// Which records a list has; nil leaves a filter out.
public struct RecordFilter: Hashable, Sendable {
    /// Only these keys, each as a JSON array of its fields' values, as a record's `key` has it. At most 500.
    public var keys: [String]
    /// Stored in their newest version after this, RFC 3339.
    public var updatedAfter: String?
    /// Whether tombstones are in it.
    public var includesDeleted: Bool
    /// Records a page, 1 to 500.
    public var limit: Int?
    /// The page before's `nextCursor`; the filters must be the same.
    public var cursor: String?

    /// Makes a filter; without arguments one that lets everything through but tombstones.
    public init(
        keys: [String] = [], updatedAfter: String? = nil, includesDeleted: Bool = false, limit: Int? = nil,
        cursor: String? = nil
    ) {
        self.keys = keys
        self.updatedAfter = updatedAfter
        self.includesDeleted = includesDeleted
        self.limit = limit
        self.cursor = cursor
    }

    var query: Query {
        var query = Query.page(limit, cursor)
        for key in keys { query.add("key", key) }
        query.add("updated_after", updatedAfter)
        query.add("include_deleted", if: includesDeleted)
        return query
    }
}
