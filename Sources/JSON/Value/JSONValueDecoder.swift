extension JSONValue {
    /// Makes a `Decodable` type of this value; throws `DecodingError`, whose texts name types and paths, no values.
    /// Members that are `null` count as absent where an optional is decoded. Costs no second look at text.
    public func decode<Decoded: Decodable>(_ type: Decoded.Type = Decoded.self) throws -> Decoded {
        try JSONValueDecoder(value: self, codingPath: []).decode(type)
    }
}

/// Presents one value to a `Decodable` type.
struct JSONValueDecoder: Decoder {
    let value: JSONValue
    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any] = [:]

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let object = value.objectValue else { throw mismatch([String: JSONValue].self) }
        return KeyedDecodingContainer(ObjectDecoder(object: object, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = value.arrayValue else { throw mismatch([JSONValue].self) }
        return ArrayDecoder(elements: elements, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func mismatch(_ type: Any.Type) -> DecodingError {
        let context = DecodingError.Context(codingPath: codingPath, debugDescription: "found \(value.kind)")
        return value.isNull ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }
}

extension JSONValueDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { value.isNull }

    func decode(_ type: Bool.Type) throws -> Bool { try found(value.boolValue) }

    func decode(_ type: String.Type) throws -> String { try found(value.stringValue) }

    func decode(_ type: Double.Type) throws -> Double { try found(value.doubleValue) }

    func decode(_ type: Float.Type) throws -> Float { try found(value.doubleValue.map { Float($0) }) }

    func decode(_ type: Int.Type) throws -> Int { try integer() }

    func decode(_ type: Int8.Type) throws -> Int8 { try integer() }

    func decode(_ type: Int16.Type) throws -> Int16 { try integer() }

    func decode(_ type: Int32.Type) throws -> Int32 { try integer() }

    func decode(_ type: Int64.Type) throws -> Int64 { try integer() }

    func decode(_ type: UInt.Type) throws -> UInt { try integer() }

    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer() }

    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer() }

    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer() }

    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer() }

    func decode<Decoded: Decodable>(_ type: Decoded.Type) throws -> Decoded {
        if let same = value as? Decoded { return same }
        return try Decoded(from: self)
    }

    /// An integer that fits its type, `1.0` included; above `Int64` only one that is written plainly.
    private func integer<Integer: FixedWidthInteger>() throws -> Integer {
        guard let number = value.numberValue else { throw mismatch(Integer.self) }
        return try found(number.int64.flatMap { Integer(exactly: $0) } ?? Integer(number.literal))
    }

    private func found<Found>(_ result: Found?) throws -> Found {
        guard let result else { throw mismatch(Found.self) }
        return result
    }
}

extension JSONValue: Codable {
    /// Decodes by `JSONValueDecoder` only, which hands values over as they are; any other decoder is refused, as
    /// probing one kind after another takes time that doubles with each level.
    public init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? JSONValueDecoder else {
            let detail = "a JSONValue is decoded only from a JSONValue"
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: detail))
        }
        self = decoder.value
    }

    /// Encodes by whatever encoder; numbers go as `Int64` where they fit and as `Double` else.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let object):
            var container = encoder.container(keyedBy: JSONName.self)
            for member in object { try container.encode(member.value, forKey: JSONName(stringValue: member.name)) }
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        default:
            var container = encoder.singleValueContainer()
            try encodeScalar(to: &container)
        }
    }

    private func encodeScalar(to container: inout some SingleValueEncodingContainer) throws {
        switch self {
        case .bool(let flag): try container.encode(flag)
        case .string(let text): try container.encode(text)
        case .number(let number):
            if let integer = number.int64 { try container.encode(integer) } else { try container.encode(number.double) }
        default: try container.encodeNil()
        }
    }
}
