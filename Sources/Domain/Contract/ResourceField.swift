public import JSON

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
    /// Whether answers may have `null` here, and bodies may set it.
    public let isNullable: Bool
    /// Whether every resource has a value here; the rest may be null, empty or absent.
    public let isEssential: Bool
    /// Whether answers leave the field out where there is nothing to say, rather than have `null`.
    public let isLeftOut: Bool
    /// What it is when a body that creates the resource doesn't say; nil = null or empty.
    public let standard: JSONValue?
    /// One sentence.
    public let note: String
    private let ownExample: JSONValue?

    public init(
        _ name: String, _ form: Form, onCreate: Use = .refused, onPatch: Use = .refused, isNullable: Bool = false,
        isEssential: Bool = false, isLeftOut: Bool = false, standard: JSONValue? = nil, example: JSONValue? = nil,
        note: String
    ) {
        self.name = name
        self.form = form
        self.onCreate = onCreate
        self.onPatch = onPatch
        self.isNullable = isNullable
        self.isEssential = isEssential
        self.isLeftOut = isLeftOut
        self.standard = standard
        self.note = note
        ownExample = example
    }

    /// A value that answers could have.
    public var example: JSONValue { ownExample ?? form.example }

    /// Whether it has an example of its own that says something.
    public var hasExample: Bool { ownExample.map { !$0.isNull } ?? false }

    /// Whether it comes from the server alone: a body that has it is refused.
    public var isStamped: Bool { onCreate == .refused && onPatch == .refused }

    /// What a client may do with a field in a body.
    public enum Use: Sendable, Hashable {
        case required, optional
        /// Stamped by the server: refused in a body.
        case refused
        /// Accepted only with the value that the resource has already.
        case fixed
    }

    /// The form of a field's or a parameter's value.
    public indirect enum Form: Sendable, Hashable {
        /// A string of so many characters, not all of them white space.
        case text(ClosedRange<Int>)
        /// A string of so many characters once the white space around it is gone.
        case label(ClosedRange<Int>)
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
        /// An ISO 8601 duration of at least one minute.
        case duration
        case flag
        /// A whole number that isn't negative.
        case count
        /// A whole number within bounds.
        case integer(ClosedRange<Int>)
        /// An object of any members.
        case object
        /// An object whose members, of any names, have this form.
        case map(Form)
        /// An object with the fields of this resource.
        case nested(Resource)
        /// An array of so many elements of this form.
        case list(of: Form, ClosedRange<Int>)
        /// Any JSON.
        case any

        /// The name of the JSON type; empty for any.
        public var jsonType: String {
            switch self {
            case .text, .label, .tag, .choice, .id, .time, .schedule, .duration: "string"
            case .flag: "boolean"
            case .count, .integer: "number"
            case .object, .map, .nested: "object"
            case .list: "array"
            case .any: ""
            }
        }

        /// A value of this form.
        public var example: JSONValue {
            switch self {
            case .text, .label, .any: "text"
            case .tag: "edm"
            case .choice(let choices): .string(choices.first ?? "")
            case .id(let prefix): .string(prefix.isEmpty ? "per_ada" : prefix + "01K0F3ZQ6V9N0QH8Z4M7K3T5R1")
            case .time: "2026-11-24T09:30:00.000Z"
            case .schedule: "PT15M"
            case .duration: "P7D"
            case .flag: false
            case .count: 0
            case .integer(let range): .int(range.lowerBound)
            case .object: .object(JSONObject())
            case .map(let form): .object(["customers": form.example])
            case .nested(let resource): .object(resource.example)
            case .list(let form, _): .array([form.example])
            }
        }
    }
}
