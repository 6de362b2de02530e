public import WireAPI

/// The calls about the process that answers; they need no token.
public struct Server: Sendable {
    let connection: Connection

    /// How the process is doing.
    public func health() async throws -> HealthBody {
        try await connection.send(.get(Paths.health.text))
    }

    /// The server's `Date` header (RFC 9110 section 6.6.1), to compare clocks; nil where it sends none.
    public func date() async throws -> String? {
        try await connection.exchange(.get(Paths.health.text)).header("Date")
    }
}
