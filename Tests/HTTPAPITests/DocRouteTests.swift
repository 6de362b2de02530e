import JSON
import Testing

@Suite("The documentation over HTTP")
struct DocRouteTests {
    @Test("is open, by GET and HEAD, with a strong tag and strict headers")
    func headers() async throws {
        let stage = try await Stage()
        let page = try await stage.send(.get, "/docs/datasources", token: "")
        #expect(page.status == 200 && page.header("Content-Type") == "text/html; charset=utf-8")
        #expect(page.text.hasPrefix("<!DOCTYPE html>"))
        let policy = try #require(page.header("Content-Security-Policy"))
        #expect(policy.hasPrefix("default-src 'none'; script-src 'self'") && policy.contains("frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe") && !policy.contains("*"))
        #expect(page.header("X-Content-Type-Options") == "nosniff")
        #expect(page.header("Referrer-Policy") == "no-referrer")
        #expect(page.header("Cache-Control") == "public, no-cache")
        let tag = try #require(page.etag)
        #expect(tag.hasPrefix("\""))
        let head = try await stage.send(.head, "/docs/datasources", token: "")
        #expect(head.status == 200 && head.bytes.isEmpty && head.etag == tag)
        let known = try await stage.send(.get, "/docs/datasources", token: "", headers: ["If-None-Match": tag])
        #expect(known.status == 304 && known.bytes.isEmpty)
        let asset = try await stage.send(.get, "/docs/assets/docs.css", token: "")
        #expect(asset.status == 200 && asset.header("Content-Type") == "text/css; charset=utf-8")
    }

    @Test("has a way from the root, and problems for what isn't there")
    func places() async throws {
        let stage = try await Stage()
        let root = try await stage.send(.get, "/", token: "")
        #expect(root.status == 302 && root.header("Location") == "/docs")
        let slash = try await stage.send(.get, "/docs/runs/", token: "")
        #expect(slash.status == 308 && slash.header("Location") == "/docs/runs")
        #expect(try await stage.send(.get, "/docs/../etc/passwd", token: "").code == "route.not_found")
        #expect(try await stage.send(.get, "/docs/errors/no.such", token: "").code == "route.not_found")
        #expect(try await stage.send(.post, "/docs", token: "").status == 405)
        let worker = try await Stage(servesAPI: false)
        #expect(try await worker.send(.get, "/docs", token: "").status == 404)
    }

    @Test("an error's type is the path of its page")
    func errorPages() async throws {
        let stage = try await Stage()
        let refusal = try await stage.send(.get, "/api/v1/datasources?colour=red")
        let page = try #require(refusal.json["type"]?.stringValue)
        #expect(page == "/docs/errors/query.unknown")
        #expect(try await stage.send(.get, page, token: "").status == 200)
    }
}
