public import JSON
public import WireAPI

/// The calls about connectors: the kinds of system that can be registered.
public struct Connectors: Sendable {
    let connection: Connection

    /// The whole catalogue, on one page.
    public func list() async throws -> Page<ConnectorBody> {
        try await connection.send(.get(Paths.connectors.text))
    }

    /// One connector with its config's schema.
    public func get(_ type: String) async throws -> ConnectorBody {
        try await connection.send(.get(try Place.of(Paths.connector, type: type)))
    }

    /// Stores a connector of the tenant's own: the text of a low-code manifest, YAML or JSON. DataSources that are registered
    /// from then on get it; those that are there keep the version that they have.
    public func create(
        _ type: String, manifest: String, idempotencyKey: String? = nil
    ) async throws -> ConnectorBody {
        let body = NewConnectorBody(type: type, manifest: .string(manifest))
        return try await connection.send(
            .post(Paths.connectors.text, body: body, key: connection.key(idempotencyKey)))
    }

    /// Tries a config before anything is created. A source that refuses is an answer, not an error.
    public func check(_ type: String, config: JSONObject) async throws -> CheckBody {
        try await connection.send(
            .ask(try Place.of(Paths.connectorCheck, type: type), body: CheckRequestBody(config: config)))
    }
}
