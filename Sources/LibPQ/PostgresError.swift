/// What went wrong between this program and a PostgreSQL server.
///
/// Holds no text of the server's: that may quote values. The SQLSTATE says what it was (PostgreSQL 15, appendix A).
public struct PostgresError: Error, Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// Nothing listens there, or it refuses connections.
        case refused
        /// The address can't be reached: no route, network down.
        case unreachable
        /// The server doesn't speak TLS, or this client's `sslmode` and the server's don't agree.
        case tlsUnsupported
        /// The server's certificate isn't trusted or isn't for that host; or the handshake failed.
        case tlsFailed
        /// The server wants a password and none was given.
        case passwordMissing
        /// The connection broke.
        case connectionLost
        /// No byte came in time.
        case timedOut
        /// The interrupt was fired.
        case interrupted
        /// The server refused a statement or the connection; see `sqlState`.
        case refusal
        /// What came isn't the protocol.
        case malformed
        /// A row or an answer is larger than is taken in.
        case oversized
        /// A parameter of the connection can't be used.
        case invalidParameter
    }

    public var kind: Kind
    /// Five characters; nil where the server gave none.
    public var sqlState: String?

    public init(_ kind: Kind, sqlState: String? = nil) {
        self.kind = kind
        self.sqlState = sqlState
    }
}
