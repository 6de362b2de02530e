public import Domain
public import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore

/// Where the server listens and what it takes at most (SYNC.md 12).
public struct ServerSettings: Sendable {
    /// One header field, and all of a request together, in bytes.
    public static let mostFieldBytes = 8 << 10
    public static let mostHeaderBytes = 32 << 10
    /// Header fields of a request.
    public static let mostFields = 100

    public var host: String
    /// 0 picks a free one.
    public var port: Int
    /// Open connections; more wait in the operating system's queue.
    public var mostConnections: Int
    /// Of these, those of one address; more are closed at once.
    public var mostConnectionsOfOneAddress: Int
    /// A connection without a request, or with one that comes no further, is closed after this long.
    public var idleTimeout: Duration
    /// How long clients may take over what they send and take.
    var limits = GateLimits()

    /// Makes settings.
    public init(host: String, port: Int, mostConnections: Int = 2_000, idleTimeout: Duration = .seconds(30)) {
        self.host = host
        self.port = port
        self.mostConnections = mostConnections
        mostConnectionsOfOneAddress = max(1, mostConnections * 3 / 4)
        self.idleTimeout = idleTimeout
    }

    /// The server that answers with `responder`: a lifecycle service that ends gracefully, requests under way first. `ids`
    /// name the requests that are refused before they get to it.
    public func application<Responder: HTTPResponder>(
        _ responder: Responder, ids: ULIDGenerator, logger: Logger,
        onServerRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) -> Application<Responder> where Responder.Context == ConnectionContext {
        let connection = HTTP1Channel.Configuration(
            idleTimeout: .seconds(idleTimeout.components.seconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: Self.mostFieldBytes, maxHeaderListSize: Self.mostHeaderBytes,
                maxHeaderFieldCount: Self.mostFields))
        let limits = limits
        let refusals = Refusals(ids: ids, logger: logger)
        let places = AddressPlaces(most: mostConnectionsOfOneAddress)
        return Application(
            responder: responder,
            server: HTTPServerBuilder { responder in
                GuardedConnection(
                    inner: HTTP1Channel(responder: responder, configuration: connection), limits: limits,
                    refusals: refusals, places: places)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: .maximum(mostConnections, logger: logger)),
            onServerRunning: { channel in await onServerRunning(channel.localAddress?.port ?? 0) },
            logger: logger)
    }
}
