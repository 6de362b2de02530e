public import JSON

/// An item of a push that couldn't be stored.
public struct PushRejectBody: WireValue, Hashable {
    /// Its place among the request's items, counted from 0.
    public var index: Int
    /// Dotted code: `record.key_missing`.
    public var code: String
    /// One sentence.
    public var detail: String

    private enum Field: String {
        case index
        case code
        case detail
    }

    /// Makes one.
    public init(index: Int, code: String, detail: String) {
        self.index = index
        self.code = code
        self.detail = detail
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        index = try fields[.index]
        code = try fields[.code]
        detail = try fields[.detail]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.index, index)
        writer.member(Field.code, code)
        writer.member(Field.detail, detail)
        writer.endObject()
    }
}
