public import WireAPI

extension DataSources {
    /// One page of the feed: the newest version of each record that changed since the cursor, deletions as tombstones.
    /// The page's `nextCursor` is where to go on; an empty page means "up to date".
    ///
    /// - Parameters:
    ///   - id: The DataSource.
    ///   - cursor: Where to go on; nil begins at the first change.
    ///   - entity: Only this entity; nil = all. A cursor belongs to the entity that it was given for.
    ///   - limit: Changes a page, 1 to 5,000; nil = 500.
    ///   - seconds: How long the server may wait for a first change, at most 30; nil returns at once.
    ///   - includeDeleted: Whether a soft-deleted DataSource's feed may be read.
    public func changes(
        _ id: String, cursor: String? = nil, entity: String? = nil, limit: Int? = nil, wait seconds: Int? = nil,
        includeDeleted: Bool = false
    ) async throws -> Page<RecordBody> {
        try await connection.send(
            changing(id, cursor: cursor, entity: entity, limit: limit, wait: seconds, includeDeleted: includeDeleted))
    }

    /// The feed from `cursor` to the newest change: then it ends.
    ///
    /// Each page comes with the cursor to go on from. Store what you make of the items and the cursor in one
    /// transaction, and nothing is missed or done twice, whenever your program ends. Throws `changes.cursor_expired`
    /// where the server no longer has the place: read again from nil.
    ///
    /// - Parameters:
    ///   - id: The DataSource.
    ///   - cursor: Where to go on; nil begins at the first change.
    ///   - entity: Only this entity; nil = all.
    ///   - limit: Changes a page, 1 to 5,000; nil = 500.
    public func catchUp(
        _ id: String, from cursor: String?, entity: String? = nil, limit: Int? = nil
    ) -> ChangeFeed {
        ChangeFeed(from: cursor, connection: connection, onInterruption: nil, isFollowed: false) { cursor, _, _ in
            try changing(id, cursor: cursor, entity: entity, limit: limit, wait: nil, includeDeleted: false)
        }
    }

    /// The feed from `cursor` on, waiting for further changes until the task is cancelled: pages as
    /// ``catchUp(_:from:entity:limit:)`` gives them.
    ///
    /// The first page must come: a wrong address or token is told at once. Later a server that is away, overloaded or
    /// restarted is waited for, however long; other errors end it, such as `changes.cursor_expired`. Holds one of the
    /// client's connections.
    ///
    /// - Parameters:
    ///   - id: The DataSource.
    ///   - cursor: Where to go on; nil begins at the first change.
    ///   - entity: Only this entity; nil = all.
    ///   - limit: Changes a page, 1 to 5,000; nil = 500.
    ///   - onInterruption: Told of each failure that is waited out, for your log.
    public func follow(
        _ id: String, from cursor: String?, entity: String? = nil, limit: Int? = nil,
        onInterruption: (@Sendable (any Error) -> Void)? = nil
    ) -> ChangeFeed {
        ChangeFeed(from: cursor, connection: connection, onInterruption: onInterruption, isFollowed: true) {
            cursor, seconds, isTriedOnce in
            var call = try changing(
                id, cursor: cursor, entity: entity, limit: limit, wait: seconds, includeDeleted: false)
            call.isTriedOnce = isTriedOnce
            return call
        }
    }

    private func changing(
        _ id: String, cursor: String?, entity: String?, limit: Int?, wait seconds: Int?, includeDeleted: Bool
    ) throws -> Call {
        var query = Query.page(limit, cursor)
        query.add("entity", entity)
        query.add("wait", seconds)
        query.add("include_deleted", if: includeDeleted)
        return .get(try Place.of(Paths.changes, id: id), query: query, wait: .seconds(seconds ?? 0))
    }
}
