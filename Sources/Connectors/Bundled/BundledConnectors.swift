public import ConnectorAPI
public import Declarative
import Domain
import JSON
import Synchronization

/// The connectors of well-known APIs that come with the program: manifests, run by the declarative engine.
public enum BundledConnectors {
    /// A connector for each manifest, in the order of their types. A manifest is read when something other than its type is
    /// asked for, so that a start of the program pays for none.
    public static func all(surroundings: DeclarativeSurroundings) -> [any Connector] {
        BundledManifest.all.map { BundledConnector($0, surroundings: surroundings) }
    }

    /// Reads every manifest and answers those that can't be used: one sentence each. Tests rule out that there are any.
    public static func problems(surroundings: DeclarativeSurroundings) -> [String] {
        BundledManifest.all.compactMap { BundledConnector($0, surroundings: surroundings).problem }
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

/// A bundled manifest as a connector, read once, when it is first needed.
final class BundledConnector: Connector {
    private let manifest: BundledManifest
    private let surroundings: DeclarativeSurroundings
    private let made = Mutex<DeclarativeConnector?>(nil)

    init(_ manifest: BundledManifest, surroundings: DeclarativeSurroundings) {
        self.manifest = manifest
        self.surroundings = surroundings
    }

    var type: String { manifest.type }

    /// Whether the manifest was read already.
    var isRead: Bool { made.withLock { $0 != nil } }

    /// Why it can't be used; nil where it can.
    var problem: String? {
        do {
            _ = try connector()
            return nil
        } catch {
            let known = error as? AppError
            return "The connector \(type) can't be used: \(known?.message ?? "\(Swift.type(of: error))")"
        }
    }

    var descriptor: ConnectorDescriptor {
        // One that can't be read says why; whatever it is asked for then fails with the reason.
        (try? connector().descriptor)
            ?? ConnectorDescriptor(
                type: type, title: manifest.title, description: problem ?? "", docsURL: "/docs/connectors/" + type,
                configSchema: ["type": "object"], capabilities: [], version: manifest.version)
    }

    func check(_ context: ConnectorContext) async throws { try await connector().check(context) }

    func discover(_ context: ConnectorContext) async throws -> [EntityDescription] {
        try await connector().discover(context)
    }

    func read(_ plan: ReadPlan, _ context: ConnectorContext) async throws -> any RecordReader {
        try await connector().read(plan, context)
    }

    /// The connector. Throws `declarative.manifest_invalid`.
    private func connector() throws -> DeclarativeConnector {
        try made.withLock { made in
            if let made { return made }
            let connector = try manifest.connector(surroundings)
            made = connector
            return connector
        }
    }
}
