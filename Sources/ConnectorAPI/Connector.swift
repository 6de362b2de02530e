public import Domain
public import JSON

/// The module that a DataSource's `type` names: it knows a config schema and how to check, discover and read.
///
/// A failure is thrown as an ``AppError`` of category `source` whose `recovery` says who must act; any other error
/// counts as a bug of the connector. Every method may block its thread and is cancelled by task cancellation.
public protocol Connector: Sendable {
    /// What DataSources call it: the descriptor's. For a connector that has yet to be read to be described.
    var type: String { get }

    var descriptor: ConnectorDescriptor { get }

    /// Tries the connection as cheaply as tells the truth; throws what is wrong.
    func check(_ context: ConnectorContext) async throws

    /// The entities that the source offers now.
    func discover(_ context: ConnectorContext) async throws -> [EntityDescription]

    /// Opens a read of `plan`'s entities, in that order.
    func read(_ plan: ReadPlan, _ context: ConnectorContext) async throws -> any RecordReader

    /// Discovers, asks `plan` what to read of that, and opens the read. For a connector that can do it on one connection.
    func read(
        _ context: ConnectorContext, plan: ([EntityDescription]) async throws -> ReadPlan
    ) async throws -> any RecordReader
}

extension Connector {
    public var type: String { descriptor.type }

    public func read(
        _ context: ConnectorContext, plan: ([EntityDescription]) async throws -> ReadPlan
    ) async throws -> any RecordReader {
        try await read(plan(discover(context)), context)
    }
}

/// A read under way: pulled one batch at a time, so that a slow store slows the source and memory stays flat.
public protocol RecordReader: Sendable {
    /// The next batch; nil after the last. A batch's `state` is true once it and all before it are stored. Never called
    /// again while a call is under way. Each entity's last batch has its `end`; one that ends without has no new truth.
    func next() async throws -> RecordBatch?

    /// Says of the next batch that it is waited for: what has been read of it should be given soon, if it is worth a commit.
    /// A wish only; it may come while `next()` is under way. Of the first batch it isn't said: it always is waited for.
    func hurry()

    /// Lets go of what the read holds; called once, after the last `next()`.
    func close() async
}

extension RecordReader {
    public func hurry() {}
}

/// What a connector is given for one call.
public struct ConnectorContext: Sendable {
    public var tenant: TenantID
    /// The config without its secrets; valid against the connector's schema.
    public var config: JSONObject
    /// The secrets by dotted path.
    public var secrets: [String: Secret<String>]
    /// What the connector renews by itself, such as OAuth tokens.
    public var credentials: any CredentialKeeping

    public init(
        tenant: TenantID, config: JSONObject, secrets: [String: Secret<String>] = [:],
        credentials: any CredentialKeeping = HeldCredentials()
    ) {
        self.tenant = tenant
        self.config = config
        self.secrets = secrets
        self.credentials = credentials
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
