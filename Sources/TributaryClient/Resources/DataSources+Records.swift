public import WireAPI

extension DataSources {
    /// One page of an entity's records.
    public func records(
        _ id: String, _ entity: String, _ filter: RecordFilter = RecordFilter()
    ) async throws -> Page<RecordBody> {
        try await connection.send(.get(Paths.records.text(id, entity), query: filter.query))
    }

    /// The newest version of each record that changed since the cursor, deletions as tombstones. The page's
    /// `nextCursor` is where to go on; an empty page means "up to date".
    ///
    /// - Parameters:
    ///   - id: The DataSource.
    ///   - cursor: Where to go on; nil begins at the first change.
    ///   - entity: Only this entity; nil = all.
    ///   - limit: Changes a page, 1 to 5,000; nil = 500.
    ///   - seconds: How long the server may wait for a first change, at most 30; nil returns at once.
    public func changes(
        _ id: String, cursor: String? = nil, entity: String? = nil, limit: Int? = nil, wait seconds: Int? = nil
    ) async throws -> Page<RecordBody> {
        var query = Query.page(limit, cursor)
        query.add("entity", entity)
        query.add("wait", seconds)
        return try await connection.send(
            .get(Paths.changes.text(id), query: query, wait: .seconds(seconds ?? 0)))
    }

    /// Makes tombstones of the records of one entity, or of all, and drops their bodies for good.
    public func erase(_ id: String, entity: String? = nil) async throws -> ErasureBody {
        try await connection.send(.post(Paths.erase.text(id), body: EraseRequestBody(entity: entity)))
    }
}

/// Which records a list has; nil leaves a filter out.
public struct RecordFilter: Hashable, Sendable {
    /// Only these keys, each as JSON: a value, or an array where the key has several fields.
    public var keys: [String] = []
    /// Stored in their newest version after this, RFC 3339.
    public var updatedAfter: String?
    /// Whether tombstones are in it.
    public var includesDeleted = false
    /// Records a page, 1 to 500.
    public var limit: Int?
    /// The page before's `nextCursor`; the filters must be the same.
    public var cursor: String?

    /// Makes a filter that lets everything through.
    public init() {}

    var query: Query {
        var query = Query.page(limit, cursor)
        for key in keys { query.add("key", key) }
        query.add("updated_after", updatedAfter)
        query.add("include_deleted", if: includesDeleted)
        return query
    }
}
