import ConnectorAPI
import Domain
import JSON
import Synchronization

/// A connector that does what a test says and tells what it was given.
final class ProbeConnector: Connector {
    typealias Action = @Sendable (ConnectorContext) async throws -> Void

    private let action = Mutex<Action>({ _ in })
    private let given = Mutex<[ConnectorContext]>([])

    let descriptor: ConnectorDescriptor

    init(type: String = "probe", version: String = "1") {
        descriptor = ConnectorDescriptor(
            type: type, title: "Probe", description: "For tests.", docsURL: "/docs/connectors/probe",
            configSchema: Self.schema, capabilities: [.check, .discover, .full], version: version)
    }

    private static let schema: JSONValue = [

        "type": "object",
        "properties": [
            "host": ["type": "string", "minLength": 1, "x-identity": true],
            "port": [
                "type": "integer", "minimum": 1, "maximum": 65535, "default": 5432, "x-identity": true,
            ],
            "tables": ["type": "array", "items": ["type": "string"]],
            "password": ["type": "string", "writeOnly": true, "x-secret": true],
            "auth": [
                "type": "object",
                "properties": ["token": ["type": "string", "writeOnly": true, "x-secret": true]],
                "additionalProperties": false,
            ],
        ],
        "required": ["host", "password"],
        "additionalProperties": false,
    ]

    /// What checks and discoveries do from now on.
    func onCall(_ action: @escaping Action) { self.action.withLock { $0 = action } }

    var contexts: [ConnectorContext] { given.withLock { $0 } }

    func check(_ context: ConnectorContext) async throws { try await act(context) }

    func discover(_ context: ConnectorContext) async throws -> [EntityDescription] {
        try await act(context)
        return ["orders", "items"].map {
            EntityDescription(name: $0, jsonSchema: ["type": "object"], primaryKey: ["id"], cursorFields: ["updated"])
        }
    }

    func read(_ plan: ReadPlan, _ context: ConnectorContext) async throws -> any RecordReader {
        throw AppError(.connectorFault)
    }

    private func act(_ context: ConnectorContext) async throws {
        given.withLock { $0.append(context) }
        try await action.withLock { $0 }(context)
    }
}

/// Makes probes of texts that begin with `probe`; all others are invalid.
struct ProbeCompiler: ManifestCompiling {
    func connector(of manifest: ConnectorManifest) throws -> any Connector {
        guard manifest.text.hasPrefix("probe") else {
            throw AppError(
                .connectorManifestInvalid,
                faults: [AppError.Fault(pointer: "/manifest/streams", code: "manifest.required", detail: "is missing")])
        }
        return ProbeConnector(type: manifest.type, version: manifest.version)
    }
}
