/// The signature algorithms that are accepted: RFC 7518 section 3.1 and RFC 8037 section 3.1, by their names there.
///
/// Not `none`, nothing with SHA-1, and each key has exactly one.
public enum SignatureAlgorithm: String, Sendable, CaseIterable {
    /// HMAC with SHA-256: whoever can verify can sign.
    case hs256 = "HS256"
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"
    /// RSASSA-PSS with SHA-256.
    case ps256 = "PS256"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// ECDSA on P-384 with SHA-384.
    case es384 = "ES384"
    /// Ed25519.
    case edDSA = "EdDSA"
}
