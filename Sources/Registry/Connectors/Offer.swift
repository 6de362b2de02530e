import ConnectorAPI
import Domain
import StoreAPI

/// The connector that a new DataSource of a type gets.
struct Offer: Sendable {
    let connector: any Connector
    /// nil where the program brings the connector.
    let manifest: ConnectorManifest?
}

extension StoreTransaction {
    /// What the tenant has of that type: the program's connector, the tenant's own manifest, or the operator's, in `version`
    /// or in the one that is offered now. Throws `connector.unknown`, `connector.manifest_invalid`.
    func offer(_ type: String, version: String?, in catalog: ConnectorCatalog) throws -> Offer {
        if let connector = catalog.builtIn(type) {
            guard version == nil else { throw AppError(.connectorUnknown) }
            return Offer(connector: connector, manifest: nil)
        }
        let manifest: ConnectorManifest?
        if let version {
            manifest =
                try manifests.find(type, version: version)
                ?? catalog.manifest(type).flatMap { $0.version == version ? $0 : nil }
        } else {
            manifest = try manifests.offered(type) ?? catalog.manifest(type)
        }
        guard let manifest else { throw AppError(.connectorUnknown) }
        return Offer(connector: try catalog.connector(of: manifest), manifest: manifest)
    }

    /// The connector that a DataSource runs. Throws `connector.unknown`, `connector.manifest_invalid`.
    func connector(of source: DataSource, in catalog: ConnectorCatalog) throws -> any Connector {
        try catalog.connector(of: source) { try manifests.find($0, version: $1) }
    }

    /// Keeps the manifest that a DataSource runs, if it was the operator's until now: the folder may have another tomorrow.
    func keep(_ manifest: ConnectorManifest?) throws {
        guard var manifest, try !manifests.contains(manifest.type, version: manifest.version) else {
            return
        }
        manifest.offeredAt = nil
        manifest.createdAt = now
        try manifests.save(manifest)
    }
}
