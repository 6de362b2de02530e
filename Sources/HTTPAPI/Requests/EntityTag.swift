import Domain
import HTTPTypes
import Hummingbird

/// The ETag of a DataSource: its config version, a dot, its sync version (RFC 9110 section 8.8.3).
struct EntityTag {
    let config: Int
    let sync: Int

    init(config: Int, sync: Int) {
        self.config = config
        self.sync = sync
    }

    init(_ source: DataSource) { self.init(config: source.configVersion, sync: source.syncVersion) }

    var text: String { "\"\(config).\(sync)\"" }

    /// Whether `If-None-Match` names this tag.
    func isNamed(byIfNoneMatch headers: HTTPFields) throws -> Bool { try Self.names(headers, .ifNoneMatch, text) }

    /// Whether the header names the tag, quotes included; weak tags count, as section 13.1.2 says.
    static func names(_ headers: HTTPFields, _ name: HTTPField.Name, _ tag: String) throws -> Bool {
        switch try tags(headers, name) {
        case nil: false
        case .any: true
        case .some(.list(let tags)): tags.contains { "\"\($0.opaque)\"" == tag }
        }
    }

    /// The config versions that `If-Match` names; nil when it isn't there or is `*`. Only the first half counts: a sync
    /// that ends must not fail a person's edit. Weak tags never match (section 13.1.1).
    static func configVersions(_ headers: HTTPFields) throws -> Set<Int>? {
        guard case .some(.list(let tags)) = try tags(headers, .ifMatch) else { return nil }
        return Set(tags.filter { !$0.isWeak }.compactMap { $0.opaque.split(separator: ".").first.flatMap { Int($0) } })
    }

    /// What a conditional header names.
    private enum Tags {
        case any
        case list([(isWeak: Bool, opaque: String)])
    }

    /// The header's tags; nil when it isn't there. Throws `header.invalid` for what isn't of section 13.1.1's form.
    private static func tags(_ headers: HTTPFields, _ name: HTTPField.Name) throws -> Tags? {
        guard let header = headers[name] else { return nil }
        if header == "*" { return .any }
        var rest = header.utf8[...]
        var tags: [(isWeak: Bool, opaque: String)] = []
        repeat {
            if !tags.isEmpty { rest.removeFirst() }
            rest = rest.drop(while: isBlank)
            guard let tag = takeTag(&rest) else {
                throw AppError(.headerInvalid, "\(name.rawName) must be * or quoted entity tags with commas between.")
            }
            tags.append(tag)
            rest = rest.drop(while: isBlank)
        } while rest.first == UInt8(ascii: ",")
        guard rest.isEmpty else {
            throw AppError(.headerInvalid, "\(name.rawName) must be * or quoted entity tags with commas between.")
        }
        return .list(tags)
    }

    private static func takeTag(_ rest: inout Substring.UTF8View) -> (isWeak: Bool, opaque: String)? {
        let isWeak = rest.starts(with: "W/".utf8)
        if isWeak { rest = rest.dropFirst(2) }
        guard rest.first == UInt8(ascii: "\"") else { return nil }
        rest.removeFirst()
        let opaque = rest.prefix { $0 == UInt8(ascii: "!") || $0 > UInt8(ascii: "\"") && $0 != 0x7F }
        rest = rest[opaque.endIndex...]
        guard rest.first == UInt8(ascii: "\"") else { return nil }
        rest.removeFirst()
        return (isWeak, String(Substring(opaque)))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
