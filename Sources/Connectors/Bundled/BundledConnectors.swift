public import ConnectorAPI
public import Declarative

/// The connectors of well-known APIs that come with the program: manifests, run by the declarative engine.
public enum BundledConnectors {
    /// A connector for each manifest, in the order of their types.
    ///
    /// Throws `declarative.manifest_invalid` where one can't be read, which tests rule out.
    public static func all(surroundings: DeclarativeSurroundings) throws -> [any Connector] {
        try BundledManifest.all.map { try $0.connector(surroundings) }
    }
}

/// One manifest and what the catalogue says of it; its description is in the text.
struct BundledManifest: Sendable {
    let type: String
    let title: String
    /// Changes with the text.
    let version: String
    /// YAML.
    let text: String

    static let all: [BundledManifest] = [.azure, .github, .jira, .okta, .workday]

    func connector(_ surroundings: DeclarativeSurroundings) throws -> DeclarativeConnector {
        DeclarativeConnector(
            try DeclarativeManifest(text: text), type: type, title: title, docsURL: "/docs/connectors/" + type,
            version: version, surroundings: surroundings)
    }
}
