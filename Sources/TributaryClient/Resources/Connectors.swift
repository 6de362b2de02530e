public import JSON
public import WireAPI

/// The calls about connectors.
public struct Connectors: Sendable {
    let connection: Connection

    /// The whole catalogue.
    public func list() async throws -> Page<ConnectorBody> {
        try await connection.send(.get(Paths.connectors.text))
    }

    /// One connector with its config's schema.
    public func get(_ type: String) async throws -> ConnectorBody {
        try await connection.send(.get(Paths.connector.text(type)))
    }

    /// Tries a config before anything is created.
    public func check(_ type: String, config: JSONObject) async throws -> CheckBody {
        try await connection.send(.post(Paths.connectorCheck.text(type), body: CheckRequestBody(config: config)))
    }
}
