public import JSON

/// Whether a source can be reached with its config.
public struct CheckBody: WireValue, Hashable {
    /// Whether it can.
    public var isOK: Bool
    /// How long the attempt took in milliseconds.
    public var latencyMilliseconds: Int
    /// Why not; nil when it can.
    public var error: CheckErrorBody?

    private enum Field: String {
        case isOK = "ok"
        case latencyMilliseconds = "latency_ms"
        case error
    }

    /// Makes one.
    public init(isOK: Bool, latencyMilliseconds: Int, error: CheckErrorBody? = nil) {
        self.isOK = isOK
        self.latencyMilliseconds = latencyMilliseconds
        self.error = error
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        isOK = try fields[.isOK]
        latencyMilliseconds = try fields[.latencyMilliseconds]
        error = try fields[.error]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.isOK, isOK)
        writer.member(Field.latencyMilliseconds, latencyMilliseconds)
        writer.member(Field.error, error)
        writer.endObject()
    }
}
