import Crypto
import CryptoExtras
import Domain
import JSON
import Testing
import Vault

@testable import Tokens

/// Signs whatever it is given, well-formed or not, as each of three issuers.
struct Forge: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case hs256 = "HS256"
        case rs256 = "RS256"
        case es256 = "ES256"
    }

    /// 2023-11-14T22:13:20Z.
    static let now = Timestamp(milliseconds: 1_700_000_000_000)
    static let secret = "a secret of thirty-two bytes and more"
    static let keyID = "key-1"

    /// One set of keys for all tests: making an RSA key takes long.
    static let shared = Result { try Forge() }

    let rsa: _RSA.Signing.PrivateKey
    let p256 = P256.Signing.PrivateKey()
    /// Nobody's.
    let stranger = P256.Signing.PrivateKey()

    private init() throws { rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    /// The name of the issuer whose keys are of that kind.
    static func issuerName(_ kind: Kind) -> String { "https://\(kind.rawValue).example" }

    /// The issuers' setting: the secret has no id, the sets hold one key each, with its id and one for encryption.
    func settings() throws -> IssuerSettings {
        let setting = """
            [{"iss": "\(Self.issuerName(.hs256))", "alg": "HS256", "secret": "\(Self.secret)"},
             {"iss": "\(Self.issuerName(.rs256))", "alg": "RS256", "jwks_file": "rsa"},
             {"iss": "\(Self.issuerName(.es256))", "alg": "ES256", "jwks_file": "ec", "aud": "tributary"}]
            """
        return try IssuerSettings(setting: Secret(setting)) { path in
            Array("{\"keys\": [\(path == "rsa" ? rsaJWK : p256JWK)]}".utf8)
        }
    }

    func verifier() throws -> TokenVerifier { TokenVerifier(issuers: try settings().issuers) }

    var rsaJWK: String { Self.rsaJWK(rsa.publicKey, kid: Self.keyID) }

    var p256JWK: String { Self.p256JWK(p256.publicKey, kid: Self.keyID) }

    static func rsaJWK(_ key: _RSA.Signing.PublicKey, kid: String, more: String = "") -> String {
        let primitives = try? key.getKeyPrimitives()
        let (modulus, exponent) = (
            primitives.map { Array($0.modulus) } ?? [], primitives.map { Array($0.publicExponent) } ?? []
        )
        return """
            {"kty": "RSA", "kid": "\(kid)", "n": "\(base64(modulus))", "e": "\(base64(exponent))"\(more)}
            """
    }

    static func p256JWK(_ key: P256.Signing.PublicKey, kid: String, more: String = "") -> String {
        let point = Array(key.rawRepresentation)
        return """
            {"kty": "EC", "crv": "P-256", "kid": "\(kid)", "x": "\(base64(Array(point[..<32])))",
             "y": "\(base64(Array(point[32...])))"\(more)}
            """
    }

    static func base64(_ bytes: [UInt8]) -> String { Base64.text(bytes, .urlSafe) }

    static func base64(_ text: String) -> String { base64(Array(text.utf8)) }

    /// Claims that every issuer's rules are content with, with changes: a value of nil leaves the claim out.
    static func claims(_ kind: Kind, _ changes: [String: JSONValue?] = [:]) -> String {
        var claims: JSONObject = [
            "iss": .string(issuerName(kind)), "sub": "per_1", "tenant_id": "acme", "aud": "tributary",
            "scope": "datasources:read records:read", "iat": 1_700_000_000, "exp": 1_700_003_600,
        ]
        for (name, value) in changes { claims[name] = value }
        return claims.description
    }

    static func header(_ kind: Kind, _ changes: [String: JSONValue?] = [:]) -> String {
        var header: JSONObject = ["alg": .string(kind.rawValue), "typ": "JWT"]
        if kind != .hs256 { header["kid"] = .string(keyID) }
        for (name, value) in changes { header[name] = value }
        return header.description
    }

    func sign(_ kind: Kind, _ message: String) throws -> [UInt8] {
        let bytes = Array(message.utf8)
        return switch kind {
        case .hs256: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: Self.key(Self.secret)))
        case .rs256: Array(try rsa.signature(for: bytes, padding: .insecurePKCS1v1_5).rawRepresentation)
        case .es256: Array(try p256.signature(for: bytes).rawRepresentation)
        }
    }

    static func key(_ text: String) -> SymmetricKey { SymmetricKey(data: Array(text.utf8)) }

    /// A token of this header and these claims, whatever they are, with the issuer's true signature.
    func token(_ kind: Kind, header: String? = nil, claims: String? = nil) throws -> String {
        let message = Self.base64(header ?? Self.header(kind)) + "." + Self.base64(claims ?? Self.claims(kind))
        return message + "." + Self.base64(try sign(kind, message))
    }

    func token(_ kind: Kind, _ changes: [String: JSONValue?]) throws -> String {
        try token(kind, claims: Self.claims(kind, changes))
    }
}

/// Why the token is refused; nil when it isn't.
func refusal(_ token: String, by verifier: TokenVerifier, at now: Timestamp = Forge.now) -> TokenRefusal? {
    do {
        _ = try verifier.check(token, now: now)
        return nil
    } catch { return error }
}
