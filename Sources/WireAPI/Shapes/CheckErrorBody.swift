public import JSON

/// Why a connection can't be had.
public struct CheckErrorBody: WireValue, Hashable {
    /// Stable and dotted.
    public var code: String
    /// One sentence for people.
    public var message: String
    /// What it needs: `retry fix_config reauthorise wait_for_source report_bug`.
    public var recovery: String

    private enum Field: String {
        case code
        case message
        case recovery
    }

    /// Makes one.
    public init(code: String, message: String, recovery: String) {
        self.code = code
        self.message = message
        self.recovery = recovery
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        code = try fields[.code]
        message = try fields[.message]
        recovery = try fields[.recovery]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.code, code)
        writer.member(Field.message, message)
        writer.member(Field.recovery, recovery)
        writer.endObject()
    }
}
