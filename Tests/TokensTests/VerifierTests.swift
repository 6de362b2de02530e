import Crypto
import CryptoExtras
import Domain
import JSON
import Testing

@testable import Tokens

@Suite("Token verifier")
struct VerifierTests {
    let forge: Forge
    let verifier: TokenVerifier

    init() throws {
        forge = try Forge.shared.get()
        verifier = try forge.verifier()
    }

    @Test("makes a caller of a good token", arguments: Forge.Kind.allCases)
    func caller(kind: Forge.Kind) throws {
        let caller = try verifier.check(try forge.token(kind, ["app_id": "app:1"]), now: Forge.now)
        let tenant = try #require(TenantID("acme"))
        #expect(caller.scope == Scope(tenant: tenant, app: AppID("app:1")))
        #expect(caller.subject == "per_1")
        #expect(caller.grants == GrantSet([.datasourcesRead, .recordsRead]))
        #expect(caller.expiresAt == Timestamp(milliseconds: 1_700_003_600_000))
    }

    @Test("passes over scope words that it doesn't know, and grants nothing without the claim")
    func grants() throws {
        let some = try verifier.check(
            try forge.token(.hs256, ["scope": "  openid audit:read datasources:READ x*"]), now: Forge.now)
        #expect(some.grants.scope == "audit:read")
        #expect(throws: AppError.self) { try some.require(.datasourcesRead) }
        try some.require(.auditRead)
        let none = try verifier.check(try forge.token(.hs256, ["scope": nil]), now: Forge.now)
        #expect(none.grants.isEmpty)
        let all = try verifier.check(try forge.token(.hs256, ["scope": "records:read *"]), now: Forge.now)
        for grant in Grant.allCases { try all.require(grant) }
        #expect(all.grants.scope == "*")
    }

    @Test("refuses a token from the cache as soon as it has expired")
    func cached() throws {
        let token = try forge.token(.es256)
        let last = Timestamp(milliseconds: 1_700_003_599_999)
        let first = try verifier.check(token, now: Forge.now)
        #expect(try verifier.check(token, now: last) == first)
        #expect(refusal(token, by: verifier, at: last + .milliseconds(1)) == .expired)
        #expect(refusal(token, by: verifier, at: last + .milliseconds(1)) == .expired)
    }

    @Test("believes the examples of RFC 7515, appendix A.1 to A.3, as far as their claims go")
    func vectors() throws {
        let claims = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        let now = Timestamp(milliseconds: 1_300_000_000_000)
        for (algorithm, key, header, signature) in RFC7515.examples {
            let setting = #"[{"iss": "joe", "alg": "\#(algorithm)", "jwks_file": "f"}]"#
            let issuers = try IssuerSettings(setting: Secret(setting)) { _ in Array(#"{"keys": [\#(key)]}"#.utf8) }
            let verifier = TokenVerifier(issuers: issuers.issuers)
            // The signature is good, and only then is the tenant missed.
            #expect(refusal("\(header).\(claims).\(signature)", by: verifier, at: now) == .scope, "\(algorithm)")
            let wrong = (signature.first == "a" ? "b" : "a") + signature.dropFirst()
            #expect(refusal("\(header).\(claims).\(wrong)", by: verifier, at: now) == .signature, "\(algorithm)")
        }
    }

    @Test("verifies PS256, ES384 and EdDSA with keys of a set, each chosen by its id")
    func otherAlgorithms() throws {
        let p384 = P384.Signing.PrivateKey()
        let ed25519 = Curve25519.Signing.PrivateKey()
        let point = Array(p384.publicKey.rawRepresentation)
        let (x, y) = (Forge.base64(Array(point[..<48])), Forge.base64(Array(point[48...])))
        let edPoint = Forge.base64(Array(ed25519.publicKey.rawRepresentation))
        let keys = [
            #"{"kty": "EC", "crv": "P-384", "kid": "384", "x": "\#(x)", "y": "\#(y)"}"#,
            #"{"kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": "\#(edPoint)", "use": "sig", "key_ops": ["verify"]}"#,
            forge.rsaJWK, forge.p256JWK.replacing(Forge.keyID, with: "key-2"),
        ]
        let setting = """
            [{"iss": "p", "alg": "PS256", "jwks_file": "f"}, {"iss": "e", "alg": "ES384", "jwks_file": "f"},
             {"iss": "d", "alg": "EdDSA", "jwks_file": "f"}]
            """
        let settings = try IssuerSettings(setting: Secret(setting)) { _ in
            Array("{\"keys\": [\(keys.joined(separator: ","))]}".utf8)
        }
        #expect(settings.warnings.count == 9)
        let verifier = TokenVerifier(issuers: settings.issuers)
        let signers: [(String, String, String, ([UInt8]) throws -> [UInt8])] = [
            ("p", "PS256", Forge.keyID, { Array(try forge.rsa.signature(for: $0, padding: .PSS).rawRepresentation) }),
            ("e", "ES384", "384", { Array(try p384.signature(for: $0).rawRepresentation) }),
            ("d", "EdDSA", "ed", { Array(try ed25519.signature(for: $0)) }),
        ]
        for (issuer, algorithm, kid, sign) in signers {
            let header = #"{"alg": "\#(algorithm)", "kid": "\#(kid)"}"#
            let message = Forge.base64(header) + "." + Forge.base64(Forge.claims(.hs256, ["iss": .string(issuer)]))
            var signature = try sign(Array(message.utf8))
            #expect(refusal(message + "." + Forge.base64(signature), by: verifier) == nil, "\(algorithm)")
            signature[5] ^= 1
            #expect(refusal(message + "." + Forge.base64(signature), by: verifier) == .signature, "\(algorithm)")
            #expect(refusal(message + ".AAAA", by: verifier) == .signature, "\(algorithm)")
        }
    }

    @Test("asks for a key id where the issuer has several keys")
    func severalKeys() throws {
        let setting = #"[{"iss": "https://ES256.example", "alg": "ES256", "jwks_file": "f"}]"#
        let other = Forge.p256JWK(forge.stranger.publicKey, kid: "key-2")
        let settings = try IssuerSettings(setting: Secret(setting)) { _ in
            Array("{\"keys\": [\(other), \(forge.p256JWK)]}".utf8)
        }
        let verifier = TokenVerifier(issuers: settings.issuers)
        #expect(refusal(try forge.token(.es256), by: verifier) == nil)
        let bare = try forge.token(.es256, header: Forge.header(.es256, ["kid": nil]))
        #expect(refusal(bare, by: verifier) == .key)
        let wrong = try forge.token(.es256, header: Forge.header(.es256, ["kid": "key-2"]))
        #expect(refusal(wrong, by: verifier) == .signature)
    }
}

/// The examples' algorithms, keys, headers and signatures.
private enum RFC7515 {
    static let examples = [
        (
            "HS256",
            """
            {"kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}
            """,
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        ),
        (
            "RS256",
            """
            {"kty": "RSA", "e": "AQAB", "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2m\
            JPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUs\
            LA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q\
            2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}
            """,
            "eyJhbGciOiJSUzI1NiJ9",
            """
            cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1\
            dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzD\
            wusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUP\
            QGe77Rw
            """
        ),
        (
            "ES256",
            """
            {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
             "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
            """,
            "eyJhbGciOiJFUzI1NiJ9",
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        ),
    ]
}
