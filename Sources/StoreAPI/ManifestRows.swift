public import Domain

/// The manifests of the tenant's declarative connectors: every version that was ever offered or is in use.
public protocol ManifestRows {
    /// Keeps a manifest. One of that type and version that is there keeps its text; where `offeredAt` is set it is offered
    /// from then on.
    func save(_ manifest: ConnectorManifest) throws

    func find(_ type: String, version: String) throws -> ConnectorManifest?

    /// Whether ``find(_:version:)`` would find one; its text isn't read.
    func contains(_ type: String, version: String) throws -> Bool

    /// The version that new DataSources get; nil where the tenant has none of that type.
    func offered(_ type: String) throws -> ConnectorManifest?

    /// The offered version of every type, by type; at most ``Domain/ConnectorManifest/mostTypes``.
    func offered() throws -> [ConnectorManifest]
}
