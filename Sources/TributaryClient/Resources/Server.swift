public import WireAPI

/// The calls about the process that answers; they need no token and none is sent.
public struct Server: Sendable {
    let connection: Connection

    /// How the process is doing.
    public func health() async throws -> HealthBody { try await connection.send(Self.open(.get(Paths.health.text))) }

    /// How the process is doing if it can do its work; else throws `server.not_ready`, at once.
    public func ready() async throws -> HealthBody {
        var call = Self.open(.get(Paths.ready.text))
        call.isTriedOnce = true
        return try await connection.send(call)
    }

    /// The server's `Date` header (RFC 9110 section 6.6.1), to compare clocks; nil where it sends none.
    public func date() async throws -> String? {
        try await connection.exchange(Self.open(.get(Paths.health.text))).header("Date")
    }

    private static func open(_ call: Call) -> Call {
        var call = call
        call.isAuthorized = false
        return call
    }
}
