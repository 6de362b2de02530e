import Crypto
public import Domain
public import JSON
public import StoreAPI
public import Vault

/// The issuer that every installation has: ES256 keys made at first start and kept sealed in the database.
///
/// The newest key signs, all of them verify.
public struct BuiltInIssuer: Sendable {
    /// The `iss` of its tokens.
    public static let name = "tributary"
    /// How long a token may live: one second to ten years.
    public static let lifetimes: ClosedRange<Duration> = .seconds(1) ... .seconds(10 * 366 * 86_400)

    private struct Key: Sendable {
        let kid: String
        let privateKey: P256.Signing.PrivateKey
    }

    /// Newest first, never empty.
    private let keys: [Key]
    private let signer: Key

    /// Opens the keys in the database, or makes the first; `vault` is prepared.
    ///
    /// Errors: as the vault's and the store's.
    public init(store: any Store, vault: Vault) async throws {
        let scope = Scope(tenant: .installation)
        var keys = try await store.read(scope) { try Self.load(vault, $0) }
        if keys.isEmpty {
            keys = try await store.write(scope) { transaction in
                let known = try Self.load(vault, transaction)
                return known.isEmpty ? [try Self.make(vault, transaction)] : known
            }
        }
        guard let newest = keys.first else { throw AppError(.secretUndecryptable) }
        self.keys = keys
        self.signer = newest
    }

    private static func load(_ vault: Vault, _ transaction: any StoreTransaction) throws -> [Key] {
        try transaction.keys.issuerKeys().prefix(Issuer.maxKeys).map { row in
            let raw = try vault.open(row.sealed, for: .issuerKey(row.kid), in: transaction)
            return Key(kid: row.kid, privateKey: try P256.Signing.PrivateKey(rawRepresentation: raw))
        }
    }

    private static func make(_ vault: Vault, _ transaction: any StoreTransaction) throws -> Key {
        let privateKey = P256.Signing.PrivateKey()
        let kid = thumbprint(privateKey.publicKey)
        let sealed = try vault.seal(Array(privateKey.rawRepresentation), for: .issuerKey(kid), in: transaction)
        try transaction.keys.insertIssuerKey(SealedIssuerKey(kid: kid, sealed: sealed, createdAt: transaction.now))
        return Key(kid: kid, privateKey: privateKey)
    }

    /// What a ``TokenVerifier`` needs to believe this issuer's tokens.
    public var issuer: Issuer {
        Issuer(
            name: Self.name, keys: keys.map { VerificationKey(kid: $0.kid, publicKey: $0.privateKey.publicKey) })
    }

    /// The public keys as a JWK Set (RFC 7517), for `/.well-known/jwks.json`.
    public var publicKeys: JSONObject {
        ["keys": .array(keys.map { .object(Self.jwk($0.privateKey.publicKey, kid: $0.kid)) })]
    }

    /// Makes a token in compact form. Its times are whole seconds, the expiry rounded up: it lives no shorter than
    /// `ttl`, and less than two seconds longer. `key` names the API key that it is minted for and ends with.
    ///
    /// Errors: `tokens.invalid_lifetime` outside ``lifetimes``, `tokens.invalid_subject` unless `subject` is 1 to 255
    /// characters without controls.
    public func mint(
        tenant: TenantID, subject: String, app: AppID? = nil, grants: GrantSet, ttl: Duration, now: Timestamp,
        key: APIKeyID? = nil
    ) throws -> Secret<String> {
        guard Self.lifetimes.contains(ttl) else { throw AppError(.tokenInvalidLifetime) }
        guard Claims.isSubject(subject) else { throw AppError(.tokenInvalidSubject) }
        let header: JSONObject = ["alg": "ES256", "kid": .string(signer.kid), "typ": "JWT"]
        var claims: JSONObject = [
            "iss": .string(Self.name), "sub": .string(subject), "tenant_id": .string(tenant.rawValue),
            "scope": .string(grants.scope), "iat": .int(now.milliseconds / 1000),
            "exp": .int(((now + ttl).milliseconds + 999) / 1000),
        ]
        if let app { claims["app_id"] = .string(app.rawValue) }
        if let key { claims[Claims.keyName] = .string(key.rawValue) }
        let message = [header, claims].map { Base64.text(Array($0.description.utf8), .urlSafe) }.joined(separator: ".")
        let signature = try signer.privateKey.signature(for: Array(message.utf8))
        return Secret(message + "." + Base64.text(Array(signature.rawRepresentation), .urlSafe))
    }

    /// RFC 7518 section 6.2.1.
    private static func jwk(_ key: P256.Signing.PublicKey, kid: String?) -> JSONObject {
        let point = Array(key.rawRepresentation)
        var jwk: JSONObject = [
            "crv": "P-256", "kty": "EC", "x": .string(Base64.text(Array(point.prefix(32)), .urlSafe)),
            "y": .string(Base64.text(Array(point.suffix(32)), .urlSafe)),
        ]
        guard let kid else { return jwk }
        jwk["kid"] = .string(kid)
        jwk["alg"] = "ES256"
        jwk["use"] = "sig"
        return jwk
    }

    /// RFC 7638 section 3: the hash of the required members in the order of their names.
    private static func thumbprint(_ key: P256.Signing.PublicKey) -> String {
        let text = JSONValue.object(jwk(key, kid: nil)).canonicalSerialized()
        return Base64.text(Array(SHA256.hash(data: text)), .urlSafe)
    }
}

extension ErrorCode {
    /// The lifetime asked for is too short or too long.
    public static let tokenInvalidLifetime = ErrorCode(
        "tokens.invalid_lifetime", .invalid, "A token lives one second to ten years.")
    /// The subject asked for isn't one.
    public static let tokenInvalidSubject = ErrorCode(
        "tokens.invalid_subject", .invalid, "A token's subject has 1 to 255 characters, none of them a control.")
}
