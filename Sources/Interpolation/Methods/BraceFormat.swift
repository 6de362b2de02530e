/// `'{} {name!r:>10}'.format(…)`, with the attributes and items of the template language.
struct BraceFormat {
    private let call: Call
    private var automatic = 0
    private var isManual = false

    static func apply(_ format: String, _ call: Call, _ evaluation: inout Evaluation) throws(Fault) -> String {
        var writer = BraceFormat(call: call)
        return try writer.run(format, depth: 2, &evaluation)
    }

    private init(call: Call) { self.call = call }

    private mutating func run(_ format: String, depth: Int, _ evaluation: inout Evaluation) throws(Fault) -> String {
        guard depth > 0 else { throw Fault(.value, "a format nests too deeply") }
        var output = ""
        var rest = format.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "{" || scalar == "}", rest.first == scalar {
                rest.removeFirst()
                output.unicodeScalars.append(scalar)
            } else if scalar == "{" {
                try evaluation.budget.step()
                let piece = try field(&rest, depth: depth, &evaluation)
                try evaluation.budget.take(bytes: piece.utf8.count)
                output += piece
            } else if scalar == "}" {
                throw Fault(.value, "a format has a single '}'")
            } else {
                output.unicodeScalars.append(scalar)
            }
        }
        try evaluation.budget.take(bytes: output.utf8.count)
        return output
    }

    private mutating func field(
        _ rest: inout Substring.UnicodeScalarView, depth: Int, _ evaluation: inout Evaluation
    ) throws(Fault) -> String {
        let (name, conversion, spec) = try parts(&rest)
        let value = try self.value(of: name, &evaluation)
        let format = spec.contains("{") ? try run(spec, depth: depth - 1, &evaluation) : spec
        switch conversion {
        case nil: return try value.formatted(format, &evaluation)
        case "s": return try Value.string(value.text(&evaluation.budget)).formatted(format, &evaluation)
        case "a":
            let text = QuotedString.ascii(try value.repr(&evaluation.budget))
            return try Value.string(text).formatted(format, &evaluation)
        case "r": return try Value.string(value.repr(&evaluation.budget)).formatted(format, &evaluation)
        default: throw Fault(.value, "a format has an unknown conversion")
        }
    }

    /// Takes a field apart: `name[!conversion][:spec]}`.
    private func parts(
        _ rest: inout Substring.UnicodeScalarView
    ) throws(Fault) -> (name: String, conversion: Unicode.Scalar?, spec: String) {
        var name = ""
        var conversion: Unicode.Scalar?
        var brackets = false
        while let scalar = rest.popFirst() {
            if scalar == "[" { brackets = true }
            if scalar == "]" { brackets = false }
            if brackets {
                name.unicodeScalars.append(scalar)
            } else if scalar == "}" {
                return (name, nil, "")
            } else if scalar == "!" || scalar == ":" {
                if scalar == "!" {
                    conversion = rest.popFirst()
                    if rest.first == "}" {
                        rest.removeFirst()
                        return (name, conversion, "")
                    }
                    guard rest.popFirst() == ":" else { throw Fault(.value, "a format's conversion is wrong") }
                }
                return (name, conversion, try spec(&rest))
            } else if scalar == "{" {
                throw Fault(.value, "a format's name has a '{'")
            } else {
                name.unicodeScalars.append(scalar)
            }
        }
        throw Fault(.value, "a format's field doesn't end")
    }

    private func spec(_ rest: inout Substring.UnicodeScalarView) throws(Fault) -> String {
        var spec = ""
        var depth = 0
        while let scalar = rest.popFirst() {
            if scalar == "{" { depth += 1 }
            if scalar == "}" {
                if depth == 0 { return spec }
                depth -= 1
            }
            spec.unicodeScalars.append(scalar)
        }
        throw Fault(.value, "a format's field doesn't end")
    }

    /// The argument that a name such as `0.attribute[key]` means.
    private mutating func value(of name: String, _ evaluation: inout Evaluation) throws(Fault) -> Value {
        var rest = name[...]
        let first = String(rest.prefix { $0 != "." && $0 != "[" })
        rest = rest.dropFirst(first.count)
        var value = try argument(first)
        while let mark = rest.popFirst() {
            try evaluation.budget.step()
            if mark == "." {
                let attribute = String(rest.prefix { $0 != "." && $0 != "[" })
                rest = rest.dropFirst(attribute.count)
                value = try value.member(attribute)
            } else {
                guard mark == "[", let end = rest.firstIndex(of: "]") else {
                    throw Fault(.value, "a format's name is wrong")
                }
                let key = String(rest[..<end])
                rest = rest[rest.index(after: end)...]
                value = try value.item(
                    key.utf8.allSatisfy(\.isDigit) ? Int(key).map(Value.int) ?? .string(key) : .string(key))
            }
        }
        return value
    }

    private mutating func argument(_ name: String) throws(Fault) -> Value {
        let place: Int
        if name.isEmpty {
            guard !isManual else { throw Fault(.value, "a format numbers some of its fields only") }
            place = automatic
            automatic += 1
        } else if name.utf8.allSatisfy(\.isDigit), let number = Int(name) {
            guard automatic == 0 else { throw Fault(.value, "a format numbers some of its fields only") }
            isManual = true
            place = number
        } else {
            guard let value = call.named.first(where: { $0.name == name })?.value else {
                throw Fault(.lookup, "a format names what it isn't given")
            }
            return value
        }
        guard place < call.positional.count else { throw Fault(.lookup, "a format has more fields than arguments") }
        return call.positional[place]
    }
}

extension Value {
    /// What Python's `format(value, spec)` gives.
    func formatted(_ spec: String, _ evaluation: inout Evaluation) throws(Fault) -> String {
        switch self {
        case .dateTime(let time): return spec.isEmpty ? text : try TimeFormat.boundedText(of: time, format: spec)
        case .date(let date): return spec.isEmpty ? text : try TimeFormat.boundedText(of: date.midnight, format: spec)
        default: break
        }
        if spec.isEmpty { return try text(&evaluation.budget) }
        switch self {
        case .string(let text): return try FormatSpec(parsing: spec).formatted(text)
        case .float(let number): return try FormatSpec(parsing: spec).formatted(number)
        default:
            guard let big = Number(self)?.big else {
                if let undefined { throw undefined.fault }
                throw Fault(.type, "a \(typeName) has no format")
            }
            return try FormatSpec(parsing: spec).formatted(big)
        }
    }
}
