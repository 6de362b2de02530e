import CannedServer
import JSON
import Synchronization
import Testing

@testable import TributaryClient

/// A server that issues tokens `t1`, `t2` … and takes only the newest that it hasn't revoked.
private final class Issuer: Sendable {
    struct State {
        var issued = 0
        var isRevoked = false
        var refusesToIssue = false
        var lifetime: Int? = 100
    }

    let state = Mutex(State())

    func answer(_ request: CannedServer.Request) -> CannedServer.Answer {
        state.withLock { state in
            guard request.path == "/api/v1/auth/token" else {
                let isGood = !state.isRevoked && request.headers["authorization"] == "Bearer t\(state.issued)"
                return isGood ? .init(200, Bodies.source()) : .problem(401, "auth.invalid_token")
            }
            if state.refusesToIssue { return .init(500) }
            state.issued += 1
            state.isRevoked = false
            let life = state.lifetime.map { #","expires_in":\#($0)"# } ?? ""
            return .init(200, #"{"access_token":"t\#(state.issued)","token_type":"Bearer"\#(life)}"#)
        }
    }
}

@Suite("Tokens")
struct TokenTests {
    private let time = StillTime()
    private let issuer = Issuer()
    private let secret = Credential.secret(id: "app", secret: HiddenText("s3cret-canary"), scope: "a b")

    private func withClient(
        _ work: (TributaryClient, CannedServer) async throws -> Void
    ) async throws {
        try await CannedServer.with(answering: { [issuer] in issuer.answer($0) }) { server in
            let client = TributaryClient(server, secret, in: time)
            try await work(client, server)
            await client.close()
        }
    }

    private func tokenRequests(_ server: CannedServer) -> [CannedServer.Request] {
        server.requests.filter { $0.path == "/api/v1/auth/token" }
    }

    @Test("client credentials are changed into a token at the first call, and the token is kept")
    func fetched() async throws {
        try await withClient { client, server in
            #expect(server.requests.isEmpty)
            for _ in 0..<3 { _ = try await client.datasources.get("ds_1") }
            let asked = tokenRequests(server)
            #expect(asked.count == 1 && server.requests.count == 4)
            #expect(asked.first?.method == "POST" && asked.first?.headers["authorization"] == nil)
            #expect(
                try JSONValue(parsing: asked.first?.body ?? "") == [
                    "grant_type": "client_credentials", "client_id": "app", "client_secret": "s3cret-canary",
                    "scope": "a b",
                ])
        }
    }

    @Test(
        "a token is renewed before it expires, for long lives and short ones",
        arguments: [
            (1000, 799, 801), (100, 69, 71), (60, 29, 31), (10, 4, 6),
        ])
    func renewed(lifetime: Int, early: Int, late: Int) async throws {
        issuer.state.withLock { $0.lifetime = lifetime }
        try await withClient { client, server in
            _ = try await client.datasources.get("ds_1")
            time.pass(.seconds(early))
            _ = try await client.datasources.get("ds_1")
            #expect(tokenRequests(server).count == 1)
            time.pass(.seconds(late - early))
            _ = try await client.datasources.get("ds_1")
            #expect(tokenRequests(server).count == 2)
            #expect(server.requests.last?.headers["authorization"] == "Bearer t2")
        }
    }

    @Test(
        "a token without a lifetime is good until it is refused, and one of absurd length for long",
        arguments: [nil, Int.max])
    func withoutLifetime(lifetime: Int?) async throws {
        issuer.state.withLock { $0.lifetime = lifetime }
        try await withClient { client, server in
            _ = try await client.datasources.get("ds_1")
            time.pass(.seconds(1_000_000))
            _ = try await client.datasources.get("ds_1")
            #expect(tokenRequests(server).count == 1)
        }
    }

    @Test("a hundred calls with an expired token make one request for a new one")
    func together() async throws {
        try await withClient { client, server in
            _ = try await client.datasources.get("ds_1")
            time.pass(.seconds(101))
            try await withThrowingTaskGroup { group in
                for _ in 0..<100 { group.addTask { _ = try await client.datasources.get("ds_1") } }
                try await group.waitForAll()
            }
            #expect(tokenRequests(server).count == 2)
            #expect(server.requests.count == 103)
        }
    }

    @Test("a hundred calls with a revoked token make one request for a new one, and all succeed")
    func revokedTogether() async throws {
        try await withClient { client, server in
            _ = try await client.datasources.get("ds_1")
            issuer.state.withLock { $0.isRevoked = true }
            try await withThrowingTaskGroup { group in
                for _ in 0..<100 { group.addTask { _ = try await client.datasources.get("ds_1") } }
                try await group.waitForAll()
            }
            #expect(tokenRequests(server).count == 2)
        }
    }

    @Test(
        "a call that is refused for its token is sent once more with a new one, a create too; then the refusal counts")
    func refused() async throws {
        try await withClient { client, server in
            _ = try await client.datasources.get("ds_1")
            issuer.state.withLock { $0.isRevoked = true }
            _ = try await client.datasources.create(json: ["name": "n"])
            let creates = server.requests.filter { $0.method == "POST" && $0.path == "/api/v1/datasources" }
            #expect(creates.map { $0.headers["authorization"] } == ["Bearer t1", "Bearer t2"])
            #expect(creates.first?.headers["idempotency-key"] == creates.last?.headers["idempotency-key"])
        }
        let stubborn = Mutex(0)
        try await CannedServer.with(answering: { request in
            guard request.path == "/api/v1/auth/token" else { return .problem(401, "auth.invalid_token") }
            let count = stubborn.withLock { count in
                count += 1
                return count
            }
            return .init(200, #"{"access_token":"t\#(count)","token_type":"bearer"}"#)
        }) { server in
            let client = TributaryClient(server, secret, in: time)
            let error = await #expect(throws: TributaryError.self) { try await client.datasources.get("ds_1") }
            #expect(error?.code == .invalidToken)
            #expect(server.requests.count == 4)
        }
    }

    @Test("a fixed token that is refused isn't tried again")
    func fixed() async throws {
        try await CannedServer.with(answers: [.problem(401, "auth.invalid_token")]) { server in
            let client = TributaryClient(server, in: time)
            await #expect(throws: TributaryError.self) { try await client.datasources.get("ds_1") }
            #expect(server.requests.count == 1)
        }
    }

    @Test("where no new token can be had, one that is still good goes on, and the issuer isn't asked at every call")
    func failedRenewal() async throws {
        try await withClient { client, server in
            _ = try await client.datasources.get("ds_1")
            issuer.state.withLock { $0.refusesToIssue = true }
            time.pass(.seconds(85))
            for _ in 0..<5 { _ = try await client.datasources.get("ds_1") }
            #expect(tokenRequests(server).count == 2)
            time.pass(.seconds(6))
            _ = try await client.datasources.get("ds_1")
            #expect(tokenRequests(server).count == 3)
            time.pass(.seconds(10))
            let error = await #expect(throws: TributaryError.self) { try await client.datasources.get("ds_1") }
            #expect(error?.status == 500)
            issuer.state.withLock { $0.refusesToIssue = false }
            _ = try await client.datasources.get("ds_1")
            #expect(server.requests.last?.headers["authorization"] == "Bearer t2")
        }
    }

    @Test(
        "a token's answer that has none is told",
        arguments: [
            "{}", #"{"access_token":"x","token_type":"mac"}"#, #"{"access_token":7,"token_type":"bearer"}"#, "<html>",
        ])
    func oddAnswers(body: String) async throws {
        try await CannedServer.with(answers: [.init(200, body)]) { server in
            let client = TributaryClient(server, secret, in: time)
            let error = await #expect(throws: ConnectionError.self) { try await client.datasources.get("ds_1") }
            #expect(error?.reason == .unreadable)
            #expect(server.requests.count == 1, "nothing is asked with what isn't a token")
        }
    }

    @Test("a token of the caller's is asked for once at a time, and its failure is the call's")
    func provider() async throws {
        struct Broken: Error {}
        let made = Mutex(0)
        try await CannedServer.with(answers: [.init(200, Bodies.source())]) { server in
            let provided = Credential.provider {
                let count = made.withLock { made in
                    made += 1
                    return made
                }
                if count == 1 { throw Broken() }
                return AccessToken("p\(count)", lifetime: .seconds(100))
            }
            let endless = ClientLimits(callTimeout: .seconds(Int64.max), retryTimeout: .seconds(Int64.max))
            let client = TributaryClient(server, provided, limits: endless, in: time)
            await #expect(throws: Broken.self) { try await client.datasources.get("ds_1") }
            for _ in 0..<3 { _ = try await client.datasources.get("ds_1") }
            #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer p2", "Bearer p2", "Bearer p2"])
        }
    }

    @Test("whoever is cancelled leaves the wait for a token; the others get it")
    func cancelledWait() async throws {
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        try await CannedServer.with(answering: { [issuer] request in
            if request.path == "/api/v1/auth/token" { for await _ in gate {} }
            return issuer.answer(request)
        }) { server in
            let client = TributaryClient(server, secret, in: time)
            let leaver = Task { try await client.datasources.get("ds_1") }
            let stayer = Task { try await client.datasources.get("ds_1") }
            while tokenRequests(server).isEmpty { await Task.yield() }
            leaver.cancel()
            await #expect(throws: CancellationError.self) { try await leaver.value }
            opening.finish()
            _ = try await stayer.value
            #expect(tokenRequests(server).count == 1)
        }
    }

    @Test("secrets and tokens are in no description, mirror, dump or error")
    func hidden() async throws {
        let canaries = ["s3cret-canary", "tok-canary"]
        let echo = Bodies.problem(
            400, "x.s3cret-canary", detail: "wrong: s3cret-canary",
            more:
                #","request_id":"s3cret-canary","hint":"s3cret-canary","errors":[{"pointer":"/s3cret-canary","code":"c","detail":"s3cret-canary"}]"#
        )
        try await CannedServer.with(answers: [.init(400, echo)]) { server in
            var texts: [String] = []
            func see(_ value: Any) {
                texts += ["\(value)", String(reflecting: value)]
                var text = ""
                dump(value, to: &text)
                texts.append(text)
            }
            let clients = [
                TributaryClient(server, secret, in: time), TributaryClient(server, .token(HiddenText("tok-canary"))),
                TributaryClient(url: server.url, clientID: "app", clientSecret: "s3cret-canary"),
            ]
            for client in clients {
                see(client)
                see(client.datasources)
                see(client.datasources.all())
                see(client.datasources.follow("ds_1", from: nil))
                see(client.connectors)
                see(client.server)
            }
            see(AccessToken("tok-canary", lifetime: .seconds(5)))
            see(secret)
            do {
                _ = try await clients[0].datasources.get("ds_1")
                Issue.record("the token request was refused")
            } catch {
                see(error)
                #expect((error as? TributaryError)?.status == 400)
            }
            for canary in canaries { #expect(texts.filter { $0.contains(canary) } == []) }
            // Sockets in use hold requests with tokens: a dump must not get there.
            #expect(!texts.contains { $0.contains("Transport") || $0.contains("HTTPClient") })
            #expect("\(clients[0])" == "TributaryClient(\(server.url))")
        }
    }
}
