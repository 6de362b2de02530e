import Crypto
public import Domain
import StoreAPI
import Tokens
import Vault

/// Tokens for Applications: OAuth 2 client credentials (RFC 6749 section 4.4), and the end of such tokens.
public struct AccessTokens: Sendable {
    /// How long a token lives, unless its key expires before.
    public static let lifetime = Duration.seconds(3600)
    /// A key's `last_used_at` isn't written more often than this.
    static let stampInterval = Duration.seconds(60)

    let store: any Store
    let issuer: BuiltInIssuer
    let watch: KeyWatch
    let attempts: AttemptLimits

    /// What an Application asks a token with.
    public struct Request: Sendable {
        /// The Application's id as it came.
        public var id: String
        /// The API key as it came.
        public var secret: Secret<String>
        /// Less than the Application may do, as a scope; nil = all of it.
        public var scope: String?
        /// The client's network address as far as it is known; bounds how often it may guess.
        public var address: String

        /// Makes a request.
        public init(id: String, secret: Secret<String>, scope: String? = nil, address: String = "") {
            self.id = id
            self.secret = secret
            self.scope = scope
            self.address = address
        }
    }

    /// A token that was minted.
    public struct Minted: Sendable {
        /// The JWT.
        public var text: Secret<String>
        /// Whole seconds, at least one.
        public var lifetime: Duration
        /// What it allows.
        public var grants: GrantSet
    }

    /// Mints a token for whoever has an API key.
    ///
    /// A wrong id and a wrong, an expired or a revoked key, and those of a deleted Application, take the same work and
    /// throw the same `auth.invalid_client`. Errors: `auth.too_many_attempts`, `auth.invalid_scope`.
    public func mint(_ request: Request) async throws -> Minted {
        let attempt = try attempts.begin(client: request.id, address: request.address)
        guard let found = try await look(request) else {
            // RFC 6749 section 5.2 names the error for programs that know OAuth 2 alone.
            throw AppError(.authInvalidClient, details: ["error": "invalid_client"])
        }
        attempts.forgive(attempt)
        let grants = try granted(request.scope, of: found.application)
        let left = found.key.expiresAt.map { max($0 - found.now, .seconds(1)) } ?? Self.lifetime
        let lifetime = min(left, Self.lifetime)
        let text = try issuer.mint(
            tenant: found.application.tenant, subject: found.application.id.rawValue,
            app: AppID(found.application.id), grants: grants, ttl: lifetime, now: found.now, key: found.key.id)
        await stampUse(found)
        return Minted(text: text, lifetime: .seconds(lifetime.components.seconds), grants: grants)
    }

    /// The caller of a verified token as they stand now: throws `auth.invalid_token` when the key that the token was
    /// minted for opens nothing any more, and takes away what its Application lost.
    public func admit(_ caller: Caller) async throws -> Caller { try await watch.admit(caller) }

    private struct Found: Sendable {
        let application: ClientApplication
        let key: APIKey
        let now: Timestamp
    }

    /// Two steps: the tenant that the id belongs to, without a lock, then everything else inside it.
    private func look(_ request: Request) async throws -> Found? {
        let nobody = ULID(bits: 0)
        let id = ApplicationID(request.id) ?? Identifier(nobody)
        let text = KeyText(request.secret)
        let keyID = text?.id ?? Identifier(nobody)
        let hash = text?.hash ?? [UInt8](repeating: 0, count: KeyText.hashBytes)
        // Where there is no such Application, the same look-ups find nothing in the installation's scope.
        let owner = try await store.owner(of: id) ?? .installation
        return try await store.read(Scope(tenant: owner)) { transaction in
            let application = try transaction.applications.find(id)
            let key = try transaction.apiKeys.find(keyID, of: id)
            let isRight = ConstantTime.areEqual(
                key?.secretHash ?? [UInt8](repeating: 1, count: KeyText.hashBytes), hash)
            guard text != nil, isRight, let application, !application.isDeleted, let key,
                key.isLive(at: transaction.now)
            else { return nil }
            return Found(application: application, key: key, now: transaction.now)
        }
    }

    /// RFC 6749 section 3.3: less may be asked for; a word that isn't granted refuses the whole request.
    private func granted(_ scope: String?, of application: ClientApplication) throws -> GrantSet {
        guard let scope else { return application.grants }
        guard let asked = GrantSet(exactly: scope), asked.isSubset(of: application.grants) else {
            throw AppError(.authInvalidScope, details: ["error": "invalid_scope"])
        }
        return asked
    }

    private func stampUse(_ found: Found) async {
        if let last = found.key.lastUsedAt, found.now - last < Self.stampInterval { return }
        // A stamp that can't be written, say because the disk is full, keeps nobody out.
        try? await store.write(Scope(tenant: found.application.tenant)) { transaction in
            try transaction.apiKeys.stampUse(of: found.key.id, of: found.application.id)
        }
    }
}
