import Crypto
import CryptoExtras
import Domain

/// How a token is signed (RFC 7518, 3).
enum SigningAlgorithm: String, Sendable {
    case HS256, HS384, HS512
    case RS256, RS384, RS512
    case PS256, PS384, PS512
    case ES256, ES384, ES512
    case EdDSA

    /// The signature of some bytes.
    ///
    /// - Parameter key: The secret itself for HMAC, else a private key as PEM.
    func signature(of bytes: [UInt8], key: String) throws -> [UInt8] {
        do {
            return try unexplained(bytes, key)
        } catch {
            // The library's own words may hold parts of the key.
            throw RequestBuilding.invalid("the key isn't one that \(rawValue) signs with")
        }
    }

    private func unexplained(_ bytes: [UInt8], _ key: String) throws -> [UInt8] {
        switch self {
        case .HS256: Self.code(SHA256.self, bytes, key)
        case .HS384: Self.code(SHA384.self, bytes, key)
        case .HS512: Self.code(SHA512.self, bytes, key)
        case .RS256: try Self.rsa(SHA256.hash(data: bytes), key, .insecurePKCS1v1_5)
        case .RS384: try Self.rsa(SHA384.hash(data: bytes), key, .insecurePKCS1v1_5)
        case .RS512: try Self.rsa(SHA512.hash(data: bytes), key, .insecurePKCS1v1_5)
        case .PS256: try Self.rsa(SHA256.hash(data: bytes), key, .PSS)
        case .PS384: try Self.rsa(SHA384.hash(data: bytes), key, .PSS)
        case .PS512: try Self.rsa(SHA512.hash(data: bytes), key, .PSS)
        case .ES256: Array(try P256.Signing.PrivateKey(pemRepresentation: key).signature(for: bytes).rawRepresentation)
        case .ES384: Array(try P384.Signing.PrivateKey(pemRepresentation: key).signature(for: bytes).rawRepresentation)
        case .ES512: Array(try P521.Signing.PrivateKey(pemRepresentation: key).signature(for: bytes).rawRepresentation)
        case .EdDSA: try Self.edwards(bytes, key)
        }
    }

    private static func code<Hash: HashFunction>(_: Hash.Type, _ bytes: [UInt8], _ key: String) -> [UInt8] {
        Array(HMAC<Hash>.authenticationCode(for: bytes, using: SymmetricKey(data: Array(key.utf8))))
    }

    private static func rsa(
        _ digest: some Digest, _ key: String, _ padding: _RSA.Signing.Padding
    ) throws -> [UInt8] {
        Array(
            try _RSA.Signing.PrivateKey(pemRepresentation: key).signature(for: digest, padding: padding)
                .rawRepresentation)
    }

    /// PKCS #8 of Ed25519 (RFC 8410, 7): sixteen bytes, then the 32 of the key.
    private static func edwards(_ bytes: [UInt8], _ key: String) throws -> [UInt8] {
        let lines = key.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }
        guard let der = Base64Reader.bytes(lines.joined()), der.count == 48 else {
            throw RequestBuilding.invalid("the key isn't an Ed25519 key")
        }
        return Array(try Curve25519.Signing.PrivateKey(rawRepresentation: der[16...]).signature(for: bytes))
    }
}

/// Reads base64 (RFC 4648, 4).
enum Base64Reader {
    /// The bytes that a text stands for; nil for a text that isn't base64.
    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        var output: [UInt8] = []
        var bits = 0
        var count = 0
        for byte in text.utf8 where byte != UInt8(ascii: "=") {
            guard let value = value(of: byte) else { return nil }
            bits = (bits << 6 | value) & 0xFFFFFF
            count += 6
            if count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return output
    }

    private static func value(of byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
