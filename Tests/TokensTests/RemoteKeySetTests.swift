import Crypto
import Domain
import JSON
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Tokens

/// A key set at a URL whose answers a test gives, and that keeps what was asked.
private final class Publisher: Sendable {
    struct State {
        var document: String?
        var urls: [String] = []
        var reports: [KeySetFetching.Report] = []
    }

    let state = Mutex(State())
    let clock = ManualClock()
    let gate: Gate?

    init(_ document: String?, gate: Gate? = nil) {
        self.gate = gate
        state.withLock { $0.document = document }
    }

    var fetching: KeySetFetching {
        KeySetFetching(clock: clock.clock) { url in
            self.state.withLock { $0.urls.append(url) }
            try await self.gate?.wait()
            guard let document = self.state.withLock({ $0.document }) else {
                throw AppError(.authInvalidToken, "down")
            }
            return Array(document.utf8)
        } report: { _, report in
            self.state.withLock { $0.reports.append(report) }
        }
    }

    var fetches: Int { state.withLock { $0.urls.count } }
    func publish(_ document: String?) { state.withLock { $0.document = document } }
}

@Suite("Issuers by URL")
struct RemoteKeySetTests {
    private let forge: Forge
    private let other = P256.Signing.PrivateKey()
    private let name = Forge.issuerName(.es256)

    init() throws { forge = try Forge.shared.get() }

    private func keySet(_ keys: String...) -> String { "{\"keys\": [\(keys.joined(separator: ","))]}" }
    private var first: String { keySet(forge.p256JWK) }
    private var second: String { keySet(Forge.p256JWK(other.publicKey, kid: "key-2")) }

    private func verifier(_ publisher: Publisher) throws -> TokenVerifier {
        let setting = #"[{"iss": "\#(name)", "alg": "ES256", "jwks_url": "https://keys.example/set"}]"#
        return TokenVerifier(
            issuers: try IssuerSettings(setting: Secret(setting), fetching: publisher.fetching).issuers)
    }

    private func token(by key: P256.Signing.PrivateKey, kid: String?) throws -> String {
        let header = Forge.base64(Forge.header(.es256, ["kid": kid.map { .string($0) }]))
        let message = header + "." + Forge.base64(Forge.claims(.es256))
        return message + "." + Forge.base64(Array(try key.signature(for: Array(message.utf8)).rawRepresentation))
    }

    private func isGood(_ token: String, _ verifier: TokenVerifier) async throws -> Bool {
        (try? await verifier.verify(token, now: Forge.now)) != nil
    }

    @Test("verifies with what the URL publishes, fetched once and only from there")
    func published() async throws {
        let publisher = Publisher(first)
        let verifier = try verifier(publisher)
        #expect(publisher.fetches == 0)
        for _ in 0..<3 { #expect(try await isGood(forge.token(.es256), verifier)) }
        #expect(publisher.state.withLock { $0.urls } == ["https://keys.example/set"])
    }

    @Test("a new key is known by the token that names it, the old one no more; without a restart")
    func rotation() async throws {
        let publisher = Publisher(first)
        let verifier = try verifier(publisher)
        let old = try forge.token(.es256)
        let new = try token(by: other, kid: "key-2")
        #expect(try await isGood(old, verifier))
        publisher.publish(second)
        #expect(try await isGood(old, verifier))
        publisher.clock.advance(by: .seconds(30))
        #expect(try await isGood(new, verifier))
        #expect(try await isGood(old, verifier) == false, "one that was verified before is verified anew")
        #expect(publisher.fetches == 2)
    }

    @Test("unknown keys cause one fetch in half a minute, whoever names them")
    func unknownKeys() async throws {
        let publisher = Publisher(first)
        let verifier = try verifier(publisher)
        for number in 0..<50 { #expect(try await isGood(token(by: other, kid: "no \(number)"), verifier) == false) }
        #expect(publisher.fetches == 1)
        publisher.clock.advance(by: .seconds(30))
        for number in 0..<50 { #expect(try await isGood(token(by: other, kid: "no \(number)"), verifier) == false) }
        #expect(publisher.fetches == 2)
        #expect(try await isGood(forge.token(.es256), verifier))
    }

    @Test("requests at once wait for one fetch")
    func singleFlight() async throws {
        let gate = Gate()
        let publisher = Publisher(first, gate: gate)
        let verifier = try verifier(publisher)
        let token = try forge.token(.es256)
        let all = Task {
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 { group.addTask { (try? await isGood(token, verifier)) == true } }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
        }
        await gate.arrival()
        gate.open()
        #expect(await all.value == 20)
        #expect(publisher.fetches == 1)
    }

    @Test(
        "the last good set stays in use, whatever comes after it",
        arguments: [nil, "", "[]", "{}", #"{"keys": []}"#, #"{"keys": [{"kty": "oct", "k": "AAAA"}]}"#])
    func outage(_ document: String?) async throws {
        let publisher = Publisher(first)
        let verifier = try verifier(publisher)
        #expect(try await isGood(forge.token(.es256), verifier))
        publisher.publish(document)
        publisher.clock.advance(by: .seconds(30))
        #expect(try await isGood(token(by: other, kid: "key-2"), verifier) == false)
        #expect(publisher.fetches == 2)
        #expect(try await isGood(forge.token(.es256, ["jti": "new"]), verifier))
        #expect(
            publisher.state.withLock { $0.reports }.contains {
                if case .failed(_, _, let keys) = $0 { keys == 1 } else { false }
            })
    }

    @Test("keeps keys fresh in the background: every five minutes, and soon again after a failure, later and later")
    func background() async throws {
        let publisher = Publisher(nil)
        let verifier = try verifier(publisher)
        #expect(verifier.hasRemoteKeys)
        let loop = Task { await verifier.keepKeysFresh() }
        var pauses: [Duration] = []
        for _ in 0..<9 {
            pauses.append(try await pause(publisher))
            if pauses.count == 8 { publisher.publish(first) }
        }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 300].map { Duration.seconds($0) })
        #expect(try await isGood(forge.token(.es256), verifier))
        loop.cancel()
        await loop.value
    }

    /// Waits until the loop sleeps, and answers how long it meant to.
    private func pause(_ publisher: Publisher) async throws -> Duration {
        while true {
            if let pause = publisher.clock.nextWake {
                publisher.clock.advance(by: pause)
                return pause
            }
            await Task.yield()
        }
    }

    @Test("a broken key among good ones is passed over, with a warning")
    func brokenKey() async throws {
        let broken = #"{"kty": "EC", "crv": "P-256", "kid": "x", "x": "AAAA", "y": "AAAA"}"#
        let publisher = Publisher(keySet(broken, forge.p256JWK, forge.p256JWK))
        let verifier = try verifier(publisher)
        #expect(try await isGood(forge.token(.es256), verifier))
        let reports = publisher.state.withLock { $0.reports }
        guard case .loaded(let keys, let warnings) = reports.first else { throw AppError(.authInvalidToken) }
        #expect(keys == 1 && warnings.count == 2)
    }

    @Test("a URL goes with no other source of keys, with no HS256, and needs nothing to be fetched at start")
    func setting() throws {
        for more in [
            #""alg": "HS256""#, #""alg": "ES256", "secret": "x""#, #""alg": "ES256", "jwks_file": "x""#,
            #""alg": "ES256", "kid": """#,
        ] {
            let setting = #"[{"iss": "a", "jwks_url": "https://a.example", \#(more)}]"#
            #expect(throws: AppError.self) { try IssuerSettings(setting: Secret(setting)) }
        }
        let setting = #"[{"iss": "a", "alg": "ES256", "jwks_url": "https://a.example"}]"#
        let settings = try IssuerSettings(setting: Secret(setting))
        #expect(settings.urls.map(\.url) == ["https://a.example"] && settings.issuers[0].keys.isEmpty)
    }
}
