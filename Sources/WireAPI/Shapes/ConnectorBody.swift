public import JSON

/// One connector of the catalogue.
public struct ConnectorBody: WireValue, Hashable {
    /// The name that a DataSource's `type` gives.
    public var type: String
    /// For people.
    public var title: String
    /// One or two sentences.
    public var description: String
    /// Where to read on.
    public var docsURL: String?
    /// JSON Schema of the config (draft 2020-12); secrets are `writeOnly` with `x-secret`.
    public var configSchema: JSONValue
    /// What it can do beyond reading.
    public var capabilities: [String]
    /// The connector's own version.
    public var version: String

    private enum Field: String {
        case type
        case title
        case description
        case docsURL = "docs_url"
        case configSchema = "config_schema"
        case capabilities
        case version
    }

    /// Makes one.
    public init(
        type: String, title: String, description: String, docsURL: String? = nil, configSchema: JSONValue,
        capabilities: [String], version: String
    ) {
        self.type = type
        self.title = title
        self.description = description
        self.docsURL = docsURL
        self.configSchema = configSchema
        self.capabilities = capabilities
        self.version = version
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        type = try fields[.type]
        title = try fields[.title]
        description = try fields[.description]
        docsURL = try fields[.docsURL]
        configSchema = try fields[.configSchema]
        capabilities = try fields[.capabilities]
        version = try fields[.version]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.type, type)
        writer.member(Field.title, title)
        writer.member(Field.description, description)
        writer.member(Field.docsURL, docsURL)
        writer.member(Field.configSchema, configSchema)
        writer.member(Field.capabilities, capabilities)
        writer.member(Field.version, version)
        writer.endObject()
    }
}
