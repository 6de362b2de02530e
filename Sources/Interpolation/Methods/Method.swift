/// A method of one of Python's types.
struct Method: Sendable {
    let name: String
    let run: @Sendable (Value, Call, inout Evaluation) throws(Fault) -> Value

    init(_ name: String, _ run: @escaping @Sendable (Value, Call, inout Evaluation) throws(Fault) -> Value) {
        self.name = name
        self.run = run
    }

    /// The method of that name that a value has; nil if it has none.
    static func named(_ name: String, of value: Value) -> Method? {
        switch value {
        case .string: string[name]
        case .mapping: mapping[name]
        case .list: list[name]
        case .tuple: tuple[name]
        case .dateTime: dateTime[name]
        case .date: date[name]
        case .duration: duration[name]
        case .int, .bigInt, .bool: integer[name]
        case .float: float[name]
        case .none: nil
        case .object(let object):
            if object is ByteString { bytes[name] } else if object.isMapping { readOnlyMapping[name] } else { nil }
        }
    }

    static func table(_ methods: [Method]) -> [String: Method] {
        Dictionary(methods.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Methods of mappings that aren't dictionaries, such as slices.
    static let readOnlyMapping = table(["get", "keys", "values", "items"].compactMap { mapping[$0] })

    static let integer = table([
        Method("bit_length") { (value, call, _) throws(Fault) in
            try call.none()
            return .int(Number(value)?.big?.bitWidth ?? 0)
        },
        Method("conjugate") { (value, call, _) throws(Fault) in
            try call.none()
            return value
        },
    ])

    static let float = table([
        Method("is_integer") { (value, call, _) throws(Fault) in
            try call.none()
            guard case .float(let number) = value else { return false }
            return .bool(number.isFinite && number == number.rounded())
        },
        Method("conjugate") { (value, call, _) throws(Fault) in
            try call.none()
            return value
        },
    ])

    static let bytes = table([
        Method("decode") { (value, call, evaluation) throws(Fault) in
            _ = try call.bound(to: ["encoding", "errors"])
            guard case .object(let object) = value, let bytes = object as? ByteString else { return .none }
            guard let text = String(validating: bytes.bytes, as: UTF8.self) else {
                throw Fault(.value, "bytes aren't UTF-8")
            }
            return .string(text)
        },
        Method("hex") { (value, call, evaluation) throws(Fault) in
            try call.none()
            guard case .object(let object) = value, let bytes = object as? ByteString else { return .none }
            return .string(bytes.bytes.hex)
        },
    ])
}

extension Sequence<UInt8> {
    /// Two lower-case hexadecimal digits for each byte.
    var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in self { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Value {
    /// The string of an argument; throws `.type` for what isn't one.
    func stringArgument() throws(Fault) -> String {
        guard case .string(let text) = self else {
            if let undefined, undefined.fault.kind != .undefined { throw undefined.fault }
            throw Fault(.type, "a string is needed, not a \(typeName)")
        }
        return text
    }

    /// The integer of an argument; throws `.type` for what isn't one.
    func intArgument() throws(Fault) -> Int {
        if let undefined { throw undefined.fault }
        if case .bigInt = self { throw Fault(.overflow, "an integer is too large here") }
        guard let index else { throw Fault(.type, "an integer is needed, not a \(typeName)") }
        return index
    }
}
