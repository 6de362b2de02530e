public import Domain
public import JSON

extension Value {
    /// Reads JSON text as Python reads it: integers of any size, everything with a point or an exponent a float, of two
    /// members of one name the last. Lone halves of surrogate pairs become U+FFFD. Throws `value.json_invalid`.
    public init(json text: Span<UInt8>) throws(AppError) {
        self = try text.withUnsafeBufferPointer { (view) throws(AppError) in
            var reader = JSONValueReader(view)
            return try reader.readAll()
        }
    }

    /// Reads JSON text; see the other initialiser.
    public init(json text: [UInt8]) throws(AppError) { try self.init(json: text.span) }

    /// Reads JSON text; see the other initialiser.
    public init(json text: ArraySlice<UInt8>) throws(AppError) { try self.init(json: text.span) }

    /// Reads JSON text; see the other initialiser.
    public init(json text: String) throws(AppError) { try self.init(json: text.utf8Span.span) }

    /// The same as a value; see ``init(json:)-(Span<UInt8>)``.
    public init(_ json: JSONValue) {
        switch json {
        case .null: self = .none
        case .bool(let flag): self = .bool(flag)
        case .number(let number): self = Self(literal: number.literal)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .list(elements.map(Value.init))
        case .object(let object): self = .mapping(Mapping(object.members.map { (.string($0.name), Value($0.value)) }))
        }
    }

    private init(literal: String) {
        var bytes = Array(literal.utf8)[...]
        if let number = Int(literal) {
            self = .int(number)
            return
        }
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { bytes.removeFirst() }
        if let big = BigInteger(digits: bytes, isNegative: isNegative) {
            self = big.value
        } else {
            self = .float(Double(literal) ?? .infinity)
        }
    }

    /// Appends compact JSON text. Floats have a point or an exponent (`1.0`, `1e16`), NaN and infinities are `null`;
    /// tuples are arrays, keys are written as their text; times, days and spans are strings as Python's `isoformat` and
    /// `str` have them; an object that is no mapping is the text that it prints as.
    public func appendJSON(to bytes: inout [UInt8]) {
        var writer = JSONWriter()
        write(to: &writer)
        if bytes.isEmpty { bytes = writer.bytes } else { bytes += writer.bytes }
    }

    /// Compact JSON text; see ``appendJSON(to:)``.
    public var json: [UInt8] {
        var bytes: [UInt8] = []
        appendJSON(to: &bytes)
        return bytes
    }

    /// Writes compact JSON text; see ``appendJSON(to:)``.
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .none: writer.null()
        case .bool(let flag): writer.bool(flag)
        case .int(let number): writer.int(number)
        case .bigInt(let number): writer.raw(number.text)
        case .float(let number): writer.raw(FloatText.json(number))
        case .string(let text): writer.string(text)
        case .list(let elements), .tuple(let elements):
            writer.beginArray()
            for element in elements { element.write(to: &writer) }
            writer.endArray()
        case .mapping(let mapping): mapping.write(to: &writer)
        case .dateTime(let time): writer.string(time.isoFormat())
        case .date(let date): writer.string(date.isoFormat)
        case .duration, .object:
            if let mapping { mapping.write(to: &writer) } else { writer.string(text) }
        }
    }
}

extension Mapping {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for entry in entries {
            if case .string(let name) = entry.key { writer.name(name) } else { writer.name(entry.key.jsonName) }
            entry.value.write(to: &writer)
        }
        writer.endObject()
    }
}

extension Value {
    /// What a key that isn't a string is called in JSON.
    var jsonName: String {
        switch self {
        case .none: "null"
        case .bool(let flag): flag ? "true" : "false"
        default: text
        }
    }
}
