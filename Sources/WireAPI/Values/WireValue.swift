public import JSON

/// Something that has one form on the wire: every shape of the HTTP API, and the plain values that they are made of.
public protocol WireValue: Sendable {
    /// Writes the value's JSON text.
    func write(to writer: inout JSONWriter)

    /// Reads the value; throws where `json` has another form. Members that it doesn't know are passed over, so an older
    /// program reads a newer one's answers.
    init(json: JSONValue) throws(WireError)
}

extension WireValue {
    /// The value as compact JSON bytes.
    public func serialized(capacity: Int = 1024) -> [UInt8] {
        var writer = JSONWriter(capacity: capacity)
        write(to: &writer)
        return writer.bytes
    }

    /// Parses and reads one value; throws where `bytes` aren't JSON or have another form.
    public init(parsing bytes: [UInt8]) throws(WireError) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes, limits: answerLimits)
        } catch {
            throw WireError(pointer: "", detail: "the body isn't JSON: \(error)")
        }
        try self.init(json: json)
    }
}

/// What sources may send, with room for the envelope around it.
private let answerLimits = JSONLimits(
    maxDepth: JSONLimits.source.maxDepth + 16, allowsDuplicateNames: true, allowsLoneSurrogates: true)

/// Says which member of a body hasn't the form that its shape asks for.
public struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// RFC 6901 pointer to the member; empty for the body itself.
    public let pointer: String
    /// What was wrong, without the value itself.
    public let detail: String

    /// Makes an error about the member at `pointer`.
    public init(pointer: String, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }

    /// One line for people.
    public var description: String { pointer.isEmpty ? detail : "\(pointer): \(detail)" }

    static func expected(_ kind: String, insteadOf json: JSONValue) -> WireError {
        WireError(pointer: "", detail: "must be \(kind), not \(json.kind)")
    }

    func inside(_ token: String) -> WireError {
        WireError(pointer: "/" + JSONPointer.escape(token) + pointer, detail: detail)
    }
}
