public import JSON

/// One fault of a request's body.
public struct FaultBody: WireValue, Hashable {
    /// RFC 6901 pointer to the field.
    public var pointer: String
    /// Stable and dotted.
    public var code: String
    /// One sentence for people.
    public var detail: String

    private enum Field: String {
        case pointer
        case code
        case detail
    }

    /// Makes one.
    public init(pointer: String, code: String, detail: String) {
        self.pointer = pointer
        self.code = code
        self.detail = detail
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        pointer = try fields[.pointer]
        code = try fields[.code]
        detail = try fields[.detail]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.pointer, pointer)
        writer.member(Field.code, code)
        writer.member(Field.detail, detail)
        writer.endObject()
    }
}
