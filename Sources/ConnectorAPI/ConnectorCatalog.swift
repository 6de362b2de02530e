public import Domain
import Synchronization

/// Makes connectors of manifests.
public protocol ManifestCompiling: Sendable {
    /// Throws `connector.manifest_invalid` with what is wrong and where.
    func connector(of manifest: ConnectorManifest) throws -> any Connector
}

/// The connectors of this installation by type: those that the program brings, the operator's manifests, and any manifest
/// that a tenant has.
public struct ConnectorCatalog: Sendable {
    private let builtIn: [String: any Connector]
    private let operators: [String: ConnectorManifest]
    private let compiled: CompiledManifests

    /// `manifests` are the operator's; one whose type the program brings is left out.
    public init(
        _ connectors: [any Connector], manifests: [ConnectorManifest] = [], compiler: (any ManifestCompiling)? = nil
    ) {
        let builtIn = Dictionary(
            connectors.map { ($0.type, $0) }, uniquingKeysWith: { first, _ in first })
        self.builtIn = builtIn
        operators = Dictionary(
            manifests.filter { builtIn[$0.type] == nil }.map { ($0.type, $0) }, uniquingKeysWith: { first, _ in first })
        compiled = CompiledManifests(compiler)
    }

    /// What everybody has, in order of type: the program's, and the operator's as far as they can be read.
    public var descriptors: [ConnectorDescriptor] {
        // An operator's manifest was read at the start; one that fails now isn't offered.
        let own = operators.values.compactMap { try? descriptor(of: $0) }
        return (builtIn.values.map(\.descriptor) + own).sorted { $0.type < $1.type }
    }

    /// A connector that the program brings; nil for any other type.
    public func builtIn(_ type: String) -> (any Connector)? { builtIn[type] }

    /// The operator's manifest of a type.
    public func manifest(_ type: String) -> ConnectorManifest? { operators[type] }

    /// The connector of a type that everybody has. Throws `connector.unknown`, and as ``connector(of:)``.
    public func connector(_ type: String) throws -> any Connector {
        if let connector = builtIn[type] { return connector }
        guard let manifest = operators[type] else { throw AppError(.connectorUnknown) }
        return try connector(of: manifest)
    }

    /// The connector of a DataSource: its type's or, where it runs a manifest, that of its version, which `find` looks up.
    ///
    /// Throws `connector.unknown` where there is none, and as ``connector(of:)``.
    public func connector(
        of source: DataSource, find: (_ type: String, _ version: String) throws -> ConnectorManifest?
    ) throws -> any Connector {
        guard let version = source.connectorVersion else { return try connector(source.type) }
        if let connector = compiled.known(source.type, version) { return connector }
        guard let manifest = try find(source.type, version) else { throw AppError(.connectorUnknown) }
        return try connector(of: manifest)
    }

    /// What a list says of a manifest's connector. Throws `connector.manifest_invalid`.
    public func descriptor(of manifest: ConnectorManifest) throws -> ConnectorDescriptor {
        try compiled.descriptor(manifest)
    }

    /// The connector of a manifest; the newest ones are kept. Throws `connector.manifest_invalid`.
    public func connector(of manifest: ConnectorManifest) throws -> any Connector { try compiled.connector(manifest) }
}

/// Connectors that were made of manifests, as many as are likely to be in use.
private final class CompiledManifests: Sendable {
    private static let most = 64
    private static let mostDescriptors = 4_096

    private struct Name: Hashable {
        var type: String
        var version: String
    }

    private struct State {
        var connectors: [Name: any Connector] = [:]
        /// From the one that was used longest ago.
        var order: [Name] = []
        /// Of more than the connectors that are kept: lists show them all.
        var descriptors: [Name: ConnectorDescriptor] = [:]
    }

    private let compiler: (any ManifestCompiling)?
    private let state = Mutex(State())

    init(_ compiler: (any ManifestCompiling)?) { self.compiler = compiler }

    func known(_ type: String, _ version: String) -> (any Connector)? {
        let name = Name(type: type, version: version)
        return state.withLock { state in
            guard let connector = state.connectors[name] else { return nil }
            state.order.removeAll { $0 == name }
            state.order.append(name)
            return connector
        }
    }

    func descriptor(_ manifest: ConnectorManifest) throws -> ConnectorDescriptor {
        let name = Name(type: manifest.type, version: manifest.version)
        if let descriptor = state.withLock({ $0.descriptors[name] }) { return descriptor }
        return try connector(manifest).descriptor
    }

    func connector(_ manifest: ConnectorManifest) throws -> any Connector {
        if let connector = known(manifest.type, manifest.version) { return connector }
        guard let compiler else { throw AppError(.connectorUnknown) }
        let connector = try compiler.connector(of: manifest)
        let name = Name(type: manifest.type, version: manifest.version)
        state.withLock { state in
            if state.connectors.updateValue(connector, forKey: name) == nil { state.order.append(name) }
            if state.descriptors.count >= Self.mostDescriptors { state.descriptors = [:] }
            state.descriptors[name] = connector.descriptor
            if state.order.count > Self.most { state.connectors[state.order.removeFirst()] = nil }
        }
        return connector
    }
}

extension ErrorCode {
    public static let connectorUnknown = ErrorCode(
        "connector.unknown", .notFound,
        "No connector of that type is in the catalogue; GET /api/v1/connectors lists them.")
    public static let connectorManifestInvalid = ErrorCode(
        "connector.manifest_invalid", .invalid, "The manifest can't be used; the faults say where and why.")
}
