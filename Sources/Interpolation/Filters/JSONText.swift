/// JSON as Python's `json.dumps` writes it: a space after each comma and colon, everything beyond ASCII escaped.
struct JSONText {
    private var output = ""
    private var budget: Budget
    private let sortsKeys: Bool
    /// What one level is indented by; nil for one line.
    private let indent: String?
    private var depth = 0

    /// The text of a value; throws `.type` for what JSON doesn't have.
    static func dumped(
        _ value: Value, sortsKeys: Bool = false, indent: String? = nil, _ evaluation: inout Evaluation
    ) throws(Fault) -> String {
        var text = JSONText(budget: evaluation.budget, sortsKeys: sortsKeys, indent: indent)
        try text.append(value)
        evaluation.budget = text.budget
        return text.output
    }

    private init(budget: Budget, sortsKeys: Bool, indent: String?) {
        self.budget = budget
        self.sortsKeys = sortsKeys
        self.indent = indent
    }

    private mutating func write(_ piece: String) throws(Fault) {
        try budget.take(bytes: piece.utf8.count)
        output += piece
    }

    private mutating func append(_ value: Value) throws(Fault) {
        try budget.step()
        switch value {
        case .none: try write("null")
        case .bool(let flag): try write(flag ? "true" : "false")
        case .int(let number): try write(String(number))
        case .bigInt(let number): try write(try number.checkedText())
        case .float(let number): try write(Self.text(of: number))
        case .string(let text): try write(Self.quoted(text))
        case .list(let elements), .tuple(let elements):
            try append(elements.count, open: "[", close: "]") { (self, place) throws(Fault) in
                try self.append(elements[place])
            }
        case .mapping(let mapping):
            let entries = try sortsKeys ? sorted(mapping) : mapping.entries
            try append(entries.count, open: "{", close: "}") { (self, place) throws(Fault) in
                try self.write(try Self.name(entries[place].key) + ": ")
                try self.append(entries[place].value)
            }
        default: throw Fault(.type, "a \(value.typeName) has no JSON")
        }
    }

    private static func text(of number: Double) -> String {
        if number.isFinite { return FloatText.python(number) }
        return number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity"
    }

    private mutating func sorted(_ mapping: Mapping) throws(Fault) -> [Mapping.Entry] {
        let places = try Sorting.sorted(mapping.entries.indices.map(Value.int), by: mapping.keys, &budget)
        return places.compactMap { place in place.int.map { mapping.entries[$0] } }
    }

    private mutating func append(
        _ count: Int, open: String, close: String, _ element: (inout Self, Int) throws(Fault) -> Void
    ) throws(Fault) {
        guard count > 0 else { return try write(open + close) }
        depth += 1
        guard depth <= 600 else { throw .tooDeep }
        try write(open)
        for place in 0..<count {
            if place > 0 { try write(indent == nil ? ", " : ",") }
            try newLine()
            try element(&self, place)
        }
        depth -= 1
        try newLine()
        try write(close)
    }

    private mutating func newLine() throws(Fault) {
        if let indent { try write("\n" + String(repeating: indent, count: depth)) }
    }

    private static func name(_ key: Value) throws(Fault) -> String {
        switch key {
        case .string(let text): quoted(text)
        case .none, .bool: quoted(key.jsonName)
        case .int, .bigInt: "\"\(key.text)\""
        case .float(let number): "\"\(text(of: number))\""
        default: throw Fault(.type, "a \(key.typeName) is no key of JSON")
        }
    }

    /// In double quotes, everything beyond printable ASCII as `\uXXXX`.
    static func quoted(_ text: String) -> String {
        var result: [UInt8] = [0x22]
        for unit in text.utf16 {
            switch unit {
            case 0x22: result += [0x5C, 0x22]
            case 0x5C: result += [0x5C, 0x5C]
            case 0x0A: result += [0x5C, UInt8(ascii: "n")]
            case 0x0D: result += [0x5C, UInt8(ascii: "r")]
            case 0x09: result += [0x5C, UInt8(ascii: "t")]
            case 0x08: result += [0x5C, UInt8(ascii: "b")]
            case 0x0C: result += [0x5C, UInt8(ascii: "f")]
            case 0x20...0x7E: result.append(UInt8(unit))
            default:
                let hex = String(unit, radix: 16)
                result += Array("\\u".utf8) + [UInt8](repeating: 0x30, count: 4 - hex.utf8.count) + Array(hex.utf8)
            }
        }
        return String(decoding: result + [0x22], as: UTF8.self)
    }
}
