public import JSON

/// Why a run didn't succeed.
public struct RunErrorBody: WireValue, Hashable {
    /// Stable and dotted.
    public var code: String
    /// One sentence for people.
    public var message: String
    /// What it needs: `retry fix_config reauthorise review_deletes wait_for_source report_bug`.
    public var recovery: String
    /// When the next attempt is due; nil when a person must act.
    public var retryAt: String?
    /// The entity at which it failed; nil where it was none in particular.
    public var entity: String?

    private enum Field: String {
        case code
        case message
        case recovery
        case retryAt = "retry_at"
        case entity
    }

    /// Makes one.
    public init(code: String, message: String, recovery: String, retryAt: String? = nil, entity: String? = nil) {
        self.code = code
        self.message = message
        self.recovery = recovery
        self.retryAt = retryAt
        self.entity = entity
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        code = try fields[.code]
        message = try fields[.message]
        recovery = try fields[.recovery]
        retryAt = try fields[.retryAt]
        entity = try fields[.entity]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.code, code)
        writer.member(Field.message, message)
        writer.member(Field.recovery, recovery)
        writer.member(Field.retryAt, retryAt)
        writer.member(Field.entity, entity)
        writer.endObject()
    }
}
