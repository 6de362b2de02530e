import ConnectorAPI
public import Domain
public import JSON

/// The catalogue of connectors, and trying a config before anything is registered.
public struct Connectors: Sendable {
    let catalog: ConnectorCatalog
    let calls: ConnectorCalls

    /// All that there are, for documentation that is open to everyone; in order of type.
    public var descriptors: [ConnectorDescriptor] { catalog.descriptors }

    /// In order of type. Errors: `auth.scope_missing` (datasources:read).
    public func list(as caller: Caller) throws -> [ConnectorDescriptor] {
        try caller.require(.datasourcesRead)
        return catalog.descriptors
    }

    /// Errors: `auth.scope_missing` (datasources:read), `connector.unknown`.
    public func get(_ type: String, as caller: Caller) throws -> ConnectorDescriptor {
        try caller.require(.datasourcesRead)
        return try catalog.connector(type).descriptor
    }

    /// Tries a config with its secrets; nothing is kept.
    ///
    /// Errors: `auth.scope_missing` (datasources:write), `connector.unknown`, `request.invalid`, `config.invalid`,
    /// `connector.busy`.
    public func check(_ type: String, body: JSONValue?, as caller: Caller) async throws -> CheckOutcome {
        try caller.require(.datasourcesWrite)
        let connector = try catalog.connector(type)
        let request = try RequestBody(body, as: .checkRequest)
        try request.check()
        let config = request["config"]?.objectValue ?? JSONObject()
        return try await calls.check(
            connector,
            ConnectorContext(tenant: caller.scope.tenant, config: config, for: connector.descriptor))
    }
}
