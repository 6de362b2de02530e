import CannedServer
import Dispatch
import Domain
import Egress
import HTTPFetch
import TestSupport
import Testing

@Suite("Fetching a document over HTTP")
struct FetchTests {
    private static let tenant = TenantID.named("acme")

    /// A guard that lets loopback through and resolves every name to it.
    private func loopback() throws -> EgressGuard {
        let network = try #require(AllowedNetwork("127.0.0.0/8"))
        let address = try #require(IPAddress("127.0.0.1"))
        return EgressGuard(allowing: [network], resolver: HostResolver { _ in [address] })
    }

    private func fetcher(_ change: (inout HTTPFetcher.Limits) -> Void = { _ in }) throws -> HTTPFetcher {
        var limits = HTTPFetcher.Limits()
        limits.time = .seconds(60)
        change(&limits)
        return HTTPFetcher(egress: try loopback(), clock: .machine, limits: limits)
    }

    private func get(_ url: String, by fetcher: HTTPFetcher) async throws -> FetchedDocument {
        try await fetcher.get(url, for: Self.tenant, accept: "application/json")
    }

    private func code(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch { return (error as? AppError)?.code ?? "\(error)" }
    }

    @Test("connects to the address that the guard gave, and asks for the name")
    func names() async throws {
        try await CannedServer.with(answering: { _ in
            CannedServer.Answer(200, "[1]", headers: [("Content-Type", "application/json")])
        }) { server in
            let port = try #require(server.url.split(separator: ":").last)
            let document = try await get("http://keys.example:\(port)/a/b?c=%20", by: try fetcher())
            #expect(document.status == 200 && document.contentType == "application/json")
            #expect(document.body == Array("[1]".utf8))
            let request = try #require(server.requests.first)
            #expect(request.method == "GET" && request.target == "/a/b?c=%20")
            #expect(request.headers["host"] == "keys.example:\(port)")
            #expect(request.headers["accept"] == "application/json")
            #expect(server.requests.count == 1)
        }
    }

    @Test("follows no redirect and answers whatever status comes", arguments: [301, 302, 307, 404, 500])
    func statuses(_ status: Int) async throws {
        try await CannedServer.with(answering: { _ in
            CannedServer.Answer(status, "x", headers: [("Location", "/other")])
        }) { server in
            let document = try await get(server.url, by: try fetcher())
            #expect(document.status == status)
            #expect(server.requests.map(\.path) == ["/"])
        }
    }

    @Test("takes a body of the limit and refuses one byte more")
    func size() async throws {
        try await CannedServer.with(answering: { request in
            CannedServer.Answer(200, String(repeating: "a", count: request.path == "/fits" ? 1_000 : 1_001))
        }) { server in
            let small = try fetcher { $0.bodyBytes = 1_000 }
            #expect(try await get(server.url + "/fits", by: small).body.count == 1_000)
            #expect(await code { _ = try await get(server.url + "/more", by: small) } == "http_fetch.too_large")
        }
    }

    @Test(
        "ends at its time, wherever the server stops",
        arguments: [CannedServer.Answer.never, .init(200, "abcdef").stuck(after: 3)])
    func time(_ answer: CannedServer.Answer) async throws {
        try await CannedServer.with(answering: { _ in answer }) { server in
            let hasty = try fetcher { $0.time = .milliseconds(300) }
            #expect(await code { _ = try await get(server.url, by: hasty) } == "http_fetch.timeout")
        }
    }

    @Test("says so when a connection can't be had or breaks")
    func broken() async throws {
        let port = try await CannedServer.with(answering: { request in
            request.path == "/lost" ? .lost : CannedServer.Answer(200, "abcdef").cut(after: 3)
        }) { server in
            for path in ["/lost", "/cut"] {
                #expect(
                    await code { _ = try await get(server.url + path, by: try fetcher()) } == "http_fetch.unreachable")
            }
            return try #require(server.url.split(separator: ":").last)
        }
        #expect(
            await code { _ = try await get("http://127.0.0.1:\(port)", by: try fetcher()) }
                == "http_fetch.unreachable")
    }

    @Test("speaks TLS for the name: a server that has no certificate for it isn't believed")
    func tls() async throws {
        try await CannedServer.with(answering: { _ in CannedServer.Answer(200) }) { server in
            let url = "https" + server.url.dropFirst("http".count)
            #expect(await code { _ = try await get(url, by: try fetcher()) } == "http_fetch.unreachable")
            #expect(server.requests.isEmpty)
        }
    }

    @Test("asks the guard first: what it refuses is never connected to")
    func refused() async throws {
        try await CannedServer.with(answering: { _ in CannedServer.Answer(200) }) { server in
            let strict = HTTPFetcher(egress: EgressGuard(), clock: .machine)
            #expect(await code { _ = try await get(server.url, by: strict) } == "egress.address_forbidden")
            #expect(await code { _ = try await get("file:///etc/passwd", by: strict) } == "egress.url_invalid")
            #expect(server.requests.isEmpty)
        }
    }

    @Test("goes on to the next address when one can't be reached")
    func nextAddress() async throws {
        try await CannedServer.with(answering: { _ in CannedServer.Answer(200) }) { server in
            let network = try #require(AllowedNetwork("127.0.0.0/8"))
            let addresses = try ["127.0.0.2", "127.0.0.1"].map { try #require(IPAddress($0)) }
            let egress = EgressGuard(allowing: [network], resolver: HostResolver { _ in addresses })
            var limits = HTTPFetcher.Limits()
            limits.time = .seconds(60)
            let port = try #require(server.url.split(separator: ":").last)
            let document = try await get(
                "http://two.example:\(port)", by: HTTPFetcher(egress: egress, clock: .machine, limits: limits))
            #expect(document.status == 200)
        }
    }

    @Test("stops waiting for a slow resolver and when it is cancelled")
    func slowNames() async throws {
        let network = try #require(AllowedNetwork("127.0.0.0/8"))
        let address = try #require(IPAddress("127.0.0.1"))
        let end = DispatchSemaphore(value: 0)
        let egress = EgressGuard(
            allowing: [network],
            resolver: HostResolver { _ in
                end.wait()
                end.signal()
                return [address]
            })
        var limits = HTTPFetcher.Limits()
        limits.time = .milliseconds(200)
        let hasty = HTTPFetcher(egress: egress, clock: .machine, limits: limits)
        #expect(await code { _ = try await get("http://slow.example", by: hasty) } == "http_fetch.timeout")
        limits.time = .seconds(600)
        let patient = HTTPFetcher(egress: egress, clock: .machine, limits: limits)
        let task = Task { try await get("http://slow.example", by: patient) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        end.signal()
    }
}
