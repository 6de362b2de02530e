/// One thing that a client can ask for: a method and a path, what its requests have, and what answers them.
///
/// The server's router, the API's description, the documentation and the command line's help come from these.
public struct Operation: Sendable, Hashable {
    /// `datasources.list`: the group, a dot, the verb.
    public let id: String
    public let method: Method
    /// With names in braces: `/api/v1/datasources/{id}`.
    public let path: String
    /// A few words: "List DataSources".
    public let summary: String
    /// What else a caller should know; empty when nothing.
    public let note: String
    /// What a token must allow; nil where ``isOpen`` or where any token will do.
    public let grant: Grant?
    /// Whether it needs no token.
    public let isOpen: Bool
    /// What stands in the path's braces, in order.
    public let places: [Parameter]
    /// What the query may have.
    public let parameters: [Parameter]
    /// Which conditional requests it takes (RFC 9110 section 13).
    public let conditions: Set<Condition>
    public let body: Body?
    public let answers: [Answer]
    /// Codes of its own errors, beside those that every request can have.
    public let errors: [String]

    public init(
        _ id: String, _ method: Method, _ path: String, _ summary: String, note: String = "", grant: Grant? = nil,
        isOpen: Bool = false, places: [Parameter] = [], parameters: [Parameter] = [], conditions: Set<Condition> = [],
        body: Body? = nil, answers: [Answer], errors: [String] = []
    ) {
        self.id = id
        self.method = method
        self.path = path
        self.summary = summary
        self.note = note
        self.grant = grant
        self.isOpen = isOpen
        self.places = places
        self.parameters = parameters
        self.conditions = conditions
        self.body = body
        self.answers = answers
        self.errors = errors
    }

    /// Whether it answers with server-sent events.
    public var isStream: Bool { answers.contains { if case .events = $0.content { true } else { false } } }

    /// The part of the id before the dot: `datasources`.
    public var group: String { String(id.prefix { $0 != "." }) }
    /// The part of the id behind the dot: `list`.
    public var verb: String { String(id.drop { $0 != "." }.dropFirst()) }

    public enum Method: String, Sendable, Hashable {
        case get = "GET"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// A header that makes a request conditional.
    public enum Condition: String, Sendable, Hashable, CaseIterable {
        case ifMatch = "If-Match"
        case ifNoneMatch = "If-None-Match"
    }

    /// What a request's body may be.
    public struct Body: Sendable, Hashable {
        /// Its fields and who may set them; a page of these where ``isList``.
        public let resource: Resource
        public let use: Use
        public let isRequired: Bool
        /// The first is the usual one.
        public let mediaTypes: [String]
        /// The longest body.
        public let mostBytes: Int

        /// Which of the fields' rules hold.
        public enum Use: Sendable, Hashable {
            case create, patch
            /// An array, or lines, of objects of any members.
            case items
        }

        public init(
            _ resource: Resource, _ use: Use = .create, isRequired: Bool = true,
            mediaTypes: [String] = ["application/json"], mostBytes: Int = 1 << 20
        ) {
            self.resource = resource
            self.use = use
            self.isRequired = isRequired
            self.mediaTypes = mediaTypes
            self.mostBytes = mostBytes
        }
    }

    /// One way in which it answers a request that succeeds.
    public struct Answer: Sendable, Hashable {
        public let status: Int
        public let content: Content
        /// Headers of its own: `ETag`, `Location`.
        public let headers: [String]
        /// When it is given.
        public let note: String

        public enum Content: Sendable, Hashable {
            case none
            case one(Resource)
            /// `{items, next_cursor, total}`.
            case page(Resource)
            /// Server-sent events, each with one of these.
            case events(Resource)
            /// Text of another media type.
            case text(String)
            /// JSON that isn't described further.
            case json

            /// The resource that is answered, alone or in a page or in events.
            public var resource: Resource? {
                switch self {
                case .one(let resource), .page(let resource), .events(let resource): resource
                case .none, .text, .json: nil
                }
            }
        }

        public init(_ status: Int, _ content: Content, headers: [String] = [], note: String) {
            self.status = status
            self.content = content
            self.headers = headers
            self.note = note
        }
    }
}
