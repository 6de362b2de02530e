public import JSON

/// A value in a request's path or query.
public struct Parameter: Sendable, Hashable {
    public let name: String
    public let form: ResourceField.Form
    /// What it is when the request doesn't say; nil = nothing.
    public let standard: JSONValue?
    /// Whether it may come more than once.
    public let isRepeatable: Bool
    /// One sentence.
    public let note: String
    private let ownExample: JSONValue?

    public init(
        _ name: String, _ form: ResourceField.Form, standard: JSONValue? = nil, isRepeatable: Bool = false,
        example: JSONValue? = nil, note: String
    ) {
        self.name = name
        self.form = form
        self.standard = standard
        self.isRepeatable = isRepeatable
        self.note = note
        ownExample = example
    }

    /// A value that it could have.
    public var example: JSONValue { ownExample ?? standard ?? form.example }
}

// Parameters that several operations have.
extension Parameter {
    /// The longest text of a query parameter, in characters.
    public static let longestText = 256

    static let cursor = Parameter(
        "cursor", .text(0...4_096),
        note: "Where to go on: `next_cursor` of the page before. It fits only the same filters and order.")
    static let includeDeleted = Parameter(
        "include_deleted", .flag, standard: false, note: "Whether what is softly deleted counts too.")
    static func limit(_ most: Int, standard: Int) -> Parameter {
        Parameter("limit", .integer(1...most), standard: .int(standard), note: "Items in a page.")
    }
    static func time(_ name: String, note: String) -> Parameter { Parameter(name, .time, note: note) }
    static func text(_ name: String, note: String) -> Parameter { Parameter(name, .text(1...longestText), note: note) }
    static func wait(_ most: Int, note: String) -> Parameter {
        Parameter("wait", .integer(0...most), standard: 0, note: note)
    }

    static let sourceID = Parameter("id", .id(prefix: DataSourceKind.prefix), note: "The DataSource.")
    static let runID = Parameter("run_id", .id(prefix: RunKind.prefix), note: "The run.")
    static let entity = Parameter(
        "entity", .text(1...longestText), example: "customers", note: "The entity's name.")
    static let connectorType = Parameter("type", .text(1...64), example: "file", note: "The connector's type.")
    static let applicationID = Parameter("id", .id(prefix: ApplicationKind.prefix), note: "The Application.")
    static let keyID = Parameter("key_id", .id(prefix: APIKeyKind.prefix), note: "The API key.")
}
