import ConnectorAPI
import Domain
import JSON

/// The config of a `sqlite` source, parsed once.
struct SQLiteConfig: Sendable {
    /// Below the tenant's folder, without parts `.` and empty ones.
    var path: String
    var tables: TableFilter

    /// Reads a config; throws ``Domain/ErrorCode/sqliteConfigInvalid``, ``Domain/ErrorCode/sqlitePathInvalid`` and
    /// ``Domain/ErrorCode/sqlTablesInvalid``.
    init(_ config: JSONObject) throws {
        let fields = ConfigFields(config, invalid: .sqliteConfigInvalid)
        path = try Self.plainPath(fields.requiredText("path", atMost: ConfigFields.longestPath))
        tables = try TableFilter(
            fields.texts("tables", atMost: TableFilter.mostPatterns, allowsEmpty: false))
    }

    private static func plainPath(_ text: String) throws -> String {
        let parts = text.split(separator: "/").filter { $0 != "." }
        guard !text.hasPrefix("/"), !text.hasSuffix("/"), !parts.isEmpty, !parts.contains(".."),
            !text.utf8.contains(0), !text.lowercased().hasPrefix("file:")
        else {
            throw AppError.source(.sqlitePathInvalid, ErrorCode.sqlitePathInvalid.summary, recovery: .fixConfig)
        }
        return parts.joined(separator: "/")
    }

    /// JSON Schema, draft 2020-12.
    static let schema: JSONValue = [
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": "SQLite",
        "required": ["path"],
        "additionalProperties": false,
        "properties": [
            "path": [
                "type": "string", "minLength": 1, "maxLength": 4096, "title": "Path", "x-identity": true,
                "pattern": .string(relativePath),
                "description": """
                The database file below the tenant's folder, such as app/data.db. No absolute path, no .. part, no \
                pattern.
                """,
            ],
            "tables": [
                "type": ["array", "string"], "title": "Tables", "minItems": 1, "maxItems": 1000, "minLength": 1,
                "maxLength": 256, "items": ["type": "string", "minLength": 1, "maxLength": 256],
                "description": """
                Names of tables and views, or patterns such as order_* in which * stands for any characters; upper and \
                lower case differ. Left out, all are offered.
                """,
            ],
        ],
    ]

    /// Neither an absolute path nor one with a part `..`: what leads out is refused before it is stored.
    private static let relativePath = {
        let part = #"([^./][^/]*|\.([^./][^/]*)?|\.\.[^/]+)"#
        return "^\(part)(/+\(part))*$"
    }()
}
