/// Someone whose tokens are believed: a name, the keys that they sign with, and for whom their tokens are.
public struct Issuer: Sendable {
    /// The most keys of one issuer.
    public static let maxKeys = 100

    /// The tokens' `iss`, compared byte by byte.
    public let name: String
    /// A token's `aud` must hold one of these; empty: `aud` isn't looked at.
    public let audiences: [String]
    private let fixedKeys: [VerificationKey]
    let remoteKeys: RemoteKeySet?

    init(name: String, audiences: [String] = [], keys: [VerificationKey]) {
        self.name = name
        self.audiences = audiences
        fixedKeys = keys
        remoteKeys = nil
    }

    init(name: String, audiences: [String] = [], remoteKeys: RemoteKeySet) {
        self.name = name
        self.audiences = audiences
        fixedKeys = []
        self.remoteKeys = remoteKeys
    }

    var isBuiltIn: Bool { name.isIdentical(to: BuiltInIssuer.name) }

    var keys: [VerificationKey] { remoteKeys?.current.keys ?? fixedKeys }

    /// Moves when the keys change: what was verified with other keys is to be verified anew.
    var keysVersion: Int { remoteKeys?.current.version ?? 0 }

    /// The key of that id exactly; without an id the only key, if there is one.
    func key(kid: String?) throws(TokenRefusal) -> VerificationKey {
        let keys = keys
        guard let kid else {
            guard keys.count == 1, let only = keys.first else { throw .key }
            return only
        }
        guard let key = keys.first(where: { $0.kid?.isIdentical(to: kid) ?? false }) else { throw .key }
        return key
    }
}
