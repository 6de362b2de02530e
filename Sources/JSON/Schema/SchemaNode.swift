/// One schema of a document, read. Schemas that it holds are numbers in the list of all nodes, so `$ref` may go round.
struct SchemaNode: Sendable {
    /// False for the schema `false`, which nothing meets.
    var isPossible = true
    var types: [String] = []
    var properties: [Property] = []
    var required: [String] = []
    var additional: Int?
    var items: Int?
    var allowed: [JSONValue]?
    var constant: JSONValue?
    var bounds: [Bound] = []
    var sizes: [Size] = []
    var hasUniqueItems = false
    var pattern: String?
    var allOf: [Int] = []
    var anyOf: [Int] = []
    var oneOf: [Int] = []
    var not: Int?
    var reference: Int?
    var defaultValue: JSONValue?
    var isWriteOnly = false
    var isSecret = false
    var isIdentity = false

    struct Property: Sendable {
        let name: String
        let node: Int
    }

    /// A limit of a number.
    struct Bound: Sendable {
        let keyword: String
        let limit: JSONNumber

        func admits(_ number: JSONNumber) -> Bool {
            switch keyword {
            case "minimum": number >= limit
            case "maximum": number <= limit
            case "exclusiveMinimum": number > limit
            default: number < limit
            }
        }

        var message: String {
            switch keyword {
            case "minimum": "must be at least \(limit)"
            case "maximum": "must be at most \(limit)"
            case "exclusiveMinimum": "must be greater than \(limit)"
            default: "must be less than \(limit)"
            }
        }
    }

    /// A limit of a string's length in code points, or of an array's count.
    struct Size: Sendable {
        let keyword: String
        let limit: Int

        var isOfArray: Bool { keyword.hasSuffix("Items") }

        func admits(_ count: Int) -> Bool { keyword.hasPrefix("min") ? count >= limit : count <= limit }

        var message: String {
            "must have at \(keyword.hasPrefix("min") ? "least" : "most") \(limit) \(isOfArray ? "elements" : "characters")"
        }
    }

    /// The schemas that apply to the same value as this one.
    var inPlace: [Int] { allOf + anyOf + oneOf + [not, reference].compactMap { $0 } }
}
