import Crypto
import CryptoExtras
import Foundation
import JSON

/// Tokens that must all be refused, each with a name; most of them with the issuer's true signature.
struct HostileTokens {
    let forge: TokenForge
    let kind: TokenForge.Kind
    /// Seconds since 1970.
    let now: Int64
    /// Where keys would be fetched if a token had a say in it.
    let lure: String

    func all() throws -> [(name: String, token: String)] {
        try algorithms() + confusions() + keyIDs() + embeddedKeys() + editedClaims() + wrongClaims() + duplicates()
            + encodings() + texts() + sizes()
    }

    private var claims: String { TokenForge.claims(kind, at: now) }
    private func good() throws -> String { try forge.token(kind, claims: claims) }

    private func signed(_ header: [String: JSONValue?]) throws -> String {
        try forge.token(kind, header: TokenForge.header(kind, header), claims: claims)
    }

    private func algorithms() throws -> [(String, String)] {
        let names = [
            "none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "ES256",
            "ES384", "ES512", "ES256K", "EdDSA", "hs256", "rs256", "es256", " \(kind.rawValue)", "\(kind.rawValue) ",
            "\(kind.rawValue)\u{0}", "RSA-OAEP", "dir",
        ].filter { $0 != kind.rawValue }.map { JSONValue.string($0) }
        let values: [JSONValue?] = names + [nil, .null, 1, true, [.string(kind.rawValue)], ["a": 1]]
        return try values.flatMap { value in
            let token = try signed(["alg": value])
            let message = token[...(token.lastIndex(of: ".") ?? token.startIndex)]
            return [
                ("alg \(value ?? "missing")", token), ("alg \(value ?? "missing"), no signature", String(message)),
                ("alg \(value ?? "missing"), other signature", message + "AAAA"),
            ]
        }
    }

    /// What everybody may know, taken for a shared secret.
    private func confusions() throws -> [(String, String)] {
        let primitives = try forge.rsa.publicKey.getKeyPrimitives()
        var keys: [(String, [UInt8])] = [
            ("RSA PEM", Array(forge.rsa.publicKey.pemRepresentation.utf8)),
            ("RSA DER", Array(forge.rsa.publicKey.derRepresentation)), ("RSA modulus", Array(primitives.modulus)),
            ("P-256 PEM", Array(forge.p256.publicKey.pemRepresentation.utf8)),
            ("P-256 DER", Array(forge.p256.publicKey.derRepresentation)),
            ("P-256 point", Array(forge.p256.publicKey.rawRepresentation)),
            ("P-256 X9.63", Array(forge.p256.publicKey.x963Representation)),
        ]
        keys += ["", "secret", "password", "tributary", TokenForge.keyID, kind.issuer].map {
            ("\"\($0)\"", Array($0.utf8))
        }
        keys += [
            ("zeros", [UInt8](repeating: 0, count: 32)), ("half the secret", Array(TokenForge.secret.utf8.prefix(16))),
            ("base64 of the secret", Array(TokenForge.base64(TokenForge.secret.utf8).utf8)),
        ]
        return keys.flatMap { name, key in
            ["HS256", kind.rawValue].map { algorithm in
                let header = TokenForge.header(kind, ["alg": .string(algorithm)])
                let message = TokenForge.base64(header.utf8) + "." + TokenForge.base64(claims.utf8)
                let code = TokenForge.base64(TokenForge.mac(message, key: key))
                return ("\(algorithm) with \(name) as its secret", message + "." + code)
            }
        }
    }

    private func keyIDs() throws -> [(String, String)] {
        let ids: [JSONValue] = [
            "", "key-2", "KEY-1", "key-1 ", " key-1", "key-1\u{0}", "../../../../dev/null", "' OR 1=1 --", .null, 1,
            true, ["key-1"], ["kid": "key-1"], .string(lure), .string(String(repeating: "k", count: 2_000)),
        ]
        return try ids.map { ("kid \($0)", try signed(["kid": $0])) }
    }

    private func embeddedKeys() throws -> [(String, String)] {
        let jwk: JSONValue = ["kty": "EC", "crv": "P-256", "kid": "key-1", "x": "AAAA", "y": "AAAA"]
        let members: [(String, JSONValue)] = [
            ("jwk", jwk), ("jwk", .null), ("jku", .string(lure + "/jku")), ("jku", .null),
            ("x5u", .string(lure + "/x5u")),
            ("x5u", ""), ("x5c", ["MIIB"]), ("x5c", []), ("crit", ["exp"]), ("crit", ["b64"]), ("crit", []),
            ("b64", false),
            ("b64", true), ("zip", "DEF"), ("zip", ""),
        ]
        return try members.flatMap { name, value in
            let header = TokenForge.header(kind, [name: value])
            return [
                ("\(name) \(value)", try forge.token(kind, header: header, claims: claims)),
                ("\(name) \(value), by the key it brings", try forge.foreign(header: header, claims: claims)),
            ]
        }
    }

    /// A true signature over other claims, and other hands' signatures.
    private func editedClaims() throws -> [(String, String)] {
        let parts = try good().split(separator: ".")
        let edits: [(String, JSONValue)] = [
            ("tenant_id", "rival"), ("sub", "root"), ("scope", "* "), ("exp", .int(now + 999_999)), ("app_id", "other"),
            ("jti", "1"), ("iss", .string(TokenForge.Kind.allCases.filter { $0 != kind }[0].issuer)),
        ]
        var tokens = edits.map { name, value in
            let claims = TokenForge.base64(TokenForge.claims(kind, at: now, [name: value]).utf8)
            return ("\(name) edited", "\(parts[0]).\(claims).\(parts[2])")
        }
        tokens.append(("a stranger's", try forge.foreign(header: TokenForge.header(kind), claims: claims)))
        for other in TokenForge.Kind.allCases where other != kind {
            let foreign = try forge.token(other, claims: claims)
            tokens.append(("by the issuer of \(other.rawValue)", foreign))
            let theirs = TokenForge.header(other)
            tokens.append(
                ("in the manner of \(other.rawValue)", try forge.token(other, header: theirs, claims: claims)))
        }
        return tokens
    }

    private func wrongClaims() throws -> [(String, String)] {
        let noTimes: [JSONValue] = ["soon", .null, true, [], [:], -1, 1e300, .string(String(now + 60))]
        let noNames: [JSONValue] = [
            "", .null, 1, true, [], [:], "a b", "a/b", "a\u{0}", "ä", "a\n", "*",
            .string(String(repeating: "a", count: 129)),
        ]
        var wrong: [(String, JSONValue?)] = [
            ("exp", nil), ("exp", 0), ("exp", .int(now)), ("exp", .int(now - 1)), ("nbf", .int(now + 61)),
            ("nbf", .int(now + 3_600)), ("iat", .int(now + 61)), ("iat", .int(now + 3_600)), ("tenant_id", nil),
            ("sub", nil), ("sub", ""), ("sub", .null), ("sub", 1), ("sub", ["per_1"]), ("sub", "a\u{0}"),
            ("sub", "a\n"),
            ("sub", .string(String(repeating: "a", count: 256))), ("scope", 1), ("scope", .null), ("scope", true),
            ("scope", ["*"]), ("scope", [:]), ("iss", nil), ("iss", ""), ("iss", .null), ("iss", 1),
            ("iss", [.string(kind.issuer)]), ("iss", .string(kind.issuer + "/")),
            ("iss", .string(kind.issuer + "\u{0}")),
            ("iss", .string(kind.issuer.uppercased())), ("iss", "tributary"), ("iss", .string(lure)), ("aud", nil),
            ("aud", ""), ("aud", "other"), ("aud", "Tributary"), ("aud", .null), ("aud", 1), ("aud", []), ("aud", [1]),
            ("aud", ["other", ["tributary"]]), ("aud", ["tributary": true]),
        ]
        for name in ["exp", "nbf", "iat"] { wrong += noTimes.map { (name, $0) } }
        for name in ["tenant_id", "app_id"] { wrong += noNames.map { (name, $0) } }
        return try wrong.map { name, value in
            let claims = TokenForge.claims(kind, at: now, [name: value])
            return ("\(name) \(value ?? "missing")", try forge.token(kind, claims: claims))
        }
    }

    private func duplicates() throws -> [(String, String)] {
        let header = TokenForge.header(kind)
        var tokens: [(String, String)] = []
        for member in [#""alg": "none""#, #""alg": "\#(kind.rawValue)""#, #""typ": "JWT""#, #""\u0061lg": "none""#] {
            let text = "{\(member), " + String(header.dropFirst())
            tokens.append(("header twice \(member)", try forge.token(kind, header: text, claims: claims)))
        }
        for member in [
            #""tenant_id": "rival""#, #""exp": 1"#, #""sub": "root""#, #""iss": "other""#, #""scope": "*""#,
            #""aud": "other""#, #""tenant\u005fid": "rival""#,
        ] {
            let texts: [String] = [
                "{\(member), " + String(claims.dropFirst()), String(claims.dropLast()) + ", \(member)}",
            ]
            for text in texts {
                tokens.append(("claims twice \(text.prefix(24))", try forge.token(kind, claims: text)))
            }
        }
        return tokens
    }
}
