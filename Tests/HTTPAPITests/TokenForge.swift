import Crypto
import CryptoExtras
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing
import Tokens

/// Signs whatever it is given, well-formed or not, as each of three issuers whose keys lie in files.
struct TokenForge: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case hs256 = "HS256"
        case rs256 = "RS256"
        case es256 = "ES256"

        var issuer: String { "https://\(rawValue).example" }
    }

    static let secret = "a secret of thirty-two bytes and more"
    static let keyID = "key-1"
    /// Making an RSA key takes long.
    static let shared = Result { try TokenForge() }

    let rsa: _RSA.Signing.PrivateKey
    let p256 = P256.Signing.PrivateKey()
    /// Nobody's.
    let stranger = P256.Signing.PrivateKey()

    private init() throws { rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    /// The issuers' setting; key sets are written below `folder`.
    func setting(in folder: TemporaryFolder) throws -> String {
        let primitives = try rsa.publicKey.getKeyPrimitives()
        let sets = [
            ("rsa", #"{"kty": "RSA", "n": "\#(Self.base64(primitives.modulus))", "e": "AQAB""#),
            ("ec", #"{"kty": "EC", "crv": "P-256", \#(Self.coordinates(p256.publicKey))"#),
        ]
        for (name, start) in sets {
            let text = #"{"keys": [\#(start), "kid": "\#(Self.keyID)"}]}"#
            try Data(text.utf8).write(to: URL(filePath: "\(folder.path)/\(name).json"))
        }
        return """
            [{"iss": "\(Kind.hs256.issuer)", "aud": "tributary", "alg": "HS256", "secret": "\(Self.secret)"},
             {"iss": "\(Kind.rs256.issuer)", "aud": "tributary", "alg": "RS256", "jwks_file": "\(folder.path)/rsa.json"},
             {"iss": "\(Kind.es256.issuer)", "aud": "tributary", "alg": "ES256", "jwks_file": "\(folder.path)/ec.json"}]
            """
    }

    static func coordinates(_ key: P256.Signing.PublicKey) -> String {
        let point = key.rawRepresentation
        return #""x": "\#(base64(point.prefix(32)))", "y": "\#(base64(point.suffix(32)))""#
    }

    static func base64(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func header(_ kind: Kind, _ changes: [String: JSONValue?] = [:]) -> String {
        var header: JSONObject = ["alg": .string(kind.rawValue), "typ": "JWT"]
        if kind != .hs256 { header["kid"] = .string(keyID) }
        for (name, value) in changes { header[name] = value }
        return header.description
    }

    /// Claims that every issuer's rules are content with at the stage's time, with changes: nil leaves a claim out.
    static func claims(_ kind: Kind, at now: Int64, _ changes: [String: JSONValue?] = [:]) -> String {
        var claims: JSONObject = [
            "iss": .string(kind.issuer), "sub": "per_1", "tenant_id": "acme", "aud": "tributary",
            "scope": "*", "iat": .int(now), "exp": .int(now + 3600),
        ]
        for (name, value) in changes { claims[name] = value }
        return claims.description
    }

    /// The issuer's true signature.
    func sign(_ kind: Kind, _ message: String) throws -> [UInt8] {
        let bytes = Data(message.utf8)
        return switch kind {
        case .hs256: Self.mac(message, key: Array(Self.secret.utf8))
        case .rs256: Array(try rsa.signature(for: bytes, padding: .insecurePKCS1v1_5).rawRepresentation)
        case .es256: Array(try p256.signature(for: bytes).rawRepresentation)
        }
    }

    static func mac(_ message: String, key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data(message.utf8), using: SymmetricKey(data: key)))
    }

    /// A token with the issuer's true signature over whatever it is given.
    func token(_ kind: Kind, header: some Sequence<UInt8>, claims: some Sequence<UInt8>) throws -> String {
        let message = Self.base64(header) + "." + Self.base64(claims)
        return message + "." + Self.base64(try sign(kind, message))
    }

    func token(_ kind: Kind, header: String? = nil, claims: String) throws -> String {
        try token(kind, header: (header ?? Self.header(kind)).utf8, claims: claims.utf8)
    }

    /// The same, signed by a key that no issuer has.
    func foreign(header: String, claims: String) throws -> String {
        let message = Self.base64(header.utf8) + "." + Self.base64(claims.utf8)
        return message + "." + Self.base64(try stranger.signature(for: Data(message.utf8)).rawRepresentation)
    }
}
