import HTTPFetch
import Interpolation

/// Puts a request's URL together.
enum RequestURL {
    /// A base and a path below it; without a path the base as it is. A path that is a whole URL replaces the base.
    static func joined(_ base: String, path: String?) -> String {
        guard let path, !path.isEmpty else { return base }
        return URLReference.resolved(path, against: base.hasSuffix("/") ? base : base + "/")
    }

    /// The URL with parameters in its query. One that the URL has already with the same value isn't added once more.
    static func adding(_ parameters: Mapping, to url: String) -> String {
        let present = query(of: url)
        let wanted = Mapping(
            parameters.filter { entry in present[entry.key.text] != entry.value.text }.map { ($0.key, $0.value) })
        let added = PercentText.form(PercentText.pairs(of: wanted))
        return normalized(url, adding: added)
    }

    /// The first value of each name in the query that isn't empty.
    private static func query(of url: String) -> [String: String] {
        guard let query = url.prefix(while: { $0 != "#" }).split(separator: "?", maxSplits: 1).dropFirst().first else {
            return [:]
        }
        var found: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, !sides[1].isEmpty else { continue }
            let name = PercentText.plain(sides[0])
            if found[name] == nil { found[name] = PercentText.plain(sides[1]) }
        }
        return found
    }

    /// The URL as it is sent: what may not stand in it percent-encoded, without dots in its path and without a fragment.
    private static func normalized(_ url: String, adding parameters: String) -> String {
        let text = url.trimmingPrefix { $0 == " " || $0 == "\n" || $0 == "\t" }.prefix { $0 != "#" }
        guard let separator = text.firstRange(of: "://") else { return String(text) }
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let parts = rest[authority.endIndex...].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = PercentText.path(parts.first ?? "")
        var query = parts.count > 1 ? PercentText.query(parts[1]) : ""
        if !parameters.isEmpty { query += (query.isEmpty ? "" : "&") + parameters }
        let origin = text[..<separator.lowerBound].lowercased() + "://" + authority
        let whole = URLReference.withoutDotSegments(path.isEmpty ? "/" : path)
        return origin + whole + (query.isEmpty ? "" : "?" + query)
    }
}
