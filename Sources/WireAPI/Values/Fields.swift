import JSON

/// The members of one body, read by the names that its shape declares.
struct Fields<Name: RawRepresentable<String>> {
    private let object: JSONObject

    init(_ json: JSONValue, _: Name.Type) throws(WireError) { object = try JSONObject(json: json) }

    /// The member of that name; a missing one reads like `null`.
    subscript<Value: WireValue>(name: Name) -> Value {
        get throws(WireError) {
            guard let json = object[name.rawValue] else {
                do throws(WireError) {
                    return try Value(json: .null)
                } catch {
                    throw WireError(pointer: "", detail: "is missing").inside(name.rawValue)
                }
            }
            do throws(WireError) {
                return try Value(json: json)
            } catch {
                throw error.inside(name.rawValue)
            }
        }
    }

    /// The members whose names the shape doesn't declare, in order.
    var others: JSONObject {
        JSONObject(object.filter { Name(rawValue: $0.name) == nil }.map { ($0.name, $0.value) })
    }
}

extension JSONWriter {
    /// Writes one member of the object begun last.
    mutating func member(_ name: some RawRepresentable<String>, _ value: some WireValue) {
        self.name(name.rawValue)
        value.write(to: &self)
    }

    /// Writes one member, or nothing where there is no value.
    mutating func memberIfPresent(_ name: some RawRepresentable<String>, _ value: (some WireValue)?) {
        if let value { member(name, value) }
    }
}
