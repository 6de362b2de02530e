/// Where in a document an array of elements is: member names from the top, such as `data.items`.
public struct JSONElementPath: Hashable, Sendable, CustomStringConvertible {
    /// Why a path can't be read.
    public struct SyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is wrong.
        public let description: String
    }

    /// The most names a path may have.
    public static let mostNames = 32

    /// The names from the top; empty for the top itself.
    public let names: [String]

    /// Makes a path of names; those past `mostNames` are dropped.
    public init(names: [String]) { self.names = Array(names.prefix(Self.mostNames)) }

    /// Parses `data.items`, `$.data.items`, `data.items[*]`, `$["a.b"].items` or `$`: dotted names, `["…"]` or `['…']`
    /// around one that holds dots (no escapes inside), `[*]` only at the end. Throws `SyntaxError` for all else.
    public init(parsing text: String) throws(SyntaxError) {
        var rest = Substring(text)
        if rest.hasSuffix("[*]") { rest = rest.dropLast(3) }
        if rest == "$" || rest.hasPrefix("$.") || rest.hasPrefix("$[") { rest = rest.dropFirst() }
        guard !text.isEmpty else { throw SyntaxError(description: "the path is empty") }
        var names: [String] = []
        while !rest.isEmpty { names.append(try Self.takeName(from: &rest, isFirst: names.isEmpty)) }
        guard names.count <= Self.mostNames else {
            throw SyntaxError(description: "the path has more than \(Self.mostNames) names")
        }
        self.names = names
    }

    private static func takeName(from rest: inout Substring, isFirst: Bool) throws(SyntaxError) -> String {
        if rest.hasPrefix("[") { return try takeQuoted(from: &rest) }
        if rest.hasPrefix(".") {
            rest = rest.dropFirst()
        } else if !isFirst {
            throw SyntaxError(description: "a dot is missing between two names of the path")
        }
        let name = rest.prefix { $0 != "." && $0 != "[" && $0 != "]" && $0 != "*" }
        guard !name.isEmpty else {
            throw SyntaxError(description: "a name of the path is empty, or a wildcard stands before its end")
        }
        rest = rest[name.endIndex...]
        return String(name)
    }

    private static func takeQuoted(from rest: inout Substring) throws(SyntaxError) -> String {
        let opened = rest.dropFirst()
        guard let quote = opened.first, quote == "\"" || quote == "'",
            let end = opened.dropFirst().firstIndex(of: quote)
        else { throw SyntaxError(description: "a bracket of the path doesn't hold a quoted name") }
        let name = opened.dropFirst()[..<end]
        let after = opened[end...].dropFirst()
        guard after.hasPrefix("]") else { throw SyntaxError(description: "a bracket of the path isn't closed") }
        rest = after.dropFirst()
        return String(name)
    }

    /// The path in its usual form: `$` and the names, quoted where they hold more than letters, digits, `_` and `-`.
    public var description: String {
        names.reduce(into: "$") { text, name in
            let isPlain = !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
            text += isPlain ? ".\(name)" : "[\"\(name)\"]"
        }
    }
}
