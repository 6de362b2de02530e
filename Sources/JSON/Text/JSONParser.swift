/// Reads a whole JSON text (RFC 8259, strictly) into a `JSONValue`. The text is validated first, depth and all, and
/// built afterwards; both passes cost time in proportion to its length.
public struct JSONParser: Sendable {
    /// What is allowed.
    public let limits: JSONLimits

    /// Makes a parser; the default limits are those for request bodies.
    public init(limits: JSONLimits = JSONLimits()) { self.limits = limits }

    /// Parses bytes that must be one value with nothing but white space around it; throws any code of `JSONError`.
    public func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue { try parse(bytes.span) }

    /// Parses a text; throws any code of `JSONError`.
    public func parse(_ text: String) throws(JSONError) -> JSONValue { try parse(Array(text.utf8)) }

    /// Parses bytes that are borrowed for the call; throws any code of `JSONError`.
    public func parse(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        try bytes.withUnsafeBufferPointer { (view) throws(JSONError) in try parse(view) }
    }

    /// Parses bytes that are borrowed for the call; throws any code of `JSONError`.
    public func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSONValue {
        try parse(bytes.bindMemory(to: UInt8.self))
    }

    private func parse(_ view: UnsafeBufferPointer<UInt8>) throws(JSONError) -> JSONValue {
        try validate(view)
        var builder = ValueBuilder(text: view, allowsDuplicateNames: limits.allowsDuplicateNames)
        return try builder.build()
    }

    private func validate(_ view: UnsafeBufferPointer<UInt8>) throws(JSONError) {
        if let most = limits.maxBytes, view.count > most {
            throw JSONError(.tooLarge, offset: most, detail: "the text is longer than \(most) bytes")
        }
        var machine = TextMachine(limits: limits, copies: false)
        var nothing: [UInt8] = []
        guard let bytes = view.baseAddress,
            var index = try machine.advance(bytes, from: 0, to: view.count, into: &nothing)
        else { return try machine.finish(at: view.count) }
        while index < view.count {
            guard Byte.isWhitespace(bytes[index]) else {
                throw JSONError(.trailing, offset: index, detail: "something follows the value")
            }
            index += 1
        }
    }
}

extension JSONValue {
    /// Parses a whole JSON text; throws any code of `JSONError`.
    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        self = try JSONParser(limits: limits).parse(bytes)
    }

    /// Parses a whole JSON text; throws any code of `JSONError`.
    public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        self = try JSONParser(limits: limits).parse(text)
    }
}
