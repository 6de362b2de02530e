import ConnectorAPI
import Domain
import TenantFiles

/// A relative path below the tenant's folder, each part of it a name or a pattern.
///
/// `*` and `?` match within one name, `[a-z]` and `[!a-z]` one character, a part that is `**` any number of folders. A
/// name that begins with a dot is matched only by a pattern that does too. `[*]` stands for an asterisk itself.
struct Glob: Sendable, Equatable {
    static let longestPath = ConfigFields.longestPath
    static let mostParts = 32

    enum Part: Sendable, Equatable {
        case name(String)
        case pattern(NamePattern)
        /// `**`.
        case anyFolders
    }

    let parts: [Part]
    let text: String

    /// Reads a path; throws ``ErrorCode/fileURLUnsupported``, ``ErrorCode/filePathOutsideRoot`` or
    /// ``ErrorCode/fileConfigInvalid``.
    init(_ text: String) throws {
        guard !Self.isURL(text) else {
            throw AppError.source(
                .fileURLUnsupported, "path is a URL, but only local files can be read", recovery: .fixConfig)
        }
        let names = text.split(separator: "/").filter { $0 != "." }
        guard !text.hasPrefix("/"), !names.contains("..") else {
            throw AppError.source(
                .filePathOutsideRoot, "path must be relative to the tenant's folder and have no .. part",
                recovery: .fixConfig)
        }
        guard !names.isEmpty, names.count <= Self.mostParts, !text.utf8.contains(0), text.utf8.count <= Self.longestPath
        else { throw Self.invalid("must be 1 to \(Self.mostParts) names, without NUL") }
        var parts: [Part] = []
        for name in names {
            let part = try Self.part(name)
            if part != .anyFolders || parts.last != .anyFolders { parts.append(part) }
        }
        if parts.last == .anyFolders { parts.append(.pattern(NamePattern.anyName)) }
        self.parts = parts
        self.text = text
    }

    /// The path, if no part of it is a pattern.
    var literalPath: String? {
        let names = parts.compactMap { part in
            if case .name(let name) = part { name } else { nil }
        }
        return names.count == parts.count ? names.joined(separator: "/") : nil
    }

    private static func part(_ name: Substring) throws -> Part {
        if name == "**" { return .anyFolders }
        guard name.contains(where: { $0 == "*" || $0 == "?" || $0 == "[" }) else { return .name(String(name)) }
        guard let pattern = NamePattern(name) else { throw Self.invalid("has a [ that isn't closed") }
        return .pattern(pattern)
    }

    private static func invalid(_ reason: String) -> AppError {
        .source(.fileConfigInvalid, "the config's path \(reason)", recovery: .fixConfig)
    }

    private static func isURL(_ text: String) -> Bool {
        guard let scheme = text.split(separator: ":", maxSplits: 1).first, scheme.utf8.count < text.utf8.count,
            let first = scheme.first, first.isASCII, first.isLetter
        else { return false }
        return text.dropFirst(scheme.count).hasPrefix("://")
            && scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }
}

/// A pattern for one name.
struct NamePattern: Sendable, Equatable {
    static let anyName = NamePattern(tokens: [.anyRun])

    private enum Token: Sendable, Equatable {
        case scalar(Unicode.Scalar)
        case anyOne
        case anyRun
        case oneOf([ClosedRange<UInt32>], isNegated: Bool)
    }

    private let tokens: [Token]

    private init(tokens: [Token]) { self.tokens = tokens }

    /// nil if a `[` isn't closed.
    init?(_ text: Substring) {
        var tokens: [Token] = []
        var rest = text.unicodeScalars[...]
        while let first = rest.popFirst() {
            switch first {
            case "*": if tokens.last != .anyRun { tokens.append(.anyRun) }
            case "?": tokens.append(.anyOne)
            case "[":
                guard let set = Self.takeSet(&rest) else { return nil }
                tokens.append(set)
            default: tokens.append(.scalar(first))
            }
        }
        self.tokens = tokens
    }

    /// Steps over a set whose `[` is taken already.
    private static func takeSet(_ rest: inout Substring.UnicodeScalarView) -> Token? {
        var isNegated = false
        if let mark = rest.first, mark == "!" || mark == "^" {
            isNegated = true
            rest.removeFirst()
        }
        var ranges: [ClosedRange<UInt32>] = []
        while let low = rest.popFirst() {
            if low == "]", !ranges.isEmpty { return .oneOf(ranges, isNegated: isNegated) }
            let after = rest.dropFirst()
            if rest.first == "-", let high = after.first, high != "]" {
                rest = after.dropFirst()
                if low.value <= high.value { ranges.append(low.value...high.value) }
            } else {
                ranges.append(low.value...low.value)
            }
        }
        return nil
    }

    /// Whether the whole name matches. Takes at most the product of both lengths.
    func matches(_ name: String) -> Bool {
        let name = Array(name.unicodeScalars)
        if name.first == ".", tokens.first != .scalar(".") { return false }
        var (place, token) = (0, 0)
        var retry: (place: Int, token: Int)?
        while place < name.count {
            if token < tokens.count, tokens[token] == .anyRun {
                retry = (place, token + 1)
                token += 1
            } else if token < tokens.count, Self.matches(tokens[token], name[place]) {
                place += 1
                token += 1
            } else if let last = retry {
                retry = (last.place + 1, last.token)
                (place, token) = (last.place + 1, last.token)
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0 == .anyRun }
    }

    private static func matches(_ token: Token, _ scalar: Unicode.Scalar) -> Bool {
        switch token {
        case .scalar(let wanted): wanted == scalar
        case .anyOne, .anyRun: true
        case .oneOf(let ranges, let isNegated): ranges.contains { $0.contains(scalar.value) } != isNegated
        }
    }
}
