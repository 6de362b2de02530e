public import JSON
public import WireAPI

/// The calls about DataSources: the registered external systems with their runs and records.
///
/// Every call may throw ``TributaryError``, ``ConnectionError`` and `CancellationError`; ids are checked before anything
/// is sent. Where a call takes an idempotency key, leaving it out makes one that is kept over the call's own retries.
public struct DataSources: Sendable {
    let connection: Connection

    /// One page of DataSources.
    public func list(_ filter: DataSourceFilter = DataSourceFilter()) async throws -> Page<DataSourceBody> {
        try await connection.send(.get(Paths.datasources.text, query: filter.query))
    }

    /// All DataSources that the filter lets through, from its cursor on; pages are fetched as they are needed.
    public func all(_ filter: DataSourceFilter = DataSourceFilter()) -> ItemSequence<DataSourceBody> {
        ItemSequence(from: filter.cursor) { cursor in
            var filter = filter
            filter.cursor = cursor
            return try await list(filter)
        }
    }

    /// One DataSource; a soft-deleted one only where `includeDeleted` says so.
    public func get(_ id: String, includeDeleted: Bool = false) async throws -> DataSourceBody {
        try await getTagged(id, includeDeleted: includeDeleted).body
    }

    /// One DataSource with the tag of its version, for `update(_:_:ifMatch:)` and `delete(_:ifMatch:)`.
    public func getTagged(_ id: String, includeDeleted: Bool = false) async throws -> Tagged<DataSourceBody> {
        try await connection.sendTagged(getting(id, includeDeleted: includeDeleted))
    }

    /// One DataSource if it has another version than `tag`; nil where it has that one.
    public func get(
        _ id: String, ifNoneMatch tag: EntityTag, includeDeleted: Bool = false
    ) async throws -> Tagged<DataSourceBody>? {
        var call = try getting(id, includeDeleted: includeDeleted)
        call.headers.append(("If-None-Match", tag.rawValue))
        let answer = try await connection.exchange(call)
        if answer.status == 304 { return nil }
        guard answer.isSuccess else { throw answer.refusal }
        return Tagged(body: try answer.decoded(), tag: answer.tag)
    }

    private func getting(_ id: String, includeDeleted: Bool) throws -> Call {
        .get(try Place.of(Paths.datasource, id: id), query: .including(deleted: includeDeleted))
    }

    /// Registers an external system. It isn't synced yet.
    ///
    /// - Parameters:
    ///   - new: What to register.
    ///   - idempotencyKey: 1 to 255 visible ASCII characters that tell this create from another.
    public func create(_ new: NewDataSourceBody, idempotencyKey: String? = nil) async throws -> DataSourceBody {
        try await create(body: new, idempotencyKey: idempotencyKey)
    }

    /// Registers an external system by a body of your own making; the server checks it.
    public func create(json: JSONObject, idempotencyKey: String? = nil) async throws -> DataSourceBody {
        try await create(body: json, idempotencyKey: idempotencyKey)
    }

    private func create(body: some WireValue, idempotencyKey: String?) async throws -> DataSourceBody {
        try await connection.send(.post(Paths.datasources.text, body: body, key: connection.key(idempotencyKey)))
    }

    /// Tries the connection now. A source that refuses is an answer, not an error.
    public func check(_ id: String) async throws -> CheckBody {
        try await connection.send(.ask(try Place.of(Paths.check, id: id)))
    }

    /// What the source offers.
    public func entities(_ id: String) async throws -> [EntityBody] {
        try await connection.send(.get(try Place.of(Paths.entities, id: id)), as: ItemList<EntityBody>.self).items
    }
}

extension Query {
    static func including(deleted: Bool) -> Query {
        var query = Query()
        query.add("include_deleted", if: deleted)
        return query
    }
}
