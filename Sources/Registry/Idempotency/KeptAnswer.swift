import JSON

/// An answer as it is kept for a key: all that the client gets again.
public struct KeptAnswer: Sendable, Hashable {
    /// The most bytes of a body that are kept. A larger answer has no effect to go with it: the request is refused.
    public static let mostBodyBytes = 4 << 20

    public var status: Int
    public var headers: [Header]
    /// nil for an answer without a body.
    public var body: [UInt8]?

    /// One header field.
    public struct Header: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Makes one.
    public init(status: Int, headers: [Header], body: [UInt8]?) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// As it is sealed: one line of JSON with status, headers and whether there is a body, then the body.
    var bytes: [UInt8] {
        let fields = headers.map { JSONValue.array([.string($0.name), .string($0.value)]) }
        let head: JSONObject = ["status": .int(status), "headers": .array(fields), "has_body": .bool(body != nil)]
        return JSONValue.object(head).serialized() + [Self.lineEnd] + (body ?? [])
    }

    /// Reads what ``bytes`` made; nil for anything else.
    init?(bytes: [UInt8]) {
        // What was sealed here parses; else it isn't an answer.
        guard let end = bytes.firstIndex(of: Self.lineEnd),
            let head = try? JSONValue(parsing: Array(bytes[..<end])),
            let status = head["status"]?.int64Value, let fields = head["headers"]?.arrayValue,
            let hasBody = head["has_body"]?.boolValue
        else { return nil }
        let headers = fields.compactMap { field -> Header? in
            guard let pair = field.arrayValue, pair.count == 2, let name = pair[0].stringValue,
                let value = pair[1].stringValue
            else { return nil }
            return Header(name: name, value: value)
        }
        self.init(status: Int(status), headers: headers, body: hasBody ? Array(bytes[(end + 1)...]) : nil)
    }

    private static let lineEnd = UInt8(ascii: "\n")
}
