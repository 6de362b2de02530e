public import Domain
public import JSON

/// The module that a DataSource's `type` names: it knows a config schema and how to check, discover and read.
///
/// A failure is thrown as an ``AppError`` of category `source` whose `recovery` says who must act; any other error
/// counts as a bug of the connector. Every method may block its thread and is cancelled by task cancellation.
public protocol Connector: Sendable {
    var descriptor: ConnectorDescriptor { get }

    /// Tries the connection as cheaply as tells the truth; throws what is wrong.
    func check(_ context: ConnectorContext) async throws

    /// The entities that the source offers now.
    func discover(_ context: ConnectorContext) async throws -> [EntityDescription]

    /// Opens a read of `plan`'s entities, in that order.
    func read(_ plan: ReadPlan, _ context: ConnectorContext) async throws -> any RecordReader
}

/// A read under way: pulled one batch at a time, so that a slow store slows the source and memory stays flat.
public protocol RecordReader: Sendable {
    /// The next batch; nil after the last. A batch's `state` is true once it and all before it are stored. Never called
    /// again while a call is under way. Each entity's last batch has its `end`; one that ends without has no new truth.
    func next() async throws -> RecordBatch?

    /// Lets go of what the read holds; called once, after the last `next()`.
    func close() async
}

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
}

/// What a connector is given for one call.
public struct ConnectorContext: Sendable {
    public var tenant: TenantID
    /// The config without its secrets; valid against the connector's schema.
    public var config: JSONObject
    /// The secrets by dotted path.
    public var secrets: [String: Secret<String>]

    public init(tenant: TenantID, config: JSONObject, secrets: [String: Secret<String>] = [:]) {
        self.tenant = tenant
        self.config = config
        self.secrets = secrets
    }
}

/// A kind of record that a source offers.
public struct EntityDescription: Sendable, Hashable {
    public var name: String
    /// Of a record's body.
    public var jsonSchema: JSONValue
    /// Field names; empty = none known, the whole record is its key.
    public var primaryKey: [String]
    public var modes: [SyncMode]
    /// The mode that is safe without a person's choice.
    public var defaultMode: SyncMode
    /// Fields that an incremental read may follow.
    public var cursorFields: [String]

    public init(
        name: String, jsonSchema: JSONValue, primaryKey: [String], modes: [SyncMode] = [.full],
        defaultMode: SyncMode = .full, cursorFields: [String] = []
    ) {
        self.name = name
        self.jsonSchema = jsonSchema
        self.primaryKey = primaryKey
        self.modes = modes
        self.defaultMode = defaultMode
        self.cursorFields = cursorFields
    }
}

/// Which entities to read and from where.
public struct ReadPlan: Sendable {
    public struct Entity: Sendable {
        public var name: String
        public var mode: SyncMode
        public var primaryKey: [String]
        public var cursorField: String?
        /// What the connector last said of this entity; nil = from the start.
        public var state: [UInt8]?

        public init(
            name: String, mode: SyncMode, primaryKey: [String], cursorField: String? = nil, state: [UInt8]? = nil
        ) {
            self.name = name
            self.mode = mode
            self.primaryKey = primaryKey
            self.cursorField = cursorField
            self.state = state
        }
    }

    public var entities: [Entity]

    public init(entities: [Entity]) { self.entities = entities }
}
