/// What a connector renews by itself and needs the next time, such as OAuth tokens.
public struct Credentials: Sendable {
    /// One more with every renewal.
    public var version: Int64
    /// By names that are the connector's own.
    public var values: [String: Secret<String>]

    public init(version: Int64, values: [String: Secret<String>]) {
        self.version = version
        self.values = values
    }
}

/// Keeps the credentials of one DataSource, for every connector call that is given it.
public protocol CredentialKeeping: Sendable {
    /// What is kept; nil before the first renewal, and once the config that it was made from has changed.
    func current() async throws -> Credentials?

    /// Renews credentials that are used up: `old` as the caller knows them, nil where it knows none.
    ///
    /// `make` runs for one caller at a time, over all processes, with what is kept; what it returns is kept before this
    /// returns it, so a refresh token that a server gave in exchange for another is never lost to a crash that follows.
    /// Whoever comes after another's renewal gets what that one made.
    ///
    /// Throws what `make` throws, `credentials.busy` when another's renewal doesn't end within a minute, and
    /// `credentials.gone` when the DataSource was disconnected or deleted meanwhile.
    func renew(
        after old: Credentials?, _ make: @escaping @Sendable (Credentials?) async throws -> [String: Secret<String>]
    ) async throws -> Credentials
}

/// Keeps credentials in memory as long as somebody holds it: for a config that isn't registered, and for tests.
public actor HeldCredentials: CredentialKeeping {
    private var kept: Credentials?
    private var renewal: Task<Credentials, any Error>?

    public init() {}

    public func current() -> Credentials? { kept }

    public func renew(
        after old: Credentials?, _ make: @escaping @Sendable (Credentials?) async throws -> [String: Secret<String>]
    ) async throws -> Credentials {
        if let renewal { return try await renewal.value }
        if let kept, kept.version > old?.version ?? 0 { return kept }
        let now = kept
        let renewal = Task { Credentials(version: (now?.version ?? 0) + 1, values: try await make(now)) }
        self.renewal = renewal
        defer { self.renewal = nil }
        let made = try await renewal.value
        kept = made
        return made
    }
}

extension ErrorCode {
    public static let credentialsBusy = ErrorCode(
        "credentials.busy", .source, "Another process is renewing the credentials and doesn't end.")
    public static let credentialsGone = ErrorCode(
        "credentials.gone", .source, "The DataSource was disconnected or deleted while its credentials were renewed.")
}
