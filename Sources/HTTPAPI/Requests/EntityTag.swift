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

    /// Whether `If-None-Match` names this tag; weak tags count, as section 13.1.2 says.
    func isNamed(byIfNoneMatch headers: HTTPFields) throws -> Bool {
        guard let tags = try Self.tags(headers, .ifNoneMatch) else { return false }
        return tags.contains { $0.opaque == nil || $0.opaque == "\(config).\(sync)" }
    }

    /// The config versions that `If-Match` names; nil when it isn't there or is `*`. Only the first half counts: a sync
    /// that ends must not fail a person's edit. Weak tags never match (section 13.1.1).
    static func configVersions(_ headers: HTTPFields) throws -> Set<Int>? {
        guard let tags = try tags(headers, .ifMatch), !tags.contains(where: { $0.opaque == nil }) else { return nil }
        return Set(tags.filter { !$0.isWeak }.compactMap { $0.opaque?.split(separator: ".").first.flatMap { Int($0) } })
    }

    /// The header's tags; nil when it isn't there. A tag without text is `*`.
    private static func tags(
        _ headers: HTTPFields, _ name: HTTPField.Name
    ) throws -> [(isWeak: Bool, opaque: String?)]? {
        guard let header = headers[name] else { return nil }
        return try header.split(separator: ",").map { part in
            var text = part.drop { $0 == " " || $0 == "\t" }
            while text.last == " " || text.last == "\t" { text.removeLast() }
            if text == "*" { return (false, nil) }
            let isWeak = text.hasPrefix("W/")
            if isWeak { text.removeFirst(2) }
            guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else {
                throw AppError(.headerInvalid, "\(name.rawName) must be * or quoted entity tags with commas between.")
            }
            return (isWeak, String(text.dropFirst().dropLast()))
        }
    }
}
