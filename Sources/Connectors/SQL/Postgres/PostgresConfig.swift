import ConnectorAPI
import Domain
import Egress
import JSON
import LibPQ

/// The config of a `postgres` source, parsed once.
struct PostgresConfig: Sendable {
    static let defaultPort = 5432
    static let mostSchemas = 1_000
    static let defaultLookback = 300
    /// A month.
    static let longestLookback = 2_678_400
    static let longestCertificates = 65_536

    var host: String
    var port: Int
    /// nil = every schema that the role may use, but the system's own.
    var schemas: [String]?
    var tables: TableFilter
    /// How far behind its cursor an incremental read by a time looks again for rows that were committed late.
    var lookback: Duration
    var parameters: ConnectionParameters

    /// Reads a config; throws ``Domain/ErrorCode/postgresConfigInvalid`` or ``Domain/ErrorCode/sqlTablesInvalid``.
    init(_ context: ConnectorContext) throws {
        let fields = ConfigFields(context.config, invalid: .postgresConfigInvalid)
        host = try fields.requiredText("host")
        port = try fields.integer("port", in: 1...65_535) ?? Self.defaultPort
        schemas = try fields.texts("schemas", atMost: Self.mostSchemas, allowsEmpty: false)
        tables = try TableFilter(
            fields.texts("tables", atMost: TableFilter.mostPatterns, allowsEmpty: false))
        let lookback = try fields.integer("lookback_seconds", in: 0...Self.longestLookback)
        self.lookback = .seconds(lookback ?? Self.defaultLookback)
        parameters = ConnectionParameters(
            database: try fields.requiredText("database"), user: try fields.requiredText("user"),
            password: context.secrets["password"], tls: try fields.choice("sslmode", TLSMode.self) ?? .prefer,
            authorities: try fields.text("sslrootcert", atMost: Self.longestCertificates))
        // libpq would read such a name as a whole connection string if it were asked to; nothing here asks it, and no
        // database is called so.
        guard !parameters.database.contains("="), !parameters.database.contains("://") else {
            throw fields.invalid("database", "must be the name of a database, not a connection string")
        }
    }
}

extension PostgresConfig {
    /// JSON Schema, draft 2020-12.
    static let schema: JSONValue = [
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": "PostgreSQL",
        "required": ["host", "database", "user"],
        "additionalProperties": false,
        "properties": properties,
    ]

    private static let properties: JSONValue = [
        "host": [
            "type": "string", "minLength": 1, "maxLength": 253, "title": "Host", "x-identity": true,
            "pattern": "^[A-Za-z0-9._:\\[\\]-]+$",
            "description": """
            Name or address of the server. Private networks are closed unless the operator opened them \
            (TRIBUTARY_EGRESS_ALLOW).
            """,
        ],
        "port": [
            "type": "integer", "minimum": 1, "maximum": 65_535, "default": 5432, "title": "Port", "x-identity": true,
        ],
        "database": [
            "type": "string", "minLength": 1, "maxLength": 256, "title": "Database", "x-identity": true,
            "pattern": "^[^=]+$",
        ],
        "user": [
            "type": "string", "minLength": 1, "maxLength": 256, "title": "User", "x-identity": true,
            "description": "A role that may connect and SELECT; it needs no other right.",
        ],
        "password": [
            "type": "string", "minLength": 1, "maxLength": 4096, "title": "Password", "writeOnly": true,
            "x-secret": true,
        ],
        "sslmode": [
            "type": "string", "enum": .array(TLSMode.allCases.map { .string($0.rawValue) }), "default": "prefer",
            "title": "TLS", "x-identity": true,
            "description": """
            As in libpq: prefer encrypts when the server can, require always; verify-full also proves that it is the \
            right server, and is the one to use across networks that others can reach.
            """,
        ],
        "sslrootcert": [
            "type": "string", "minLength": 1, "maxLength": 65_536, "title": "Certificate authorities",
            "x-identity": true,
            "description": """
            PEM text of the authorities that verify-ca and verify-full trust. Left out, those of the server's system.
            """,
        ],
        "schemas": [
            "type": "array", "minItems": 1, "maxItems": 1_000, "title": "Schemas",
            "items": ["type": "string", "minLength": 1, "maxLength": 256],
            "description": "The schemas whose tables are offered. Left out, all that the user may use.",
        ],
        "tables": [
            "type": "array", "minItems": 1, "maxItems": 1_000, "title": "Tables",
            "items": ["type": "string", "minLength": 1, "maxLength": 256],
            "description": """
            Tables and views to offer, as schema.table or table; * stands for any characters. Left out, all.
            """,
        ],
        "lookback_seconds": [
            "type": "integer", "minimum": 0, "maximum": 2_678_400, "default": 300, "title": "Lookback",
            "description": """
            How far behind its cursor an incremental read by a time looks for rows that were committed late with an \
            older time.
            """,
        ],
    ]
}
