public import ConnectorAPI
public import Domain
import JSON

/// The connector of sources whose records are sent to us: there is nothing to connect to and nothing to read.
public struct PushConnector: Connector {
    public init() {}

    public var descriptor: ConnectorDescriptor {
        ConnectorDescriptor(
            type: PushConfig.type, title: "Push",
            description: "Records that a program sends by itself, in batches of JSON or JSONL.",
            docsURL: "/docs/connectors/push", configSchema: PushConfig.schema,
            capabilities: [.check, .discover, .push], version: "1.0.0")
    }

    public func check(_ context: ConnectorContext) async throws {}

    public func discover(_ context: ConnectorContext) async throws -> [EntityDescription] {
        PushConfig(context.config).entities.map { name, primaryKey in
            EntityDescription(name: name, jsonSchema: ["type": "object"], primaryKey: primaryKey, modes: [])
        }
    }

    public func read(_ plan: ReadPlan, _ context: ConnectorContext) async throws -> any RecordReader {
        throw AppError(.sourceIsPushed)
    }
}
