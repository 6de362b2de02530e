import Domain
import Registry
import WireAPI

extension ConnectorBody {
    init(_ connector: ConnectorDescriptor) {
        self.init(
            type: connector.type, title: connector.title, description: connector.description,
            docsURL: connector.docsURL, configSchema: connector.configSchema,
            capabilities: connector.capabilities.map(\.rawValue).sorted(), version: connector.version)
    }
}

extension EntityBody {
    init(_ entity: OfferedEntity) {
        let description = entity.description
        self.init(
            name: description.name, jsonSchema: description.jsonSchema,
            primaryKey: description.primaryKey, modes: description.modes.map(\.rawValue),
            cursorFields: description.cursorFields, isSelected: entity.isSelected)
    }
}

extension CheckBody {
    init(_ outcome: CheckOutcome) {
        self.init(
            isOK: outcome.error == nil, latencyMilliseconds: Int(outcome.latency.wholeMilliseconds),
            error: outcome.error.map {
                CheckErrorBody(
                    code: $0.code, message: $0.message, recovery: ($0.recovery ?? .reportBug).rawValue)
            })
    }
}
