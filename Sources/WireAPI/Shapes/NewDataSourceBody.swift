public import JSON

/// What a client gives to register an external system; the server stamps the rest.
public struct NewDataSourceBody: WireValue, Hashable {
    /// For people: 1 to 200 characters.
    public var name: String
    /// A connector of the catalogue.
    public var type: String
    /// A version of a declarative connector's manifest; nil = the one that is offered.
    public var connectorVersion: String?
    /// With its secrets.
    public var config: JSONObject
    /// Provenance tag; nil = `edm`.
    public var source: String?
    /// nil = `api`.
    public var sourceType: String?
    /// Cron or interval; nil = on demand only.
    public var syncSchedule: String?
    /// nil = all.
    public var entities: [EntitySelectionBody]?

    private enum Field: String {
        case name
        case type
        case connectorVersion = "connector_version"
        case config
        case source
        case sourceType = "source_type"
        case syncSchedule = "sync_schedule"
        case entities
    }

    /// Makes one.
    public init(
        name: String, type: String, config: JSONObject, source: String? = nil, sourceType: String? = nil,
        syncSchedule: String? = nil, entities: [EntitySelectionBody]? = nil, connectorVersion: String? = nil
    ) {
        self.name = name
        self.type = type
        self.connectorVersion = connectorVersion
        self.config = config
        self.source = source
        self.sourceType = sourceType
        self.syncSchedule = syncSchedule
        self.entities = entities
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        name = try fields[.name]
        type = try fields[.type]
        connectorVersion = try fields[.connectorVersion]
        config = try fields[.config]
        source = try fields[.source]
        sourceType = try fields[.sourceType]
        syncSchedule = try fields[.syncSchedule]
        entities = try fields[.entities]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.name, name)
        writer.member(Field.type, type)
        writer.memberIfPresent(Field.connectorVersion, connectorVersion)
        writer.member(Field.config, config)
        writer.memberIfPresent(Field.source, source)
        writer.memberIfPresent(Field.sourceType, sourceType)
        writer.memberIfPresent(Field.syncSchedule, syncSchedule)
        writer.memberIfPresent(Field.entities, entities)
        writer.endObject()
    }
}
