/// One field of a resource: its name, its form in JSON, who may write it and within which bounds.
///
/// Bodies are checked against these declarations, and the API's description is made of them.
public struct ResourceField: Sendable, Hashable {
    /// As the wire has it.
    public let name: String
    public let form: Form
    /// Whether a body that creates the resource may have it.
    public let onCreate: Use
    /// Whether a body that changes the resource may have it.
    public let onPatch: Use
    /// Whether answers may have `null` here, and patches may set it.
    public let isNullable: Bool
    /// One sentence.
    public let note: String

    public init(
        _ name: String, _ form: Form, onCreate: Use = .refused, onPatch: Use = .refused, isNullable: Bool = false,
        note: String
    ) {
        self.name = name
        self.form = form
        self.onCreate = onCreate
        self.onPatch = onPatch
        self.isNullable = isNullable
        self.note = note
    }

    /// What a client may do with a field in a body.
    public enum Use: Sendable, Hashable {
        case required, optional
        /// Stamped by the server: refused in a body.
        case refused
        /// Accepted only with the value that the resource has already.
        case fixed
    }

    /// The form of a field's value.
    public enum Form: Sendable, Hashable {
        /// A string of so many characters once the white space around it is gone.
        case text(ClosedRange<Int>)
        /// A string of 1 to 64 of `[a-z0-9._-]`.
        case tag
        /// One of these strings.
        case choice([String])
        /// A string that is an id with this prefix, or `per_…` and whatever else the issuer of tokens uses when empty.
        case id(prefix: String)
        /// An RFC 3339 date-time.
        case time
        /// A cron expression or an interval; see ``Schedule``.
        case schedule
        case flag
        case count
        case object
        /// An array of at most so many elements.
        case list(atMost: Int)

        /// The name of the JSON type.
        public var jsonType: String {
            switch self {
            case .text, .tag, .choice, .id, .time, .schedule: "string"
            case .flag: "boolean"
            case .count: "number"
            case .object: "object"
            case .list: "array"
            }
        }
    }
}
