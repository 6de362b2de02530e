public import JSON

extension String: WireValue {
    /// Writes a JSON string.
    public func write(to writer: inout JSONWriter) { writer.string(self) }

    /// Reads a JSON string.
    public init(json: JSONValue) throws(WireError) {
        guard let text = json.stringValue else { throw .expected("a string", insteadOf: json) }
        self = text
    }
}

extension Int: WireValue {
    /// Writes a JSON number.
    public func write(to writer: inout JSONWriter) { writer.int(self) }

    /// Reads a JSON number that is a whole one of at most 64 bits.
    public init(json: JSONValue) throws(WireError) {
        guard let number = json.int64Value else { throw .expected("a whole number", insteadOf: json) }
        self = Int(number)
    }
}

extension Double: WireValue {
    /// Writes a JSON number.
    public func write(to writer: inout JSONWriter) { writer.double(self) }

    /// Reads a JSON number.
    public init(json: JSONValue) throws(WireError) {
        guard let number = json.doubleValue else { throw .expected("a number", insteadOf: json) }
        self = number
    }
}

extension Bool: WireValue {
    /// Writes `true` or `false`.
    public func write(to writer: inout JSONWriter) { writer.bool(self) }

    /// Reads `true` or `false`.
    public init(json: JSONValue) throws(WireError) {
        guard let flag = json.boolValue else { throw .expected("a boolean", insteadOf: json) }
        self = flag
    }
}

extension JSONValue: WireValue {
    /// Writes the value as it is.
    public func write(to writer: inout JSONWriter) { writer.value(self) }

    /// Takes the value as it is.
    public init(json: JSONValue) throws(WireError) { self = json }
}

extension JSONObject: WireValue {
    /// Writes the object, members in their own order.
    public func write(to writer: inout JSONWriter) { writer.value(.object(self)) }

    /// Reads a JSON object.
    public init(json: JSONValue) throws(WireError) {
        guard let object = json.objectValue else { throw .expected("an object", insteadOf: json) }
        self = object
    }
}

extension Optional: WireValue where Wrapped: WireValue {
    /// Writes the value, or `null`.
    public func write(to writer: inout JSONWriter) {
        if let self { self.write(to: &writer) } else { writer.null() }
    }

    /// Reads the value; nil from `null`.
    public init(json: JSONValue) throws(WireError) {
        self = json.isNull ? nil : try Wrapped(json: json)
    }
}

extension Array: WireValue where Element: WireValue {
    /// Writes a JSON array.
    public func write(to writer: inout JSONWriter) {
        writer.beginArray()
        for element in self { element.write(to: &writer) }
        writer.endArray()
    }

    /// Reads a JSON array.
    public init(json: JSONValue) throws(WireError) {
        guard let elements = json.arrayValue else { throw .expected("an array", insteadOf: json) }
        self = []
        reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            do throws(WireError) {
                append(try Element(json: element))
            } catch {
                throw error.inside(String(index))
            }
        }
    }
}

extension Dictionary: WireValue where Key == String, Value: WireValue {
    /// Writes a JSON object, names sorted.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (name, value) in sorted(by: { $0.key < $1.key }) {
            writer.name(name)
            value.write(to: &writer)
        }
        writer.endObject()
    }

    /// Reads a JSON object.
    public init(json: JSONValue) throws(WireError) {
        self = [:]
        for member in try JSONObject(json: json) {
            do throws(WireError) {
                self[member.name] = try Value(json: member.value)
            } catch {
                throw error.inside(member.name)
            }
        }
    }
}
