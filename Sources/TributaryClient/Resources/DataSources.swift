public import JSON
public import WireAPI

/// The calls about DataSources themselves.
public struct DataSources: Sendable {
    let connection: Connection

    /// One page of DataSources.
    public func list(_ filter: DataSourceFilter = DataSourceFilter()) async throws -> Page<DataSourceBody> {
        try await connection.send(.get(Paths.datasources.text, query: filter.query))
    }

    /// One DataSource; a soft-deleted one only where `includeDeleted` says so.
    public func get(_ id: String, includeDeleted: Bool = false) async throws -> DataSourceBody {
        var query = Query()
        query.add("include_deleted", if: includeDeleted)
        return try await connection.send(.get(Paths.datasource.text(id), query: query))
    }

    /// Registers an external system. It isn't synced yet.
    ///
    /// - Parameters:
    ///   - new: What to register.
    ///   - idempotencyKey: 1 to 255 visible ASCII characters; sending the same key again gives the same DataSource.
    public func create(_ new: NewDataSourceBody, idempotencyKey: String? = nil) async throws -> DataSourceBody {
        try await create(body: new, idempotencyKey: idempotencyKey)
    }

    /// Registers an external system by a body of your own making; the server checks it.
    public func create(json: JSONObject, idempotencyKey: String? = nil) async throws -> DataSourceBody {
        try await create(body: json, idempotencyKey: idempotencyKey)
    }

    private func create(body: some WireValue, idempotencyKey: String?) async throws -> DataSourceBody {
        var call = Call.post(Paths.datasources.text, body: body)
        if let idempotencyKey { call.headers.append(("Idempotency-Key", idempotencyKey)) }
        return try await connection.send(call)
    }

    /// Changes the members that `patch` names (RFC 7396): null removes, what is absent stays as it is.
    public func update(_ id: String, _ patch: JSONObject) async throws -> DataSourceBody {
        try await connection.send(.patch(Paths.datasource.text(id), body: patch))
    }

    /// Soft-deletes; `update(id, ["is_deleted": false])` brings it back.
    public func delete(_ id: String) async throws {
        try await connection.succeed(.delete(Paths.datasource.text(id)))
    }

    /// Tries the connection now.
    public func check(_ id: String) async throws -> CheckBody {
        try await connection.send(.post(Paths.check.text(id)))
    }

    /// What the source offers.
    public func entities(_ id: String) async throws -> [EntityBody] {
        try await connection.send(.get(Paths.entities.text(id)), as: ItemList<EntityBody>.self).items
    }
}
