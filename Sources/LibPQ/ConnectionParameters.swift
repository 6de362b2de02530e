public import Domain

/// Whether a connection is encrypted and what of the server is verified; libpq's `sslmode` (PostgreSQL 15, 34.1.2).
public enum TLSMode: String, Sendable, CaseIterable {
    case disable, allow, prefer, require
    /// The certificate comes from a trusted authority.
    case verifyCA = "verify-ca"
    /// It is for this host, too.
    case verifyFull = "verify-full"

    var verifies: Bool { self == .verifyCA || self == .verifyFull }
}

/// Who connects to which database and how; where to is a ``Egress/PermittedAddress`` of its own.
public struct ConnectionParameters: Sendable {
    public var database: String
    public var user: String
    /// nil = none is sent.
    public var password: Secret<String>?
    public var tls: TLSMode
    /// PEM text of the authorities that the verifying modes trust; nil = the system's.
    public var authorities: String?
    /// How long connecting may take, all addresses together.
    public var connectTimeout: Duration

    public init(
        database: String, user: String, password: Secret<String>?, tls: TLSMode, authorities: String? = nil,
        connectTimeout: Duration = .seconds(10)
    ) {
        self.database = database
        self.user = user
        self.password = password
        self.tls = tls
        self.authorities = authorities
        self.connectTimeout = connectTimeout
    }

    /// Where Debian keeps the system's authorities.
    static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"
    /// A path at which nothing is: keeps libpq from the files of the user that runs this program.
    static let noFile = "/dev/null/none"

    /// libpq's keywords with their values (PostgreSQL 15, 34.1.2), without host and port.
    ///
    /// Whatever libpq would otherwise take from files of this program's user is named, so that it isn't looked for:
    /// service, password and certificate files. What it would take from the environment, ``LibPQEnvironment`` removes.
    func keywords(authorities path: String?) -> [(String, String)] {
        let trusted = tls.verifies ? path ?? Self.systemAuthorities : Self.noFile
        var pairs = [
            ("dbname", database), ("user", user), ("sslmode", tls.rawValue), ("sslrootcert", trusted),
            ("sslcert", Self.noFile), ("sslkey", Self.noFile), ("sslcrl", Self.noFile), ("passfile", Self.noFile),
            ("gssencmode", "disable"), ("application_name", "tributary"), ("client_encoding", "UTF8"),
            // A peer that is gone is noticed within a minute, also while a statement runs.
            ("keepalives", "1"), ("keepalives_idle", "20"), ("keepalives_interval", "10"), ("keepalives_count", "4"),
            ("tcp_user_timeout", "60000"),
        ]
        password?.withExposed { pairs.append(("password", $0)) }
        return pairs
    }
}
