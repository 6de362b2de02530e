import CryptoExtras
import Domain
import JSON
import Testing

@testable import Tokens

@Suite("Issuers' setting")
struct IssuerSettingsTests {
    private func error(_ setting: String, file: String? = nil) -> AppError? {
        do {
            _ = try IssuerSettings(setting: Secret(setting)) { _ in file.map { Array($0.utf8) } }
            return nil
        } catch { return error as? AppError }
    }

    @Test(
        "refuses what isn't of the form, by the issuer's place and without its values",
        arguments: [
            "", "{}", "[1]", "[{}]", #"[{"iss": "a", "iss": "b", "alg": "HS256", "secret": "geheim"}]"#,
            #"[{"alg": "HS256", "secret": "geheim"}]"#, #"[{"iss": "", "alg": "HS256", "secret": "geheim"}]"#,
            #"[{"iss": "geheim", "secret": "geheim"}]"#, #"[{"iss": "geheim", "alg": "none", "secret": "geheim"}]"#,
            #"[{"iss": "geheim", "alg": "HS512", "secret": "geheim"}]"#, #"[{"iss": "geheim", "alg": "HS256"}]"#,
            #"[{"iss": "geheim", "alg": "RS256", "secret": "geheim"}]"#,
            #"[{"iss": "geheim", "alg": "HS256", "secret": ""}]"#, #"[{"iss": "geheim", "alg": "HS256", "secret": 7}]"#,
            #"[{"iss": "geheim", "alg": "HS256", "secret": "geheim", "jwks_file": "geheim"}]"#,
            #"[{"iss": "geheim", "alg": "HS256", "secret": "geheim", "audience": "geheim"}]"#,
            #"[{"iss": "geheim", "alg": "HS256", "secret": "geheim", "aud": []}]"#,
            #"[{"iss": "geheim", "alg": "HS256", "secret": "geheim", "aud": ["geheim", 1]}]"#,
            #"[{"iss": "geheim", "alg": "HS256", "secret": "geheim", "aud": ""}]"#,
            #"[{"iss": "geheim", "alg": "HS256", "secret": "geheim", "kid": 1}]"#,
            #"[{"iss": "tributary", "alg": "HS256", "secret": "geheim"}]"#,
            #"[{"iss": "g", "alg": "HS256", "secret": "geheim"}, {"iss": "g", "alg": "HS256", "secret": "geheim"}]"#,
        ])
    func malformed(setting: String) throws {
        let error = try #require(self.error(setting))
        #expect(error.code == "issuers.malformed")
        #expect(!error.message.contains("geheim"))
    }

    @Test("says that a file can't be read")
    func sources() {
        let file = #"[{"iss": "a", "alg": "RS256", "jwks_file": "/nowhere/keys.json"}]"#
        #expect(error(file)?.code == "issuers.jwks_unreadable")
        #expect(throws: AppError.self) { try IssuerSettings(setting: Secret(file)) }
        #expect(throws: AppError.self) {
            try IssuerSettings(setting: Secret(file.replacing("/nowhere/keys.json", with: "/")))
        }
    }

    @Test("takes a short secret with a warning that doesn't hold it")
    func shortSecret() throws {
        let setting =
            #"[{"iss": "a", "alg": "HS256", "secret": "geheim"}, {"iss": "b", "alg": "HS256", "secret": "x"}]"#
        let settings = try IssuerSettings(setting: Secret(setting))
        #expect(settings.issuers.map(\.name) == ["a", "b"])
        #expect(settings.warnings.count == 2)
        #expect(!settings.warnings.joined().contains("geheim"))
        #expect(try IssuerSettings(setting: Secret("[]")).issuers.isEmpty)
    }

    @Test("skips keys for encryption, other algorithms and other kinds, with a warning each")
    func skipped() throws {
        let forge = try Forge.shared.get()
        let key = forge.p256.publicKey
        let keys = [
            Forge.p256JWK(key, kid: "1", more: #", "use": "enc""#),
            Forge.p256JWK(key, kid: "2", more: #", "alg": "ES384""#),
            Forge.p256JWK(key, kid: "3", more: #", "key_ops": ["encrypt"]"#), #"{"kty": "new"}"#, "{}",
            Forge.p256JWK(key, kid: "4").replacing("P-256", with: "P-521"), forge.rsaJWK,
        ]
        let setting = #"[{"iss": "a", "alg": "ES256", "jwks_file": "f"}]"#
        #expect(error(setting, file: "{\"keys\": [\(keys.joined(separator: ","))]}")?.code == "issuers.no_key")
        let good = Forge.p256JWK(key, kid: "5", more: #", "use": "sig", "alg": "ES256", "key_ops": ["verify"]"#)
        let settings = try IssuerSettings(setting: Secret(setting)) { _ in
            Array("{\"keys\": [\((keys + [good]).joined(separator: ","))]}".utf8)
        }
        #expect(settings.warnings.count == keys.count)
        #expect(settings.issuers.first?.keys.map(\.kid) == ["5"])
    }

    @Test("takes only the key that the setting names")
    func namedKey() throws {
        let forge = try Forge.shared.get()
        let keys = ["1", "2"].map { Forge.p256JWK(forge.p256.publicKey, kid: $0) }.joined(separator: ",")
        let setting = #"[{"iss": "a", "alg": "ES256", "jwks_file": "f", "kid": "2"}]"#
        let settings = try IssuerSettings(setting: Secret(setting)) { _ in Array("{\"keys\": [\(keys)]}".utf8) }
        #expect(settings.issuers.first?.keys.map(\.kid) == ["2"])
        let other = setting.replacing("\"2\"", with: "\"3\"")
        #expect(error(other, file: "{\"keys\": [\(keys)]}")?.code == "issuers.no_key")
    }

    @Test("refuses weak and broken keys and key sets")
    func broken() throws {
        let forge = try Forge.shared.get()
        let rsa = #"[{"iss": "a", "alg": "RS256", "jwks_file": "f"}]"#
        let weak = try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1024)).publicKey
        #expect(error(rsa, file: "{\"keys\": [\(Forge.rsaJWK(weak, kid: "1"))]}")?.code == "issuers.weak_key")
        let even = forge.rsaJWK.replacing("AQAB", with: "AQAC")
        #expect(error(rsa, file: "{\"keys\": [\(even)]}")?.code == "issuers.malformed")
        let huge = #"{"kty": "RSA", "e": "AQAB", "n": "\#(Forge.base64([UInt8](repeating: 255, count: 2_048)))"}"#
        #expect(error(rsa, file: "{\"keys\": [\(huge)]}")?.code == "issuers.malformed")
        let ec = #"[{"iss": "a", "alg": "ES256", "jwks_file": "f"}]"#
        let outside =
            #"{"kty": "EC", "crv": "P-256", "x": "\#(Forge.base64([UInt8](repeating: 1, count: 32)))", "y": "AAAA"}"#
        let good = forge.p256JWK
        for keys in [outside, good.replacing("\"kid\"", with: "\"kid\": 1, \"k\""), "\(good), \(good)", "1"] {
            #expect(error(ec, file: "{\"keys\": [\(keys)]}")?.code == "issuers.malformed", "\(keys)")
        }
        let hs = #"[{"iss": "a", "alg": "HS256", "jwks_file": "f"}]"#
        #expect(error(hs, file: #"{"keys": [{"kty": "oct", "k": "c2hvcnQ"}]}"#)?.code == "issuers.weak_key")
        for file in ["", "[]", "{}", #"{"keys": 1}"#, "{\"keys\": [\(String(repeating: "{},", count: 100)){}]}"] {
            #expect(error(ec, file: file)?.code == "issuers.malformed")
        }
    }
}
