import Domain
import Registry
import WireAPI

/// The query parameters of a request, decoded.
struct Query: Sendable {
    private let parameters: [(name: String, value: String)]

    /// Reads a query string; throws `query.invalid` for broken percent-encoding.
    init(_ text: String) throws {
        parameters = try text.split(separator: "&").map { part in
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(sides[0]), let value = Self.decode(sides.count > 1 ? sides[1] : "") else {
                throw AppError(.queryInvalid, "The query string isn't valid percent-encoding of UTF-8.")
            }
            return (name, value)
        }
    }

    /// A `+` is a space, as in forms; a true plus sign is `%2B`.
    private static func decode(_ text: Substring) -> String? {
        PercentCoding.decode(text.contains("+") ? text.map { $0 == "+" ? " " : String($0) }.joined()[...] : text)
    }

    /// Throws `query.unknown` for a parameter that the route doesn't have.
    func check(allowing names: [String]) throws {
        for (name, _) in parameters where !names.contains(name) {
            let shown = name.isPlain ? name : "of unprintable or long name"
            throw AppError(.queryUnknown, "The route has no query parameter \(shown).")
        }
    }

    /// Every value of a repeatable parameter.
    func all(_ name: String) -> [String] { parameters.filter { $0.name == name }.map(\.value) }

    /// The parameter's only value; nil when it isn't there. Throws `query.invalid` when it is repeated.
    func text(_ name: String, longest: Int = 256) throws -> String? {
        let values = all(name)
        guard values.count <= 1 else { throw invalid(name, "is given more than once") }
        guard let value = values.first else { return nil }
        guard (1...longest).contains(value.unicodeScalars.count), !value.unicodeScalars.contains("\0") else {
            throw invalid(name, "must have 1 to \(longest) characters")
        }
        return value
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = try text(name) else { return nil }
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

    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String, _: Choice.Type) throws -> Choice? {
        guard let text = try text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw invalid(name, "must be one of: " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
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
