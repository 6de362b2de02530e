import CannedServer
import Domain
import JSON
import Synchronization
import TestSupport
import Testing
import Tokens

@Suite("Hostile tokens over HTTP", .ownThreads)
struct HostileTokenTests {
    /// Fewer than these would mean that some of them were lost.
    private static let fewest = 200

    @Test(
        "every hostile token gets one and the same 401, and nothing that it names is fetched",
        arguments: TokenForge.Kind.allCases)
    func refused(_ kind: TokenForge.Kind) async throws {
        let forge = try TokenForge.shared.get()
        let folder = try TemporaryFolder()
        let fetched = Mutex<[String]>([])
        // One more issuer, whose keys are fetched: a token's address must not get in there either.
        let remote = #"{"iss": "https://remote.example", "alg": "ES256", "jwks_url": "https://remote.example/keys"}"#
        let setting = try forge.setting(in: folder).dropLast() + ", \(remote)]"
        let fetching = KeySetFetching(clock: ManualClock().clock) { url in
            fetched.withLock { $0.append(url) }
            throw AppError(.authInvalidToken)
        }
        let stage = try await Stage(
            issuers: IssuerSettings(setting: Secret(String(setting)), fetching: fetching).issuers)
        let now = stage.wallClock.now.milliseconds / 1_000
        try await CannedServer.with(answering: { _ in CannedServer.Answer(200, #"{"keys": []}"#) }) { lure in
            let hostile = try HostileTokens(forge: forge, kind: kind, now: now, lure: lure.url).all()
            let distinct = Set(hostile.map(\.token))
            #expect(distinct.count >= Self.fewest, "\(distinct.count) hostile tokens")
            let none = try await stage.send(.get, "/api/v1/datasources", token: "")
            #expect(none.status == 401 && none.code == "auth.invalid_token")
            for (name, token) in hostile {
                let reply = try await stage.send(.get, "/api/v1/datasources", token: token)
                #expect(reply.comparable == none.comparable, "\(name)")
                #expect(reply.header("WWW-Authenticate") == none.header("WWW-Authenticate"))
            }
            let good = try forge.token(kind, claims: TokenForge.claims(kind, at: now))
            #expect(try await stage.send(.get, "/api/v1/datasources", token: good).status == 200)
            #expect(lure.requests.isEmpty)
            #expect(fetched.withLock { $0 } == [])
        }
    }
}
