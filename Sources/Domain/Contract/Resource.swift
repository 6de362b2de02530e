public import JSON

/// One kind of object that the API takes or gives: a resource, a part of one, or the body of one request.
public struct Resource: Sendable, Hashable {
    /// As documentation names it: `DataSource`.
    public let name: String
    /// One or two sentences.
    public let note: String
    /// In the order in which answers have them.
    public let fields: [ResourceField]

    public init(_ name: String, note: String, fields: [ResourceField]) {
        self.name = name
        self.note = note
        self.fields = fields
    }

    /// The field of that name; nil when there is none.
    public subscript(name: String) -> ResourceField? { fields.first { $0.name == name } }

    /// What a server could answer.
    public var example: JSONObject { JSONObject(fields.map { ($0.name, $0.example) }) }

    /// A body that creates one: what is required, and what has an example worth showing.
    public var creatingExample: JSONObject {
        JSONObject(
            fields.filter { $0.onCreate == .required || ($0.onCreate == .optional && $0.hasExample) }
                .map { ($0.name, $0.example) })
    }

    /// A body that changes one: what every such resource has a value for and may be changed.
    public var patchingExample: JSONObject {
        JSONObject(fields.filter { $0.onPatch == .optional && $0.isEssential }.map { ($0.name, $0.example) })
    }

    /// Whether anything of it may be sent in a body.
    public var isWritable: Bool { fields.contains { !$0.isStamped } }
}
