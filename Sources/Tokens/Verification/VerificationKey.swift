import Crypto
import CryptoExtras

/// A key that tokens are verified with. It belongs to one algorithm: a token never chooses.
struct VerificationKey: Sendable {
    private enum Material: Sendable {
        case hmac(SymmetricKey)
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    /// The key isn't of the algorithm's kind or not within the bounds.
    struct Unusable: Error {}

    static let minRSABits = 2048
    /// Verifying costs the square of it.
    static let maxRSABits = 8192

    let kid: String?
    let algorithm: SignatureAlgorithm
    private let material: Material

    /// A shared secret of at least one byte, for HS256.
    init(kid: String?, secret: [UInt8]) {
        self.kid = kid
        algorithm = .hs256
        material = .hmac(SymmetricKey(data: secret))
    }

    /// An RSA public key by modulus and exponent, big end first, for RS256 or PS256. Throws unless it is a key of
    /// `minRSABits` to `maxRSABits`.
    init(kid: String?, algorithm: SignatureAlgorithm, modulus: [UInt8], exponent: [UInt8]) throws {
        let key = try _RSA.Signing.PublicKey(n: modulus, e: exponent)
        guard algorithm == .rs256 || algorithm == .ps256,
            (Self.minRSABits...Self.maxRSABits).contains(key.keySizeInBits)
        else { throw Unusable() }
        self.kid = kid
        self.algorithm = algorithm
        material = .rsa(key)
    }

    /// A point of the algorithm's curve, both coordinates for ECDSA. Throws unless it is on the curve.
    init(kid: String?, algorithm: SignatureAlgorithm, point: [UInt8]) throws {
        material =
            switch algorithm {
            case .es256: .p256(try P256.Signing.PublicKey(rawRepresentation: point))
            case .es384: .p384(try P384.Signing.PublicKey(rawRepresentation: point))
            case .edDSA: .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: point))
            case .hs256, .rs256, .ps256: throw Unusable()
            }
        self.kid = kid
        self.algorithm = algorithm
    }

    init(kid: String, publicKey: P256.Signing.PublicKey) {
        self.kid = kid
        algorithm = .es256
        material = .p256(publicKey)
    }

    /// Whether `signature`, in the form that JWS gives it, is this key's for `message`.
    func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        switch material {
        case .hmac(let key): HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: message, using: key)
        case .rsa(let key):
            key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: message),
                padding: algorithm == .ps256 ? .PSS : .insecurePKCS1v1_5)
        case .p256(let key):
            // Refused before it is verified where its length is wrong: not a signature.
            (try? P256.Signing.ECDSASignature(rawRepresentation: signature))
                .map { key.isValidSignature($0, for: message) } ?? false
        case .p384(let key):
            // As above.
            (try? P384.Signing.ECDSASignature(rawRepresentation: signature))
                .map { key.isValidSignature($0, for: message) } ?? false
        case .ed25519(let key): key.isValidSignature(signature, for: message)
        }
    }
}
