import ConnectorAPI
import Domain

/// Which tables of a database a source offers: the `tables` of a config.
///
/// Each entry is a name or a pattern in which `*` stands for any characters, also none. Where tables have schemas, an
/// entry with a dot is `schema.table`, each side a name or a pattern, and one without a dot is a table of any schema.
/// Names are compared by their bytes, so letters of different case differ.
struct TableFilter: Sendable {
    static let mostPatterns = 1_000
    static let longestPattern = 256

    /// nil = every table.
    private let patterns: [TablePattern]?

    /// Nil admits every table; throws ``Domain/ErrorCode/sqlTablesInvalid`` for no entry at all, more than
    /// ``mostPatterns``, or one that isn't 1 to ``longestPattern`` bytes long.
    init(_ patterns: [String]?) throws {
        if let patterns {
            guard (1...Self.mostPatterns).contains(patterns.count),
                patterns.allSatisfy({ (1...Self.longestPattern).contains($0.utf8.count) })
            else {
                throw AppError.source(
                    .sqlTablesInvalid,
                    """
                    the config's tables must be 1 to \(Self.mostPatterns) names or patterns of 1 to \
                    \(Self.longestPattern) bytes
                    """, recovery: .fixConfig)
            }
        }
        self.patterns = patterns?.map(TablePattern.init)
    }

    /// Whether the source offers that table; `schema` is nil where tables have none.
    func admits(schema: String?, table: String) -> Bool {
        guard let patterns else { return true }
        return patterns.contains { $0.matches(schema: schema, table: table) }
    }

    /// Patterns of SQL's LIKE, one of which a table that the source offers matches by its name, or by its schema's, a dot and
    /// its name; others may match too. Nil = every table.
    var likes: [String]? {
        patterns?.map { pattern in
            // By scalars: a mark may follow a `*` and make one character of both.
            pattern.text.unicodeScalars.reduce(into: "") { like, scalar in
                switch scalar {
                case "*": like += "%"
                case "%", "_", "\\": like += "\\\(scalar)"
                default: like.unicodeScalars.append(scalar)
                }
            }
        }
    }

    /// Whether an entry without `*` means that table.
    func names(schema: String?, table: String) -> Bool {
        patterns?.contains { $0.isName && $0.matches(schema: schema, table: table) } ?? false
    }

    /// The entries without `*` that mean none of `names`, in the config's order.
    func unmatched(_ names: [(schema: String?, table: String)]) -> [String] {
        (patterns ?? []).filter { pattern in
            pattern.isName && !names.contains { pattern.matches(schema: $0.schema, table: $0.table) }
        }
        .map(\.text)
    }

    /// Throws ``Domain/ErrorCode/sqlTableUnknown`` if an entry without `*` means none of `names`.
    func requireAll(of names: [(schema: String?, table: String)]) throws {
        let unknown = unmatched(names)
        guard !unknown.isEmpty else { return }
        let shown = unknown.prefix(5).joined(separator: ", ") + (unknown.count > 5 ? " and others" : "")
        throw AppError.source(
            .sqlTableUnknown, "the database has no table that the config's tables name: \(shown)",
            recovery: .fixConfig)
    }
}
