/// One database of a test's own on a ``PostgresServer``, and who uses it.
public struct PostgresDatabase: Sendable {
    /// The server, which lives as long as a database of it is held.
    public let server: PostgresServer
    /// Where to connect to: `127.0.0.1`.
    public var host: String
    /// Where to connect to; the port of a proxy in front of the server may take its place.
    public var port: Int
    /// The role: the server's superuser, unless a test put another there.
    public var user: String
    /// The role's password.
    public var password: String
    /// The database.
    public var name: String
    /// More parameters for libpq, by name: `sslmode`, `sslrootcert`.
    public var options: [String: String] = [:]

    /// `postgres://user:password@host:port/name`; nothing in it needs escaping unless a test put it there.
    public var url: String { "postgres://\(user):\(password)@\(host):\(port)/\(name)" }

    /// A new connection; it closes when the last one lets go of it.
    ///
    /// A statement waits at most 20 s for a lock (SQLSTATE 55P03): a test that blocks itself fails instead of hanging.
    public func session() throws -> PostgresSession {
        let own = [
            "host": host, "port": String(port), "user": user, "password": password, "dbname": name,
            "connect_timeout": "10", "client_encoding": "UTF8", "options": "-c lock_timeout=20000",
        ]
        return try PostgresSession(own.merging(options) { $1 })
    }

    /// Runs one or more statements on a connection of their own.
    public func execute(_ sql: String) throws { try session().execute(sql) }

    /// The rows of a statement on a connection of its own, as text; nil is SQL's null.
    public func rows(_ sql: String, _ values: [String?] = []) throws -> [[String?]] {
        try session().rows(sql, values)
    }

    /// Loads rows by COPY on a connection of its own; see ``PostgresSession/copyIn(_:_:)``.
    public func copyIn(_ table: String, _ lines: some Sequence<String>) throws {
        try session().copyIn(table, lines)
    }
}
