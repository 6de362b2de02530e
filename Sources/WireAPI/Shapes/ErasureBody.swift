public import JSON

/// What an erasure did.
public struct ErasureBody: WireValue, Hashable {
    /// Tombstones made.
    public var erased: Int

    private enum Field: String {
        case erased
    }

    /// Makes one.
    public init(erased: Int) {
        self.erased = erased
    }

    /// Reads one; throws where a member is missing or has another form.
    public init(json: JSONValue) throws(WireError) {
        let fields = try Fields(json, Field.self)
        erased = try fields[.erased]
    }

    /// Writes the object, members in the order of the documentation.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(Field.erased, erased)
        writer.endObject()
    }
}
