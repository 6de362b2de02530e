public import WireAPI

/// Talks to a Tributary server.
///
/// ```swift
/// let client = TributaryClient(url: "http://127.0.0.1:8080", token: token)
/// let source = try await client.datasources.create(
///     NewDataSourceBody(name: "Countries", type: "file", config: ["path": "*.json"]))
/// let run = try await client.datasources.finished(try await client.datasources.sync(source.id))
/// ```
///
/// A copy shares the connections of the original; they close when the last copy is gone, or with ``close()``. One client
/// serves any number of tasks at once. Every call may throw ``TributaryError`` (the server refused), ``ConnectionError``
/// (no answer that can be used) and `CancellationError`; what is sent again after a failure is told in
/// `docs/client.md`.
public struct TributaryClient: Sendable, CustomStringConvertible, CustomReflectable {
    private let connection: Connection

    /// Makes a client with a token of yours; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - url: The server's address, such as `http://127.0.0.1:8080`; a path in front of the server's own is kept.
    ///   - token: The JWT to show; nil for the calls that need none.
    ///   - limits: Bounds on time and size.
    public init(url: String, token: String?, limits: ClientLimits = ClientLimits()) {
        self.init(url: url, token: token, limits: limits, surroundings: .system)
    }

    /// Makes a client that gets its tokens from the server by OAuth 2 client credentials (RFC 6749 section 4.4).
    ///
    /// The first call fetches a token; it is renewed at four fifths of its life, half a minute before its end at the
    /// latest, and once when a call is refused with 401. All calls at the time wait for one request. Where a renewal
    /// fails, a token that is still good goes on.
    ///
    /// - Parameters:
    ///   - url: The server's address.
    ///   - clientID: Names the program.
    ///   - clientSecret: Proves it; in no description and in no error.
    ///   - scope: Asks for less than the program may do; nil = all of it.
    ///   - limits: Bounds on time and size.
    public init(
        url: String, clientID: String, clientSecret: String, scope: String? = nil,
        limits: ClientLimits = ClientLimits()
    ) {
        let credential = Credential.secret(id: clientID, secret: HiddenText(clientSecret), scope: scope)
        self.init(url: url, credential, limits, .system)
    }

    /// Makes a client whose tokens you mint; they are renewed as client credentials are.
    ///
    /// - Parameters:
    ///   - url: The server's address.
    ///   - limits: Bounds on time and size.
    ///   - tokenProvider: Makes a token. Called when one is needed, never twice at a time; what it throws is thrown by
    ///     the calls that wait for it.
    public init(
        url: String, limits: ClientLimits = ClientLimits(),
        tokenProvider: @escaping @Sendable () async throws -> AccessToken
    ) {
        self.init(url: url, .provider(tokenProvider), limits, .system)
    }

    /// Makes a client with time and chance of the caller's.
    package init(url: String, token: String?, limits: ClientLimits = ClientLimits(), surroundings: ClientSurroundings) {
        self.init(url: url, token.map { .token(HiddenText($0)) } ?? .none, limits, surroundings)
    }

    init(url: String, _ credential: Credential, _ limits: ClientLimits, _ surroundings: ClientSurroundings) {
        connection = Connection(base: url, credential: credential, limits: limits, surroundings: surroundings)
    }

    /// The registered external systems with their runs and records.
    public var datasources: DataSources { DataSources(connection: connection) }

    /// The catalogue of connectors.
    public var connectors: Connectors { Connectors(connection: connection) }

    /// Registered programs and their API keys.
    public var applications: Applications { Applications(connection: connection) }

    /// What schedules mean.
    public var schedules: Schedules { Schedules(connection: connection) }

    /// Who did what.
    public var audit: Audit { Audit(connection: connection) }

    /// How the server is doing.
    public var server: Server { Server(connection: connection) }

    /// How the process that answers is doing; needs no token.
    public func health() async throws -> HealthBody { try await server.health() }

    /// Closes the connections; calls under way fail. Closing twice is harmless.
    public func close() async { await connection.close() }

    /// The server's address.
    public var description: String { "TributaryClient(\(connection.address ?? "no address"))" }
    /// Only the server's address.
    public var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}
