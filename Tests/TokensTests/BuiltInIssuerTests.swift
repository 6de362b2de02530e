import Crypto
import Domain
import JSON
import StoreAPI
import TestSupport
import Testing
import Vault

@testable import Tokens

@Suite("Built-in issuer")
struct BuiltInIssuerTests {
    let store = KeyStore()

    private func issuer() async throws -> BuiltInIssuer {
        let vault = Vault(
            masterKeys: try MasterKeys(setting: Secret("one:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")))
        try await vault.prepare(in: store)
        return try await BuiltInIssuer(store: store, vault: vault)
    }

    private func mint(
        _ issuer: BuiltInIssuer, subject: String = "per_1", app: AppID? = nil, ttl: Duration = .seconds(3600),
        now: Timestamp = Forge.now
    ) throws -> String {
        let tenant = try #require(TenantID("acme"))
        let token = try issuer.mint(
            tenant: tenant, subject: subject, app: app, grants: GrantSet([.recordsRead]), ttl: ttl, now: now)
        return token.withExposed { $0 }
    }

    @Test("mints tokens that are believed, also after a restart")
    func mints() async throws {
        let issuer = try await issuer()
        let token = try mint(issuer, app: AppID("app_1"))
        let again = try await self.issuer()
        for issuer in [issuer, again] {
            let caller = try TokenVerifier(issuers: [issuer.issuer]).check(token, now: Forge.now)
            #expect(caller.scope.tenant.rawValue == "acme")
            #expect(caller.scope.app == AppID("app_1"))
            #expect(caller.subject == "per_1")
            #expect(caller.grants == GrantSet([.recordsRead]))
            #expect(caller.expiresAt == Forge.now + .seconds(3600))
        }
        #expect(store.contents.issuerKeys.count == 1)
        #expect(issuer.publicKeys == again.publicKeys)
    }

    @Test("keeps its private key sealed, and in its own place")
    func sealed() async throws {
        let issuer = try await issuer()
        let row = try #require(store.contents.issuerKeys.first)
        #expect(row.sealed.count == 32 + 45)
        #expect(row.kid.utf8.count == 43)
        #expect(issuer.publicKeys["keys"]?[0]?["kid"]?.stringValue == row.kid)
        store.contents.issuerKeys[0].kid = "another"
        let error = await #expect(throws: AppError.self) { try await self.issuer() }
        #expect(error?.code == "secrets.undecryptable")
    }

    @Test("publishes nothing but public halves, from which others verify")
    func publicKeys() async throws {
        let issuer = try await issuer()
        let key = try #require(issuer.publicKeys["keys"]?[0]?.objectValue)
        #expect(Set(key.names) == ["kty", "crv", "x", "y", "kid", "alg", "use"])
        let setting = #"[{"iss": "relay", "alg": "ES256", "jwks_file": "f"}]"#
        let settings = try IssuerSettings(setting: Secret(setting)) { _ in Array(issuer.publicKeys.description.utf8) }
        let relayed = Issuer(name: BuiltInIssuer.name, keys: try #require(settings.issuers.first).keys)
        #expect(refusal(try mint(issuer), by: TokenVerifier(issuers: [relayed])) == nil)
    }

    @Test("doesn't believe another installation's tokens")
    func otherInstallation() async throws {
        let other = try await BuiltInIssuerTests().issuer()
        let verifier = TokenVerifier(issuers: [try await issuer().issuer])
        #expect(refusal(try mint(other), by: verifier) == .key)
    }

    @Test("keeps lifetimes and subjects within bounds")
    func bounds() async throws {
        let issuer = try await issuer()
        for ttl in [Duration.zero, .milliseconds(999), .seconds(-5), .seconds(10 * 366 * 86_400 + 1)] {
            #expect(throws: AppError(.tokenInvalidLifetime)) { try mint(issuer, ttl: ttl) }
        }
        for subject in ["", "a\u{7}", String(repeating: "a", count: 256)] {
            #expect(throws: AppError(.tokenInvalidSubject)) { try mint(issuer, subject: subject) }
        }
        let verifier = TokenVerifier(issuers: [issuer.issuer])
        let late = Timestamp(milliseconds: 1_700_000_000_900)
        let token = try mint(issuer, ttl: .seconds(1), now: late)
        #expect(refusal(token, by: verifier, at: late + .milliseconds(1_099)) == nil)
        #expect(refusal(token, by: verifier, at: late + .milliseconds(1_100)) == .expired)
        #expect(refusal(try mint(issuer, ttl: .seconds(3650 * 86_400)), by: verifier) == nil)
    }

    @Test("only its own tokens name API keys; another issuer's claim of that name means nothing")
    func keyClaims() async throws {
        let own = try await issuer()
        let key = APIKeyID(ULID(bits: 7))
        let tenant = try #require(TenantID("acme"))
        let token = try own.mint(
            tenant: tenant, subject: "s", app: AppID("app_1"), grants: .all, ttl: .seconds(60), now: Forge.now, key: key
        ).withExposed { $0 }
        #expect(try TokenVerifier(issuers: [own.issuer]).check(token, now: Forge.now).key == key)
        let forge = try Forge.shared.get()
        for claim in [JSONValue.string(key.rawValue), "nonsense", 1] {
            let foreign = try forge.token(.es256, ["key_id": claim])
            #expect(try forge.verifier().check(foreign, now: Forge.now).key == nil)
        }
    }
}
