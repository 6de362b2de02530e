import ConnectorAPI
public import Domain
import StoreAPI
import Vault

/// An entity that a source offers, and whether the DataSource syncs it.
public struct OfferedEntity: Sendable {
    public var description: EntityDescription
    public var isSelected: Bool
}

extension DataSources {
    /// Tries the connection of a DataSource.
    ///
    /// Errors: `auth.scope_missing` (datasources:write), `datasource.not_found`, `datasource.disconnected`, `connector.busy`.
    public func check(_ id: String, as caller: Caller) async throws -> CheckOutcome {
        try caller.require(.datasourcesWrite)
        let (_, connector, context) = try await opened(id, as: caller)
        return try await calls.check(connector, context)
    }

    /// The entities that the source offers now.
    ///
    /// Errors: `auth.scope_missing` (datasources:read), `datasource.not_found`, `datasource.disconnected`, `connector.busy`, and what the connector
    /// throws of category `source`.
    public func entities(of id: String, as caller: Caller) async throws -> [OfferedEntity] {
        try caller.require(.datasourcesRead)
        let (source, connector, context) = try await opened(id, as: caller)
        let selected = source.entities.map { Set($0.map(\.name)) }
        let offered = try await calls.run(context) { try await connector.discover(context) }
        return offered.filter { $0.refusal == nil }.map {
            OfferedEntity(description: $0, isSelected: selected?.contains($0.name) ?? true)
        }
    }

    /// The DataSource with its secrets opened; they live as long as the call.
    private func opened(
        _ id: String, as caller: Caller
    ) async throws -> (DataSource, any Connector, ConnectorContext) {
        try await store.read(caller.scope) { transaction in
            let source = try transaction.source(id)
            // Its secrets are erased: there is nothing to try.
            if source.status == .disconnected { throw AppError(.sourceDisconnected) }
            let secrets = try vault.openConfig(source.secrets, of: source.id, in: transaction)
            let credentials = StoredCredentials(
                of: source, secrets: secrets, store: store, vault: vault, clock: calls.clock,
                renewer: ids.next().text)
            return (
                source, try transaction.connector(of: source, in: catalog),
                ConnectorContext(
                    tenant: source.tenant, config: source.config, secrets: secrets, credentials: credentials)
            )
        }
    }
}
