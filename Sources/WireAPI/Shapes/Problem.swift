public import JSON

/// The body of every error: `application/problem+json` (RFC 9457).
public struct Problem: WireValue, Hashable {
    /// The media type of the body.
    public static let mediaType = "application/problem+json"

    /// Path of the page that explains the code.
    public var type: String
    /// Holds for every occurrence of the code.
    public var title: String
    /// The HTTP status.
    public var status: Int
    /// One sentence about this occurrence.
    public var detail: String
    /// Stable and dotted: `datasource.not_found`.
    public var code: String
    /// Found in the server's log and in the `X-Request-Id` header.
    public var requestID: String?
    /// Faults of the request's body; the member is left out when there are none.
    public var errors: [FaultBody]
    /// Further members (RFC 9457 section 3.2), such as `run_id` of the run that is in the way.
    public var extensions: JSONObject

    private enum Field: String {
        case type
        case title
        case status
        case detail
        case code
        case requestID = "request_id"
        case errors
    }

    /// Makes a problem; an extension member must not have the name of another member.
    public init(
        type: String, title: String, status: Int, detail: String, code: String, requestID: String? = nil,
        errors: [FaultBody] = [], extensions: JSONObject = JSONObject()
    ) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.code = code
        self.requestID = requestID
        self.errors = errors
        self.extensions = extensions
    }

    /// Reads a problem; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        type = try fields[.type]
        title = try fields[.title]
        status = try fields[.status]
        detail = try fields[.detail]
        code = try fields[.code]
        requestID = try fields[.requestID]
        let errors: [FaultBody]? = try fields[.errors]
        self.errors = errors ?? []
        extensions = fields.others
    }

    /// Writes the object, extension members last.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.type, type)
        writer.member(Field.title, title)
        writer.member(Field.status, status)
        writer.member(Field.detail, detail)
        writer.member(Field.code, code)
        writer.member(Field.requestID, requestID)
        if !errors.isEmpty { writer.member(Field.errors, errors) }
        for member in extensions {
            writer.name(member.name)
            writer.value(member.value)
        }
        writer.endObject()
    }
}
