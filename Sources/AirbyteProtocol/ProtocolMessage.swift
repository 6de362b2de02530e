public import JSON

/// One message of the Airbyte protocol, a line of JSON on standard output
/// (https://docs.airbyte.com/understanding-airbyte/airbyte-protocol, version 0.3 to 0.17).
public enum ProtocolMessage: Sendable {
    /// What configs look like: `connectionSpecification` is a JSON Schema; `more` holds further members of the spec.
    case spec(connectionSpecification: JSONValue, more: JSONObject = JSONObject())
    /// The answer to `check`; nil = the connection works.
    case connectionStatus(failure: String?)
    case catalog([CatalogStream])
    /// `data` is the text of a JSON object; `emittedAt` counts milliseconds since 1970.
    case record(stream: String, data: [UInt8], emittedAt: Int64)
    /// The state of one stream; `recordCount` is how many records came since the one before it, nil = not told.
    case state(stream: String, JSONValue, recordCount: Int? = nil)
    case streamStatus(stream: String, StreamStatus, emittedAt: Int64)
    /// What ended a stream, or everything where `stream` is nil.
    case error(ProtocolError, stream: String?, emittedAt: Int64)
    case log(LogLevel, String)
    /// The config as the connector changed it, such as with a new refresh token.
    case control(config: JSONObject, emittedAt: Int64)

    public enum StreamStatus: String, Sendable { case started, running, complete, incomplete }
    public enum LogLevel: String, Sendable { case fatal, error, warn, info, debug, trace }
}

/// What went wrong, as the protocol tells it.
public struct ProtocolError: Sendable {
    /// Who must act: the config's owner, the source or a passing trouble, the connector's author.
    public enum FailureType: String, Sendable {
        case config = "config_error"
        case transient = "transient_error"
        case system = "system_error"
    }

    public var message: String
    /// For a person who looks closer; nil = nothing more to say.
    public var internalMessage: String?
    public var failureType: FailureType

    public init(_ message: String, internalMessage: String? = nil, failureType: FailureType) {
        self.message = message
        self.internalMessage = internalMessage
        self.failureType = failureType
    }
}

/// A stream as a catalog describes it.
public struct CatalogStream: Sendable {
    public var name: String
    public var jsonSchema: JSONValue
    public var syncModes: [StreamSyncMode]
    /// Whether the source itself says which field is the cursor; nil leaves the member out.
    public var hasSourceDefinedCursor: Bool?
    public var defaultCursorField: [String]?
    /// Paths of the fields that make the key; nil leaves the member out.
    public var primaryKey: [[String]]?
    /// Members that are written as they are.
    public var more: JSONObject

    public init(
        name: String, jsonSchema: JSONValue, syncModes: [StreamSyncMode], hasSourceDefinedCursor: Bool? = nil,
        defaultCursorField: [String]? = nil, primaryKey: [[String]]? = nil, more: JSONObject = JSONObject()
    ) {
        self.name = name
        self.jsonSchema = jsonSchema
        self.syncModes = syncModes
        self.hasSourceDefinedCursor = hasSourceDefinedCursor
        self.defaultCursorField = defaultCursorField
        self.primaryKey = primaryKey
        self.more = more
    }
}

/// The protocol's two ways to read a stream.
public enum StreamSyncMode: String, Sendable {
    case fullRefresh = "full_refresh"
    case incremental
}
