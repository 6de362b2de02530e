import Crypto
import CryptoExtras
import Domain
import JSON
import Testing
import Vault

@testable import Tokens

/// Each case is run against each of the three issuers, and each says why it is refused: a token that is refused for
/// another reason than its own doesn't test its own.
@Suite("Hostile tokens")
struct HostileTokenTests {
    let forge: Forge
    let verifier: TokenVerifier

    init() throws {
        forge = try Forge.shared.get()
        verifier = try forge.verifier()
    }

    struct ClaimCase: Sendable, CustomTestStringConvertible {
        let name: String
        let value: JSONValue?
        let refusal: TokenRefusal?
        var testDescription: String { "\(name) = \(value.map { String($0.description.prefix(40)) } ?? "absent")" }
    }

    static let second = 1_700_000_000 as Int64

    static let claimCases: [ClaimCase] = [
        ClaimCase(name: "exp", value: nil, refusal: .expired),
        ClaimCase(name: "exp", value: .int(second), refusal: .expired),
        ClaimCase(name: "exp", value: .int(second - 1), refusal: .expired),
        ClaimCase(name: "exp", value: 0, refusal: .expired),
        ClaimCase(name: "exp", value: -1, refusal: .time),
        ClaimCase(name: "exp", value: "1700003600", refusal: .time),
        ClaimCase(name: "exp", value: .null, refusal: .time),
        ClaimCase(name: "exp", value: true, refusal: .time),
        ClaimCase(name: "exp", value: [1_700_003_600], refusal: .time),
        ClaimCase(name: "exp", value: 1e300, refusal: .time),
        ClaimCase(name: "exp", value: 1_700_003_600_000, refusal: .time),
        ClaimCase(name: "exp", value: .int(second + 1), refusal: nil),
        ClaimCase(name: "exp", value: 1_700_000_000.5, refusal: nil),
        ClaimCase(name: "exp", value: 1_700_000_000.0001, refusal: .expired),
        ClaimCase(name: "nbf", value: .int(second + 61), refusal: .time),
        ClaimCase(name: "nbf", value: .int(second + 60), refusal: nil),
        ClaimCase(name: "nbf", value: "0", refusal: .time),
        ClaimCase(name: "nbf", value: .null, refusal: .time),
        ClaimCase(name: "iat", value: .int(second + 61), refusal: .time),
        ClaimCase(name: "iat", value: .int(second + 60), refusal: nil),
        ClaimCase(name: "iat", value: .object([:]), refusal: .time),
        ClaimCase(name: "iat", value: nil, refusal: nil),
        ClaimCase(name: "iss", value: nil, refusal: .issuer),
        ClaimCase(name: "iss", value: .null, refusal: .issuer),
        ClaimCase(name: "iss", value: "", refusal: .issuer),
        ClaimCase(name: "iss", value: "tributary", refusal: .issuer),
        ClaimCase(name: "iss", value: "https://HS256.example/", refusal: .issuer),
        ClaimCase(name: "iss", value: "HTTPS://HS256.example", refusal: .issuer),
        ClaimCase(name: "iss", value: "https://HS256.example\u{0}", refusal: .issuer),
        ClaimCase(name: "iss", value: ["https://HS256.example"], refusal: .issuer),
        ClaimCase(name: "tenant_id", value: nil, refusal: .scope),
        ClaimCase(name: "tenant_id", value: "", refusal: .scope),
        ClaimCase(name: "tenant_id", value: .null, refusal: .scope),
        ClaimCase(name: "tenant_id", value: 7, refusal: .scope),
        ClaimCase(name: "tenant_id", value: ["acme"], refusal: .scope),
        ClaimCase(name: "tenant_id", value: "ac me", refusal: .scope),
        ClaimCase(name: "tenant_id", value: "acme/../other", refusal: .scope),
        ClaimCase(name: "tenant_id", value: "acme\n", refusal: .scope),
        ClaimCase(name: "tenant_id", value: "acm\u{E9}", refusal: .scope),
        ClaimCase(name: "tenant_id", value: "acme\u{301}", refusal: .scope),
        ClaimCase(name: "tenant_id", value: .string(String(repeating: "a", count: 129)), refusal: .scope),
        ClaimCase(name: "tenant_id", value: .string(String(repeating: "a", count: 128)), refusal: nil),
        ClaimCase(name: "app_id", value: "", refusal: .scope),
        ClaimCase(name: "app_id", value: .null, refusal: .scope),
        ClaimCase(name: "app_id", value: "a b", refusal: .scope),
        ClaimCase(name: "app_id", value: 1, refusal: .scope),
        ClaimCase(name: "app_id", value: "app:1", refusal: nil),
        ClaimCase(name: "sub", value: nil, refusal: .subject),
        ClaimCase(name: "sub", value: "", refusal: .subject),
        ClaimCase(name: "sub", value: .null, refusal: .subject),
        ClaimCase(name: "sub", value: 42, refusal: .subject),
        ClaimCase(name: "sub", value: "a\nb", refusal: .subject),
        ClaimCase(name: "sub", value: "a\u{0}", refusal: .subject),
        ClaimCase(name: "sub", value: "a\u{7F}", refusal: .subject),
        ClaimCase(name: "sub", value: "a\u{85}", refusal: .subject),
        ClaimCase(name: "sub", value: .string(String(repeating: "s", count: 256)), refusal: .subject),
        ClaimCase(name: "sub", value: .string(String(repeating: "\u{E9}", count: 255)), refusal: nil),
        ClaimCase(name: "scope", value: ["datasources:read"], refusal: .grants),
        ClaimCase(name: "scope", value: .null, refusal: .grants),
        ClaimCase(name: "scope", value: nil, refusal: nil),
    ]

    @Test("claims are checked one by one", arguments: claimCases, Forge.Kind.allCases)
    func claims(example: ClaimCase, kind: Forge.Kind) throws {
        // An issuer's own name is in another's case already.
        let token = try forge.token(kind, [example.name: example.value])
        #expect(refusal(token, by: verifier) == example.refusal)
    }

    @Test(
        "an audience that is configured must be there, alone or among others",
        arguments: zip(
            [nil, "other", "", .null, 1, [], ["other"], [["tributary"]], "Tributary", ["other", "tributary"]],
            [true, true, true, true, true, true, true, true, true, false]) as Zip2Sequence<[JSONValue?], [Bool]>)
    func audience(value: JSONValue?, isRefused: Bool) throws {
        let changes = ["aud": value]
        #expect(refusal(try forge.token(.es256, changes), by: verifier) == (isRefused ? .audience : nil))
        #expect(refusal(try forge.token(.hs256, changes), by: verifier) == nil)
    }

    @Test("any edit of claims, header or signature is noticed", arguments: Forge.Kind.allCases)
    func edited(kind: Forge.Kind) throws {
        let token = try forge.token(kind)
        let parts = token.split(separator: ".").map(String.init)
        #expect(refusal(token, by: verifier) == nil)
        let others = Forge.base64(Forge.claims(kind, ["tenant_id": "other"]))
        #expect(refusal([parts[0], others, parts[2]].joined(separator: "."), by: verifier) == .signature)
        let header = Forge.base64(Forge.header(kind, ["typ": nil]))
        #expect(refusal([header, parts[1], parts[2]].joined(separator: "."), by: verifier) == .signature)
        let signature = try #require(Base64.decode(parts[2].utf8, .urlSafe))
        for bit in stride(from: 0, to: signature.count * 8, by: 7) {
            var flipped = signature
            flipped[bit / 8] ^= 1 << (bit % 8)
            let text = [parts[0], parts[1], Forge.base64(flipped)].joined(separator: ".")
            #expect(refusal(text, by: verifier) == .signature, "bit \(bit)")
        }
        for wrong in [signature + [0], Array(signature.dropLast()), [0], [UInt8](repeating: 0, count: signature.count)]
        {
            let text = [parts[0], parts[1], Forge.base64(wrong)].joined(separator: ".")
            #expect(refusal(text, by: verifier) == .signature)
        }
    }

    @Test("no algorithm but the key's own is believed", arguments: Forge.Kind.allCases)
    func confusion(kind: Forge.Kind) throws {
        let names: [JSONValue] = [
            "none", "None", "NONE", "nOnE", "", "HS256 ", "hs256", "HS384", "HS512", "RS1", "RS512", "PS256", "ES256K",
            "ES512", "EdDSA", "dir", "RS256\u{0}",
        ]
        for name in names + Forge.Kind.allCases.filter({ $0 != kind }).map({ .string($0.rawValue) }) {
            let header = Forge.header(kind, ["alg": name])
            #expect(refusal(try forge.token(kind, header: header), by: verifier) == .algorithm, "\(name)")
        }
        for value in [nil, .null, 256, ["HS256"]] as [JSONValue?] {
            let header = Forge.header(kind, ["alg": value])
            #expect(refusal(try forge.token(kind, header: header), by: verifier) == .header)
        }
    }

    @Test("a token without signature isn't one", arguments: Forge.Kind.allCases)
    func unsigned(kind: Forge.Kind) {
        let message = Forge.base64(#"{"alg":"none"}"#) + "." + Forge.base64(Forge.claims(kind))
        #expect(refusal(message + ".", by: verifier) == .parts)
        #expect(refusal(message, by: verifier) == .parts)
        #expect(refusal(message + ".AA", by: verifier) != nil)
    }

    @Test("a public key isn't taken for a shared secret", arguments: [Forge.Kind.rs256, .es256])
    func publicKeyAsSecret(kind: Forge.Kind) throws {
        let secrets: [[UInt8]] =
            kind == .rs256
            ? [
                Array(forge.rsa.publicKey.derRepresentation), Array(forge.rsa.publicKey.pemRepresentation.utf8),
                Array(forge.rsaJWK.utf8),
            ]
            : [
                Array(forge.p256.publicKey.derRepresentation), Array(forge.p256.publicKey.pemRepresentation.utf8),
                Array(forge.p256.publicKey.rawRepresentation),
            ]
        let header = Forge.header(.hs256, ["kid": .string(Forge.keyID)])
        let message = Forge.base64(header) + "." + Forge.base64(Forge.claims(kind))
        for secret in secrets {
            let code = HMAC<SHA256>.authenticationCode(for: Array(message.utf8), using: SymmetricKey(data: secret))
            #expect(refusal(message + "." + Forge.base64(Array(code)), by: verifier) == .algorithm)
        }
    }

    @Test("one issuer's key doesn't sign for another")
    func otherIssuer() throws {
        for (signer, name) in [(Forge.Kind.hs256, Forge.Kind.rs256), (.rs256, .es256), (.es256, .rs256)] {
            let kid = JSONValue.string(Forge.keyID)
            let token = try forge.token(
                signer, header: Forge.header(signer, ["kid": kid]), claims: Forge.claims(name))
            #expect(refusal(token, by: verifier) == .algorithm)
        }
        let message = Forge.base64(Forge.header(.es256)) + "." + Forge.base64(Forge.claims(.es256))
        let forged = try forge.stranger.signature(for: Array(message.utf8)).rawRepresentation
        #expect(refusal(message + "." + Forge.base64(Array(forged)), by: verifier) == .signature)
    }

    @Test("a key id must be the key's, to the byte", arguments: Forge.Kind.allCases)
    func keyID(kind: Forge.Kind) throws {
        for kid in ["key-2", "", "KEY-1", "key-1 ", "key-1\u{0}", "../../etc/passwd", "' OR 1=1 --"] {
            let token = try forge.token(kind, header: Forge.header(kind, ["kid": .string(kid)]))
            #expect(refusal(token, by: verifier) == .key, "\(kid)")
        }
        for kid in [.null, 1, ["key-1"]] as [JSONValue] {
            #expect(refusal(try forge.token(kind, header: Forge.header(kind, ["kid": kid])), by: verifier) == .header)
        }
        #expect(refusal(try forge.token(kind, header: Forge.header(kind, ["kid": nil])), by: verifier) == nil)
    }

    @Test("a token that brings its own key or asks to be read otherwise is refused", arguments: Forge.Kind.allCases)
    func forbiddenMembers(kind: Forge.Kind) throws {
        let own = try JSONValue(parsing: Forge.p256JWK(forge.stranger.publicKey, kid: Forge.keyID))
        let members: [(String, JSONValue)] = [
            ("jwk", own), ("jku", "https://evil.example/keys"), ("x5u", "https://evil.example/cert"), ("x5c", ["AAAA"]),
            ("crit", ["exp"]), ("crit", []), ("zip", "DEF"), ("b64", false), ("b64", true), ("jwk", .null),
        ]
        for (name, value) in members {
            let token = try forge.token(kind, header: Forge.header(kind, [name: value]))
            #expect(refusal(token, by: verifier) == .forbiddenHeader, "\(name)")
        }
        for type in ["dpop+jwt", "logout+jwt", "JWE", ""] {
            let token = try forge.token(kind, header: Forge.header(kind, ["typ": .string(type)]))
            #expect(refusal(token, by: verifier) == .header, "\(type)")
        }
        #expect(refusal(try forge.token(kind, header: Forge.header(kind, ["typ": "at+JWT"])), by: verifier) == nil)
    }

    @Test("a name that comes twice is refused, though the signature is good", arguments: Forge.Kind.allCases)
    func duplicates(kind: Forge.Kind) throws {
        let claims = Forge.claims(kind).dropLast()
        for twice in [#""tenant_id":"other""#, #""tenant\u005fid":"other""#, #""exp":1800000000"#, #""sub":"per_1""#] {
            #expect(refusal(try forge.token(kind, claims: "\(claims),\(twice)}"), by: verifier) == .json)
        }
        let nested = "\(claims),\"more\":{\"a\":1,\"a\":2}}"
        #expect(refusal(try forge.token(kind, claims: nested), by: verifier) == .json)
        let header = "\(Forge.header(kind).dropLast()),\"alg\":\"none\"}"
        #expect(refusal(try forge.token(kind, header: header), by: verifier) == .json)
    }

    @Test("header and claims must each be one JSON object", arguments: Forge.Kind.allCases)
    func json(kind: Forge.Kind) throws {
        let claims = Forge.claims(kind)
        let deep = String(repeating: "[", count: 17) + String(repeating: "]", count: 17)
        for text in [
            "null", "[]", "[\(claims)]", "\"\(kind)\"", "1", "{", "\(claims) x", "\(claims)\(claims)", "\(claims),",
            "\(claims.dropLast()),}", "\u{FEFF}\(claims)", "\(claims.dropLast()),\"deep\":\(deep)}", "// \n\(claims)",
            claims.replacing("acme", with: "\\ud800"), claims.replacing("\"", with: "'"),
        ] {
            #expect(refusal(try forge.token(kind, claims: text), by: verifier) == .json, "\(text)")
        }
        for text in ["null", "[]", "\"HS256\"", "{", ""] {
            #expect(refusal(try forge.token(kind, header: text), by: verifier) == (text.isEmpty ? .parts : .json))
        }
        let message =
            Forge.base64(Forge.header(kind)) + "." + Forge.base64(Array(claims.dropLast().utf8) + [0xFF, 0x7D])
        let token = message + "." + Forge.base64(try forge.sign(kind, message))
        #expect(refusal(token, by: verifier) == .json)
        #expect(refusal(try forge.token(kind, claims: " \r\n\t\(claims)\n"), by: verifier) == nil)
    }

    @Test("three parts of canonical base64url, and nothing else", arguments: Forge.Kind.allCases)
    func form(kind: Forge.Kind) throws {
        // 32, 64 and 256 bytes all leave spare bits in the last symbol.
        let token = try forge.token(kind)
        let parts = token.split(separator: ".").map(String.init)
        let last = try #require(parts[2].last)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let place = try #require(alphabet.firstIndex(of: last))
        let texts = [
            token.dropLast() + String(alphabet[place + 1]), token + "=", token + "==", token + " ", " " + token,
            token + "\n", token + "\u{0}", token + ".", token + ".x", "." + token, token + "." + parts[2],
            parts.joined(separator: ".."), parts.joined(separator: " ."), parts[0] + "." + parts[1],
            "Bearer " + token, "..", "...", ".", "a", "a.b.c", "\u{E9}.\u{E9}.\u{E9}", "\(parts[0])..\(parts[2])",
            token.replacing(".", with: "\u{FF0E}"), token.replacing(".", with: "%2E"), "\"\(token)\"",
            parts[0] + "." + parts[1] + "=." + parts[2], parts[0] + ".\n" + parts[1] + "." + parts[2],
            parts[0] + "." + parts[1].dropLast() + "+." + parts[2], parts[0] + "/." + parts[1] + "." + parts[2],
            [parts[0], "a", "b", parts[1], parts[2]].joined(separator: "."),
        ]
        for text in texts { #expect(refusal(text, by: verifier) == .parts, "\(text.debugDescription)") }
        #expect(refusal("", by: verifier) == .size)
    }

    @Test("a token of 8,192 bytes is read, one of more isn't", arguments: Forge.Kind.allCases)
    func size(kind: Forge.Kind) throws {
        let empty = try forge.token(kind, ["pad": ""]).utf8.count
        let room = (TokenVerifier.maxBytes - empty) / 4 * 3
        let fits = try forge.token(kind, ["pad": .string(String(repeating: "p", count: room - 3))])
        #expect(fits.utf8.count > TokenVerifier.maxBytes - 16)
        #expect(refusal(fits, by: verifier) == nil)
        let tooLong = try forge.token(kind, ["pad": .string(String(repeating: "p", count: room + 4))])
        #expect(refusal(tooLong, by: verifier) == .size)
        #expect(refusal(String(repeating: "a", count: 10_000_000), by: verifier) == .size)
    }

    @Test("whatever is wrong, the error is the same")
    func oneError() async throws {
        let tokens = [
            "", "a.b.c", String(repeating: "a", count: 9_000), try forge.token(.es256, ["exp": 1]),
            try forge.token(.hs256, ["iss": "who"]), try forge.token(.rs256, ["tenant_id": ""]),
        ]
        for token in tokens {
            let error = await #expect(throws: AppError.self) { try await verifier.verify(token, now: Forge.now) }
            #expect(error == AppError(.authInvalidToken))
            #expect(error?.category == .unauthenticated)
        }
    }
}
