public import JSON

/// JSON text that is copied, not read: a record's body goes from the store to the socket as the bytes it came in.
public struct RawJSON: WireValue, Hashable {
    /// The text. Two are equal when their bytes are.
    public let bytes: [UInt8]

    /// Takes text that is known to be one JSON value; it isn't checked.
    public init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// Writes the bytes as they are.
    public func write(to writer: inout JSONWriter) { writer.raw(bytes) }

    /// Takes any value and keeps its compact text.
    public init(json: JSONValue) throws(WireError) { bytes = json.serialized() }

    /// The value, parsed anew on each call; throws if the text wasn't JSON after all.
    public func parsed() throws(JSONError) -> JSONValue { try JSONValue(parsing: bytes, limits: .source) }

    /// The text as a `String`; costs a copy.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}
