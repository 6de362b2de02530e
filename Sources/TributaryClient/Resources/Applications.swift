public import JSON
public import WireAPI

/// The calls about Applications: registered programs that get their tokens by API keys. They need `applications:admin`.
public struct Applications: Sendable {
    let connection: Connection

    /// The Applications' API keys.
    public var keys: APIKeys { APIKeys(connection: connection) }

    /// One page of Applications, newest first; `limit` 1 to 500.
    public func list(
        includeDeleted: Bool = false, limit: Int? = nil, cursor: String? = nil
    ) async throws -> Page<ApplicationBody> {
        var query = Query.page(limit, cursor)
        query.add("include_deleted", if: includeDeleted)
        return try await connection.send(.get(Paths.applications.text, query: query))
    }

    /// All Applications, newest first; pages are fetched as they are needed.
    public func all(includeDeleted: Bool = false) -> ItemSequence<ApplicationBody> {
        ItemSequence { try await list(includeDeleted: includeDeleted, cursor: $0) }
    }

    /// One Application; a soft-deleted one only where `includeDeleted` says so.
    public func get(_ id: String, includeDeleted: Bool = false) async throws -> ApplicationBody {
        try await connection.send(
            .get(try Place.of(Paths.application, id: id), query: .including(deleted: includeDeleted)))
    }

    /// Registers an Application; it has no key yet. It can't be given what your own token's scope lacks.
    ///
    /// - Parameters:
    ///   - new: What to register.
    ///   - idempotencyKey: 1 to 255 visible ASCII characters that tell this create from another.
    public func create(_ new: NewApplicationBody, idempotencyKey: String? = nil) async throws -> ApplicationBody {
        try await connection.send(.post(Paths.applications.text, body: new, key: connection.key(idempotencyKey)))
    }

    /// Changes the members that `patch` names (RFC 7396). What is taken from its scope is gone from its tokens within a
    /// minute.
    public func update(_ id: String, _ patch: JSONObject) async throws -> ApplicationBody {
        try await connection.send(.patch(try Place.of(Paths.application, id: id), body: patch, ifMatch: nil))
    }

    /// Soft-deletes and revokes its keys; its DataSources stay. ``restore(_:)`` brings it back without keys.
    public func delete(_ id: String) async throws {
        try await connection.succeed(.delete(try Place.of(Paths.application, id: id), ifMatch: nil))
    }

    /// Brings a soft-deleted Application back; it needs new keys.
    public func restore(_ id: String) async throws -> ApplicationBody { try await update(id, ["is_deleted": false]) }
}

/// The calls about an Application's API keys.
public struct APIKeys: Sendable {
    let connection: Connection

    /// One page of keys, live or not, newest first; `limit` 1 to 500. Never with a secret.
    public func list(
        _ application: String, limit: Int? = nil, cursor: String? = nil
    ) async throws -> Page<APIKeyBody> {
        try await connection.send(
            .get(try Place.of(Paths.applicationKeys, id: application), query: .page(limit, cursor)))
    }

    /// Makes a key. Its `secret` is in this answer alone: keep it now.
    ///
    /// - Parameters:
    ///   - application: Whose key it is.
    ///   - new: Its name and its end, both optional.
    ///   - idempotencyKey: 1 to 255 visible ASCII characters that tell this create from another.
    public func create(
        _ application: String, _ new: NewAPIKeyBody = NewAPIKeyBody(), idempotencyKey: String? = nil
    ) async throws -> APIKeyBody {
        try await connection.send(
            .post(
                try Place.of(Paths.applicationKeys, id: application), body: new, key: connection.key(idempotencyKey)))
    }

    /// Revokes a key for good; its tokens end within a minute.
    public func revoke(_ application: String, _ key: String) async throws {
        try await connection.succeed(
            .delete(try Place.of(Paths.applicationKey, id: application, key: key), ifMatch: nil))
    }
}
