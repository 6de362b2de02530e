public import Domain

/// The connectors of this installation by type.
public struct ConnectorCatalog: Sendable {
    private let byType: [String: any Connector]

    public init(_ connectors: [any Connector]) {
        byType = Dictionary(connectors.map { ($0.descriptor.type, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// In order of type.
    public var descriptors: [ConnectorDescriptor] {
        byType.values.map(\.descriptor).sorted { $0.type < $1.type }
    }

    /// Throws `connector.unknown`.
    public func connector(_ type: String) throws -> any Connector {
        guard let connector = byType[type] else { throw AppError(.connectorUnknown) }
        return connector
    }
}

extension ErrorCode {
    public static let connectorUnknown = ErrorCode(
        "connector.unknown", .notFound,
        "No connector of that type is in the catalogue; GET /api/v1/connectors lists them.")
}
