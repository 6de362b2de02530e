import Crypto
public import Domain
import JSON
import Meters
import Synchronization
import Vault

/// Turns a bearer token into the ``Domain/Caller`` that it was made for, or refuses it (SYNC.md 11, RFC 8725;
/// Invariant 5).
///
/// A token seen first costs the verification of its signature, one in the cache a hash. Tokens that passed are remembered
/// by their SHA-256 until they expire or their issuer's keys change, at most ``maxCachedTokens``; refused ones are not.
public final class TokenVerifier: Sendable {
    /// The longest token in bytes.
    public static let maxBytes = CompactToken.maxBytes
    /// Verified tokens that are remembered.
    public static let maxCachedTokens = 10_000

    private let issuers: [Issuer]
    private let meters: TokenMeters
    private let cache = Mutex(BoundedCache<SHA256Digest, Verified>(capacity: maxCachedTokens))

    private struct Verified: Sendable {
        let caller: Caller
        /// The issuer's place.
        let issuer: Int
        /// Of the issuer's keys.
        let version: Int
    }

    /// Makes a verifier of issuers with different names.
    public init(issuers: [Issuer], meters: TokenMeters = TokenMeters()) {
        self.issuers = issuers
        self.meters = meters
    }

    /// The caller that the token names. Error: `auth.invalid_token`, the same for whatever is wrong.
    ///
    /// Waits for nothing, but when the token names a key that its issuer's URL may have by now: then for one fetch of it.
    public func verify(_ token: String, now: Timestamp) async throws(AppError) -> Caller {
        do {
            return counted(try look(token, now: now))
        } catch {
            guard error == .key, let keys = remoteKeys(of: token) else { throw refusal() }
            await keys.refreshForUnknownKey()
        }
        do { return counted(try look(token, now: now)) } catch { throw refusal() }
    }

    private func counted(_ found: (caller: Caller, outcome: TokenMeters.Outcome)) -> Caller {
        meters.verifications.add(1, found.outcome)
        return found.caller
    }

    private func refusal() -> AppError {
        meters.verifications.add(1, TokenMeters.Outcome.refused)
        return AppError(.authInvalidToken)
    }

    /// Keeps the keys fresh that issuers publish at URLs, until the task is cancelled.
    public func keepKeysFresh() async {
        await withDiscardingTaskGroup { group in
            for keys in issuers.compactMap(\.remoteKeys) { group.addTask { await keys.keepFresh() } }
        }
    }

    /// Whether there is anything to keep fresh.
    public var hasRemoteKeys: Bool { issuers.contains { $0.remoteKeys != nil } }

    private func remoteKeys(of token: String) -> RemoteKeySet? {
        // It came as far as its key, so it reads well.
        (try? CompactToken(token)).flatMap { issuer(of: $0) }.flatMap { issuers[$0].remoteKeys }
    }

    private func issuer(of token: CompactToken) -> Int? {
        guard let name = token.claims["iss"]?.stringValue else { return nil }
        return issuers.firstIndex { $0.name.isIdentical(to: name) }
    }

    /// The caller that the token names, or the reason why there is none; the reason must not reach the client.
    public func check(_ token: String, now: Timestamp) throws(TokenRefusal) -> Caller {
        try look(token, now: now).caller
    }

    private func look(
        _ token: String, now: Timestamp
    ) throws(TokenRefusal) -> (caller: Caller, outcome: TokenMeters.Outcome) {
        guard token.utf8.count <= Self.maxBytes else { throw .size }
        let digest = Self.digest(of: token)
        if let known = cache.withLock({ $0.value(for: digest) }), known.version == issuers[known.issuer].keysVersion {
            if known.caller.expiresAt > now { return (known.caller, .cached) }
            cache.withLock { $0.remove(digest) }
            throw .expired
        }
        let verified = try checkUncached(token, now: now)
        cache.withLock { $0.insert(verified, for: digest) }
        return (verified.caller, .verified)
    }

    private static func digest(of token: String) -> SHA256Digest {
        var token = token
        return token.withUTF8 { bytes in
            var hash = SHA256()
            hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
            return hash.finalize()
        }
    }

    private func checkUncached(_ text: String, now: Timestamp) throws(TokenRefusal) -> Verified {
        let token = try CompactToken(text)
        guard let place = issuer(of: token) else { throw .issuer }
        let issuer = issuers[place]
        // Before the key is taken: should the keys change in between, the token is verified again next time.
        let version = issuer.keysVersion
        let key = try issuer.key(kid: token.kid)
        guard token.algorithm.isIdentical(to: key.algorithm.rawValue) else { throw .algorithm }
        guard key.isValid(token.signature, for: token.message) else { throw .signature }
        let claims = try Claims(token.claims, audiences: issuer.audiences, hasKeys: issuer.isBuiltIn, now: now)
        return Verified(caller: claims.caller, issuer: place, version: version)
    }
}
