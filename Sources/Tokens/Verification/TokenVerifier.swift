import Crypto
public import Domain
import JSON
import Synchronization
import Vault

/// Turns a bearer token into the ``Domain/Caller`` that it was made for, or refuses it (SYNC.md 11, RFC 8725;
/// Invariant 5).
///
/// Synchronous: a token seen first costs the verification of its signature, one in the cache a hash. Tokens that passed
/// are remembered by their SHA-256 until they expire, at most ``maxCachedTokens``; refused ones are not.
public final class TokenVerifier: Sendable {
    /// The longest token in bytes.
    public static let maxBytes = CompactToken.maxBytes
    /// Verified tokens that are remembered.
    public static let maxCachedTokens = 10_000

    private let issuers: [Issuer]
    private let cache = Mutex(BoundedCache<SHA256Digest, Caller>(capacity: maxCachedTokens))

    /// Makes a verifier of issuers with different names.
    public init(issuers: [Issuer]) { self.issuers = issuers }

    /// The caller that the token names. Error: `auth.invalid_token`, the same for whatever is wrong.
    public func verify(_ token: String, now: Timestamp) throws(AppError) -> Caller {
        do { return try check(token, now: now) } catch { throw AppError(.authInvalidToken) }
    }

    /// The caller that the token names, or the reason why there is none; the reason must not reach the client.
    public func check(_ token: String, now: Timestamp) throws(TokenRefusal) -> Caller {
        guard token.utf8.count <= Self.maxBytes else { throw .size }
        let digest = SHA256.hash(data: Array(token.utf8))
        if let caller = cache.withLock({ $0.value(for: digest) }) {
            if caller.expiresAt > now { return caller }
            cache.withLock { $0.remove(digest) }
            throw .expired
        }
        let caller = try checkUncached(token, now: now)
        cache.withLock { $0.insert(caller, for: digest) }
        return caller
    }

    private func checkUncached(_ text: String, now: Timestamp) throws(TokenRefusal) -> Caller {
        let token = try CompactToken(text)
        guard let name = token.claims["iss"]?.stringValue,
            let issuer = issuers.first(where: { $0.name.isIdentical(to: name) })
        else { throw .issuer }
        let key = try issuer.key(kid: token.kid)
        guard token.algorithm.isIdentical(to: key.algorithm.rawValue) else { throw .algorithm }
        guard key.isValid(token.signature, for: token.message) else { throw .signature }
        return try Claims(token.claims, audiences: issuer.audiences, hasKeys: issuer.isBuiltIn, now: now).caller
    }
}
