public import JSON

/// Why the newest run of a DataSource failed.
public struct LastErrorBody: WireValue, Hashable {
    /// Stable and dotted.
    public var code: String
    /// One sentence for people.
    public var message: String
    /// What it needs: `retry fix_config reauthorise review_deletes wait_for_source report_bug`.
    public var recovery: String
    /// RFC 3339.
    public var at: String
    /// The run that failed.
    public var runID: String

    private enum Field: String {
        case code
        case message
        case recovery
        case at
        case runID = "run_id"
    }

    /// Makes one.
    public init(code: String, message: String, recovery: String, at: String, runID: String) {
        self.code = code
        self.message = message
        self.recovery = recovery
        self.at = at
        self.runID = runID
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        code = try fields[.code]
        message = try fields[.message]
        recovery = try fields[.recovery]
        at = try fields[.at]
        runID = try fields[.runID]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.code, code)
        writer.member(Field.message, message)
        writer.member(Field.recovery, recovery)
        writer.member(Field.at, at)
        writer.member(Field.runID, runID)
        writer.endObject()
    }
}
