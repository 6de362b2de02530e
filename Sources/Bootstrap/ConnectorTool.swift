public import AirbyteProtocol
import ConnectorAPI
public import Domain
import Egress
import FileConnector
import Registry
import SQLConnectors

extension Tributary {
    /// A connector of the catalogue, for whoever runs it by hand or by another program; no database is opened.
    ///
    /// Local files are those of `tenant`. Throws `connector.unknown`.
    public static func protocolConnector(
        _ type: String, _ settings: Settings, tenant: TenantID, clock: WallClock
    ) throws -> any ProtocolConnector {
        let connector = try catalog(settings).connector(type)
        return ConnectorSession(connector, clock: clock) { config in
            try ConnectorContext(tenant: tenant, config: config, for: connector.descriptor)
        }
    }

    /// The connectors of an installation.
    static func catalog(_ settings: Settings) -> ConnectorCatalog {
        let egress = EgressGuard(allowing: settings.egressAllow)
        return ConnectorCatalog([
            FileConnector(root: settings.filesRoot), PostgresConnector(egress: egress, clock: .system),
            SQLiteConnector(root: settings.filesRoot, clock: .system), PushConnector(),
        ])
    }
}
