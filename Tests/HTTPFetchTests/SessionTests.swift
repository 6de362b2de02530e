import CannedServer
import Domain
import Egress
import HTTPFetch
import TestSupport
import Testing

@Suite("Sending requests over kept connections")
struct SessionTests {
    private func session(
        allowing networks: String = "127.0.0.0/8", _ change: (inout HTTPSession.Limits) -> Void = { _ in }
    ) throws -> HTTPSession {
        var limits = HTTPSession.Limits()
        change(&limits)
        let address = try #require(IPAddress("127.0.0.1"))
        let egress = EgressGuard(
            allowing: AllowedNetwork.list(networks) ?? [], resolver: HostResolver { _ in [address] })
        return HTTPSession(egress: egress, tenant: .named("acme"), limits: limits)
    }

    /// The code of what `work` throws.
    private func code(_ work: () async throws -> Void) async -> String? {
        do {
            try await work()
            return nil
        } catch { return (error as? AppError)?.code ?? "\(error)" }
    }

    @Test("sends method, headers and body, and gives status, headers and body")
    func whole() async throws {
        try await CannedServer.with(answers: [.init(201, "made", headers: [("X-Kind", "a")])]) { server in
            let session = try session()
            let answer = try await session.send(
                HTTPRequest(
                    "POST", server.url + "/x?y=%20z", headers: [HTTPField("X-Key", "k")], body: Array("hi".utf8)))
            #expect(answer.status == 201 && answer.first("x-kind") == "a")
            #expect(try await answer.body.collected() == Array("made".utf8))
            let request = try #require(server.requests.first)
            #expect(request.method == "POST" && request.target == "/x?y=%20z" && request.body == "hi")
            #expect(request.headers["x-key"] == "k")
            await session.close()
        }
    }

    @Test("follows redirects and leaves what may be a credential behind when the origin changes")
    func redirects() async throws {
        try await CannedServer.with(answers: [.init(200, "end")]) { other in
            try await CannedServer.with(answering: { request in
                request.path == "/here"
                    ? .init(302, headers: [("Location", "/there")])
                    : .init(307, headers: [("Location", other.url + "/far")])
            }) { server in
                let session = try session()
                let headers = [
                    HTTPField("Authorization", "Bearer s"), HTTPField("X-Key", "k"), HTTPField("Accept", "a/b"),
                ]
                let answer = try await session.send(HTTPRequest("GET", server.url + "/here", headers: headers))
                #expect(try await answer.body.collected() == Array("end".utf8))
                #expect(answer.url == other.url + "/far")
                #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer s", "Bearer s"])
                let last = try #require(other.requests.first)
                #expect(last.headers["authorization"] == nil && last.headers["x-key"] == nil)
                #expect(last.headers["accept"] == "a/b")
                await session.close()
            }
        }
    }

    @Test("asks the guard for every hop")
    func guardsHops() async throws {
        try await CannedServer.with(answering: { request in
            .init(302, headers: [("Location", "http://10.1.2.3/" + request.path)])
        }) { server in
            let session = try session()
            #expect(
                await code { _ = try await session.send(HTTPRequest("GET", server.url)) } == "egress.address_forbidden")
            await session.close()
        }
    }

    @Test("gives up a chain of redirects without an end")
    func endlessRedirects() async throws {
        try await CannedServer.with(answers: [.init(302, headers: [("Location", "/again")])]) { server in
            let session = try session()
            #expect(await code { _ = try await session.send(HTTPRequest("GET", server.url)) } == "http_fetch.redirects")
            #expect(server.requests.count == 31)
            await session.close()
        }
    }

    @Test("refuses a body beyond its limit, and tells one that is cut")
    func bodies() async throws {
        try await CannedServer.with(answering: { request in
            let body = String(repeating: "x", count: 900)
            switch request.path {
            case "/cut": return CannedServer.Answer(200, body).cut(after: 500)
            case "/chunked":
                return CannedServer.Answer(200, body).followed(by: Array(body.utf8), times: 1, isAnnounced: false)
            default: return .init(200, body + body)
            }
        }) { server in
            let session = try session { $0.bodyBytes = 1_000 }
            for path in ["/announced", "/chunked"] {
                await #expect {
                    _ = try await session.send(HTTPRequest("GET", server.url + path)).body.collected()
                } throws: { error in
                    let error = error as? AppError
                    return error?.code == "http_fetch.too_large" && error?.recovery == .fixConfig
                }
            }
            #expect(
                await code { _ = try await session.send(HTTPRequest("GET", server.url + "/cut")).body.collected() }
                    == "http_fetch.unreachable")
            await session.close()
        }
    }

    @Test("has another limit for a body that is read piece by piece")
    func streams() async throws {
        let body = String(repeating: "x", count: 2_000)
        try await CannedServer.with(answers: [.init(200, body)]) { server in
            for (limit, expected) in [(2_000, nil), (1_999, "http_fetch.too_large")] {
                let session = try session {
                    $0.bodyBytes = 1_000
                    $0.streamedBytes = limit
                }
                #expect(
                    await code {
                        for try await _ in try await session.send(HTTPRequest("GET", server.url)).body {}
                    } == expected)
                await session.close()
            }
        }
    }

    @Test("connects to nothing that the guard forbids")
    func guarded() async throws {
        try await CannedServer.with(answers: [.init(200)]) { server in
            let session = try session(allowing: "")
            #expect(
                await code { _ = try await session.send(HTTPRequest("GET", server.url)) } == "egress.address_forbidden")
            #expect(server.requests.isEmpty)
            await session.close()
        }
    }
}
