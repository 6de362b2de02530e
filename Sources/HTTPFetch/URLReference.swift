/// Resolves references against a base by RFC 3986, 5.2, the way Python's `urljoin` does.
public enum URLReference {
    /// The parts of a reference as they stand in it.
    struct Parts {
        var scheme: Substring?
        var authority: Substring?
        var path: Substring
        var query: Substring?
        var fragment: Substring?

        init(_ text: Substring) {
            var rest = text
            if let colon = rest.firstIndex(of: ":"), Parts.isScheme(rest[..<colon]) {
                scheme = rest[..<colon]
                rest = rest[rest.index(after: colon)...]
            }
            if rest.hasPrefix("//") {
                rest = rest.dropFirst(2)
                let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
                authority = rest[..<end]
                rest = rest[end...]
            }
            if let hash = rest.firstIndex(of: "#") {
                fragment = rest[rest.index(after: hash)...]
                rest = rest[..<hash]
            }
            if let mark = rest.firstIndex(of: "?") {
                query = rest[rest.index(after: mark)...]
                rest = rest[..<mark]
            }
            path = rest
        }

        private static func isScheme(_ text: Substring) -> Bool {
            guard let first = text.first, first.isASCII, first.isLetter else { return false }
            return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        }

        var text: String {
            (scheme.map { "\($0):" } ?? "") + (authority.map { "//\($0)" } ?? "") + path
                + (query.map { "?\($0)" } ?? "") + (fragment.map { "#\($0)" } ?? "")
        }
    }

    /// The URL that `reference` names where `base` is the URL of the document that it stands in.
    public static func resolved(_ reference: String, against base: String) -> String {
        guard !reference.isEmpty else { return base }
        let base = Parts(base[...])
        var target = Parts(reference[...])
        if let scheme = target.scheme, scheme.lowercased() != base.scheme?.lowercased() { return reference }
        target.scheme = base.scheme
        if target.authority != nil { return target.text }
        target.authority = base.authority
        if target.path.isEmpty {
            target.path = base.path
            if target.query == nil { target.query = base.query }
            return target.text
        }
        if !target.path.hasPrefix("/") {
            let folder = base.path.lastIndex(of: "/").map { base.path[...$0] } ?? (base.authority == nil ? "" : "/")
            target.path = withoutEmptySegments(folder + target.path)[...]
        }
        target.path = withoutDotSegments(target.path)[...]
        return target.text
    }

    /// Scheme and authority, in lower case: what a credential belongs to.
    public static func origin(of url: String) -> String {
        let parts = Parts(url[...])
        return "\(parts.scheme?.lowercased() ?? "")://\(parts.authority?.lowercased() ?? "")"
    }

    /// A path without slashes that follow one another, which is how Python joins.
    private static func withoutEmptySegments(_ path: Substring) -> String {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count > 2 else { return String(path) }
        return ([segments[0]] + segments[1..<segments.count - 1].filter { !$0.isEmpty } + segments.suffix(1))
            .joined(separator: "/")
    }

    /// A path without its `.` and `..` (RFC 3986, 5.2.4).
    public static func withoutDotSegments(_ path: some StringProtocol) -> String {
        guard path.contains(".") else { return String(path) }
        var kept: [String] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        for (place, segment) in segments.enumerated() {
            let isLast = place == segments.count - 1
            switch segment {
            case ".": if isLast { kept.append("") }
            case "..":
                if kept.count > 1 { kept.removeLast() }
                if isLast { kept.append("") }
            default: kept.append(String(segment))
            }
        }
        return kept.joined(separator: "/")
    }
}
