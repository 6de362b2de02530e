public import WireAPI

/// Talks to a Tributary server.
///
/// ```swift
/// let client = TributaryClient(url: "http://127.0.0.1:8080", token: token)
/// let source = try await client.datasources.create(
///     NewDataSourceBody(name: "Countries", type: "file", config: ["path": "*.json"]))
/// let run = try await client.datasources.sync(source.id, wait: 30)
/// ```
///
/// A copy shares the connections of the original; they close when the last copy is gone, or with ``close()``. Every
/// call may throw ``TributaryError`` (the server refused), ``ConnectionError`` (no answer that can be used) and
/// `CancellationError`.
public struct TributaryClient: Sendable {
    private let connection: Connection

    /// Makes a client; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - url: The server's address, such as `http://127.0.0.1:8080`; a path in front of the server's own is kept.
    ///   - token: The JWT to show; nil for the calls that need none.
    ///   - limits: Bounds on time and size.
    public init(url: String, token: String?, limits: ClientLimits = ClientLimits()) {
        connection = Connection(base: url, token: token, limits: limits)
    }

    /// The registered external systems with their runs and records.
    public var datasources: DataSources { DataSources(connection: connection) }

    /// The catalogue of connectors.
    public var connectors: Connectors { Connectors(connection: connection) }

    /// What schedules mean.
    public var schedules: Schedules { Schedules(connection: connection) }

    /// How the server is doing.
    public var server: Server { Server(connection: connection) }

    /// How the process that answers is doing; needs no token.
    public func health() async throws -> HealthBody { try await server.health() }

    /// Closes the connections; calls under way fail. Closing twice is harmless.
    public func close() async { await connection.close() }
}

/// Bounds on what one call may cost.
public struct ClientLimits: Hashable, Sendable {
    /// How long a connection may take to open.
    public var connectTimeout: Duration
    /// How long a call may take, besides the time that it asks the server to wait.
    public var callTimeout: Duration
    /// The longest answer in bytes.
    public var maxAnswerBytes: Int

    /// Makes limits.
    public init(
        connectTimeout: Duration = .seconds(5), callTimeout: Duration = .seconds(30), maxAnswerBytes: Int = 64 << 20
    ) {
        self.connectTimeout = connectTimeout
        self.callTimeout = callTimeout
        self.maxAnswerBytes = maxAnswerBytes
    }
}
