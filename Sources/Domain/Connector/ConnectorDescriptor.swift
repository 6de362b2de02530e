public import JSON

/// What a catalogue says of a connector.
public struct ConnectorDescriptor: Sendable {
    public var type: String
    public var title: String
    /// One or two sentences.
    public var description: String
    /// Path of its documentation page.
    public var docsURL: String
    /// JSON Schema, draft 2020-12: secrets are marked `writeOnly` and `x-secret`, what identifies the system that a
    /// config connects to `x-identity`.
    public var configSchema: JSONValue
    public var capabilities: Set<Capability>
    public var version: String

    public enum Capability: String, Sendable, CaseIterable {
        case check, discover, full, incremental, push
        /// Finds deletions in one complete read.
        case snapshot
    }

    public init(
        type: String, title: String, description: String, docsURL: String, configSchema: JSONValue,
        capabilities: Set<Capability>, version: String
    ) {
        self.type = type
        self.title = title
        self.description = description
        self.docsURL = docsURL
        self.configSchema = configSchema
        self.capabilities = capabilities
        self.version = version
    }

    /// Whether runs read its records; otherwise they are pushed.
    public var hasRuns: Bool { capabilities.contains(.full) || capabilities.contains(.incremental) }
}
