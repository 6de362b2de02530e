public import Domain

/// Where everything is kept.
public enum DatabaseLocation: Sendable {
    /// A file; relative paths begin at the working folder.
    case sqlite(path: String)
    /// The URL with its password, as libpq takes it.
    case postgres(url: Secret<String>)

    /// Reads `sqlite:<file>`, `postgres://…` or `postgresql://…`; nil for anything else.
    init?(_ text: String) {
        if text.hasPrefix("sqlite:") {
            let path = String(text.dropFirst("sqlite:".count))
            // A database that lives in memory forgets what it acknowledged.
            guard !path.isEmpty, path != ":memory:", !path.hasSuffix("/"), !path.contains("?") else { return nil }
            self = .sqlite(path: path)
        } else if ["postgres://", "postgresql://"].contains(where: { text.hasPrefix($0) && text.count > $0.count }) {
            self = .postgres(url: Secret(text))
        } else {
            return nil
        }
    }

    /// The data folder: the one that the SQLite file lies in; nil with PostgreSQL.
    public var folder: String? {
        guard case .sqlite(let path) = self else { return nil }
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
