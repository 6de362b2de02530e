import Domain
import JSON
import Registry
import WireAPI

/// The query parameters of a request, decoded, with what its operation declares of them.
struct Query: Sendable {
    private let parameters: [(name: String, value: String)]
    private let declared: [Parameter]

    /// Reads a query string; throws `query.invalid` for broken percent-encoding, `query.unknown` for a parameter that the
    /// operation doesn't have.
    init(_ text: String, declared: [Parameter]) throws {
        self.declared = declared
        parameters = try Self.pairs(text)
        for (name, _) in parameters where !declared.contains(where: { $0.name == name }) {
            let shown = name.isPlain ? name : "of unprintable or long name"
            throw AppError(.queryUnknown, "The route has no query parameter \(shown).")
        }
    }

    /// Reads a form, whose fields of other names are nobody's fault.
    init(form text: String) throws {
        declared = []
        parameters = try Self.pairs(text)
    }

    private static func pairs(_ text: String) throws -> [(name: String, value: String)] {
        try text.split(separator: "&").map { part in
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decode(sides[0]), let value = decode(sides.count > 1 ? sides[1] : "") else {
                throw AppError(.queryInvalid, "The query string isn't valid percent-encoding of UTF-8.")
            }
            return (name, value)
        }
    }

    /// What the operation declares of the parameter; asking for another is a fault of ours.
    private func declaration(_ name: String) throws -> Parameter {
        guard let parameter = declared.first(where: { $0.name == name }) else { throw AppError(.internalFault) }
        return parameter
    }

    /// A `+` is a space, as in forms; a true plus sign is `%2B`.
    private static func decode(_ text: Substring) -> String? {
        PercentCoding.decode(text.contains("+") ? text.map { $0 == "+" ? " " : String($0) }.joined()[...] : text)
    }

    /// Every value of a repeatable parameter.
    func all(_ name: String) -> [String] { parameters.filter { $0.name == name }.map(\.value) }

    /// The parameter's only value; nil when it isn't there. Throws `query.invalid` when it is repeated.
    func text(_ name: String) throws -> String? {
        var longest = Parameter.longestText
        if case .text(let length) = try declaration(name).form { longest = length.upperBound }
        let values = all(name)
        guard values.count <= 1 else { throw invalid(name, "is given more than once") }
        guard let value = values.first else { return nil }
        guard (1...longest).contains(value.unicodeScalars.count), !value.unicodeScalars.contains("\0") else {
            throw invalid(name, "must have 1 to \(longest) characters")
        }
        return value
    }

    /// The parameter's value, or what the declaration gives in its place.
    func number(_ name: String) throws -> Int {
        let parameter = try declaration(name)
        guard case .integer(let range) = parameter.form else { throw AppError(.internalFault) }
        guard let text = try text(name) else { return Int(parameter.standard?.int64Value ?? Int64(range.lowerBound)) }
        guard let number = Int(text), text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }), range.contains(number)
        else {
            throw invalid(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func flag(_ name: String) throws -> Bool {
        switch try text(name) {
        case nil, "false": false
        case "true": true
        default: throw invalid(name, "must be true or false")
        }
    }

    func time(_ name: String) throws -> Timestamp? {
        guard let text = try text(name) else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw invalid(name, "must be an RFC 3339 date-time with a zone; write + as %2B")
        }
        return time
    }

    /// One of the declared choices as it stands; throws `query.invalid` for anything else.
    func choice(_ name: String) throws -> String? {
        guard let text = try text(name) else { return nil }
        guard case .choice(let choices) = try declaration(name).form, choices.contains(text) else {
            throw invalid(name, "must be one of: " + Self.choices(try declaration(name)))
        }
        return text
    }

    /// As ``choice(_:)``, as a value of the type whose cases were declared.
    func choice<Choice: RawRepresentable<String>>(_ name: String, _: Choice.Type) throws -> Choice? {
        try choice(name).flatMap(Choice.init)
    }

    private static func choices(_ parameter: Parameter) -> String {
        guard case .choice(let choices) = parameter.form else { return "" }
        return choices.joined(separator: ", ")
    }

    /// The bytes of a cursor; throws `cursor.invalid` for what no server of ours gave.
    func cursor() throws -> [UInt8]? {
        // An empty cursor is a script's unset variable: the beginning.
        guard let text = all("cursor").first, !text.isEmpty || all("cursor").count > 1 else { return nil }
        guard all("cursor").count == 1, let bytes = CursorText.decode(text), !bytes.isEmpty else {
            throw AppError(.cursorInvalid)
        }
        return bytes
    }

    func invalid(_ name: String, _ rule: String) -> AppError {
        AppError(.queryInvalid, "Query parameter \(name) \(rule).", details: ["parameter": name])
    }
}

extension String {
    /// Whether it is 1 to 64 of `[A-Za-z0-9._-]`, so that it can be shown as it is.
    var isPlain: Bool { isPlain(longest: 64) }

    /// Whether it is 1 to `longest` of `[A-Za-z0-9._-]`.
    func isPlain(longest: Int) -> Bool {
        (1...longest).contains(utf8.count)
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
