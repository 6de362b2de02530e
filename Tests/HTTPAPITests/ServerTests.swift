import Domain
import HTTPAPI
import JSON
import StoreAPI
import TestSupport
import Testing

@Suite("The server's manners over HTTP")
struct ServerTests {
    @Test("health and readiness need no token, and readiness waits for the start")
    func health() async throws {
        let stage = try await Stage()
        let health = try await stage.send(.get, "/health", token: "")
        #expect(
            health.json == ["status": "ok", "version": "1.2.3", "role": "api", "worker_id": "w1", "database": "ok"])
        #expect(try await stage.send(.get, "/ready", token: "").status == 200)
        stage.status.markStopping()
        let stopped = try await stage.send(.get, "/ready", token: "")
        #expect(stopped.status == 503 && stopped.code == "server.not_ready" && stopped.header("Retry-After") != nil)
        stage.status.markStarted()
        try await stage.store.close()
        #expect(try await stage.send(.get, "/ready", token: "").status == 503)
        #expect(try await stage.send(.get, "/health", token: "").json["database"] == "unavailable")
    }

    @Test("the issuer's public keys are public")
    func keys() async throws {
        let stage = try await Stage()
        let reply = try await stage.send(.get, "/.well-known/jwks.json", token: "")
        #expect(reply.status == 200 && reply.json["keys"]?[0]?["kty"] == "EC")
        #expect(reply.json["keys"]?[0]?["d"] == nil)
    }

    @Test("a worker serves its health and its metrics and nothing else")
    func worker() async throws {
        let stage = try await Stage(servesAPI: false)
        #expect(try await stage.send(.get, "/health").status == 200)
        #expect(try await stage.send(.get, "/ready").status == 200)
        #expect(try await stage.send(.get, "/metrics").status == 200)
        for path in ["/api/v1/datasources", "/.well-known/jwks.json"] {
            #expect(try await stage.send(.get, path).code == "route.not_found")
        }
    }

    @Test("a request id is kept when it is well formed and made otherwise, in header and body alike")
    func requestID() async throws {
        let stage = try await Stage()
        let kept = try await stage.send(.get, "/nothing", headers: ["X-Request-Id": "abc-1.2_3"])
        #expect(kept.header("X-Request-Id") == "abc-1.2_3" && kept.json["request_id"] == "abc-1.2_3")
        for bad in ["", "a b", "a\"b", String(repeating: "a", count: 129)] {
            let made = try await stage.send(.get, "/nothing", headers: ["X-Request-Id": bad])
            let id = try #require(made.header("X-Request-Id"))
            #expect(id.count == 26 && made.json["request_id"]?.stringValue == id)
        }
        #expect(try await stage.send(.get, "/health").header("X-Request-Id")?.count == 26)
    }

    @Test("an unknown path is 404 and a wrong method 405 with what is allowed")
    func routing() async throws {
        let stage = try await Stage()
        for path in [
            "/nothing", "/api", "/api/v1", "/api/v1/nothing", "/api/v1/datasources/", "//health", "/health/",
        ] {
            let reply = try await stage.send(.get, path)
            #expect(reply.status == 404 && reply.code == "route.not_found", "\(path)")
            #expect(reply.header("Content-Type") == "application/problem+json")
        }
        let put = try await stage.send(.put, "/api/v1/datasources/x")
        #expect(put.status == 405 && put.header("Allow") == "DELETE, GET, HEAD, PATCH")
        #expect(try await stage.send(.options, "/api/v1/datasources").header("Allow") == "GET, HEAD, POST")
        #expect(try await stage.send(.post, "/health").status == 405)
    }

    @Test("an answer that the client excludes is 406")
    func accept() async throws {
        let stage = try await Stage()
        for accept in ["text/html", "application/json;q=0", "image/*"] {
            let reply = try await stage.send(.get, "/api/v1/datasources", headers: ["Accept": accept])
            #expect(reply.status == 406 && reply.code == "route.not_acceptable")
        }
        for accept in ["application/json", "*/*", "text/html, application/*;q=0.1", ""] {
            #expect(try await stage.send(.get, "/api/v1/datasources", headers: ["Accept": accept]).status == 200)
        }
    }

    @Test("HEAD answers as GET does, without the body")
    func head() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let get = try await stage.send(.get, "/api/v1/datasources/" + id)
        let head = try await stage.send(.head, "/api/v1/datasources/" + id)
        #expect(head.status == 200 && head.bytes.isEmpty && head.etag == get.etag)
        #expect(head.header("Content-Length") == String(get.bytes.count))
        #expect(try await stage.send(.head, "/api/v1/datasources/nothing").status == 404)
    }

    @Test("a fault inside is a bare 500 and one line in the log")
    func fault() async throws {
        let stage = try await Stage()
        let id = try #require(DataSourceID(try await stage.register()))
        try await stage.write { transaction in
            var source = try #require(try transaction.sources.find(id))
            source.secrets = ["password": [1, 2, 3]]
            try transaction.sources.update(source)
        }
        let reply = try await stage.send(
            .post, "/api/v1/datasources/\(id)/check", headers: ["X-Request-Id": "find-me"])
        #expect(reply.status == 500 && reply.code == "secrets.undecryptable")
        #expect(reply.json["detail"]?.stringValue?.contains("request id") == true)
        let lines = stage.log.all.filter { $0.hasPrefix("error") }
        #expect(lines.count == 1 && lines.first?.contains("find-me") == true)
    }

    @Test("each request leaves one debug line with its route, not its path")
    func log() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let before = stage.log.all.count
        _ = try await stage.send(.get, "/api/v1/datasources/" + id)
        let lines = stage.log.all.dropFirst(before)
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        #expect(line.hasPrefix("debug") && line.contains("/api/v1/datasources/{id}") && line.contains("200"))
        #expect(!line.contains(id))
    }
}
