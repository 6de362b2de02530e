import Domain
import JSON
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("Run events and rate limits over HTTP")
struct EventAndLimitTests {
    private let path = "/api/v1/datasources/"
    private let accept = ["Accept": "text/event-stream"]

    private func queue(_ stage: Stage) async throws -> (id: String, events: String) {
        let id = try await stage.register()
        let run = try #require(try await stage.send(.post, path + id + "/sync").json["id"]?.stringValue)
        return (id, path + id + "/runs/" + run + "/events")
    }

    @Test("a run that has ended is told at once, and a browser that asks again is told that there is no more")
    func ended() async throws {
        let stage = try await Stage()
        let (id, events) = try await queue(stage)
        try await stage.endRun(of: id)
        let reply = try await stage.send(.get, events, headers: accept)
        #expect(reply.status == 200 && reply.header("Content-Type") == "text/event-stream")
        #expect(reply.header("Cache-Control") == "no-store")
        #expect(reply.text.hasPrefix("id: end\nevent: end\ndata: {") && reply.text.hasSuffix("}\n\n"))
        #expect(reply.text.contains(#""status":"succeeded""#) && !reply.text.contains("progress"))
        let again = try await stage.send(.get, events, headers: ["Last-Event-ID": "end"])
        #expect(again.status == 204 && again.bytes.isEmpty)
    }

    @Test("a run under way is told as it is, and its end as it comes")
    func underWay() async throws {
        let stage = try await Stage(clock: .machine)
        let (id, events) = try await queue(stage)
        async let reply = stage.send(.get, events, headers: accept)
        // Whether the stream began before or after, it ends with the run.
        try await stage.endRun(of: id, .failed)
        let text = try await reply.text
        #expect(text.split(separator: "event: end").count == 2 && text.contains(#""status":"failed""#))
    }

    @Test("events are for those who may see the run, and take no other form")
    func refusals() async throws {
        let stage = try await Stage()
        let (_, events) = try await queue(stage)
        let foreign = try await stage.send(.get, events, token: stage.token("globex"), headers: accept)
        #expect(foreign.status == 404 && foreign.code == "datasource.not_found")
        #expect(try await stage.send(.get, events, headers: ["Accept": "application/json"]).status == 406)
        let other = try await stage.send(.get, events.replacing("run_", with: "run_0"), headers: accept)
        #expect(other.status == 404)
    }

    @Test("a tenant that asks too often is told to wait and for how long, and others aren't")
    func rateLimit() async throws {
        let stage = try await Stage(requestsPerSecond: 1)
        let first = try await stage.send(.get, "/api/v1/datasources")
        #expect(first.status == 200 && first.header("RateLimit-Policy") == #""default";q=2;w=2"#)
        #expect(first.header("RateLimit") == #""default";r=1;t=1"#)
        #expect(try await stage.send(.get, "/api/v1/nothing").status == 404, "what isn't there counts too")
        let refused = try await stage.send(.get, "/api/v1/datasources")
        #expect(refused.status == 429 && refused.code == "request.throttled" && refused.header("Retry-After") == "1")
        #expect(refused.header("RateLimit") == #""default";r=0;t=2"#)
        #expect(try await stage.send(.get, "/api/v1/datasources", token: stage.token("globex")).status == 200)
        #expect(try await stage.send(.get, "/health").header("RateLimit") == nil)
        let off = try await Stage().send(.get, "/api/v1/datasources")
        #expect(off.header("RateLimit") == nil && off.header("RateLimit-Policy") == nil)
    }

    @Test("a bucket fills evenly up to its burst; an Application has one of its own within its tenant's")
    func buckets() throws {
        let clock = ManualClock()
        let limiter = RateLimiter(perSecond: 10, burst: 2, clock: clock.clock)
        let tenant = Scope(tenant: .named("acme"))
        let app = Scope(tenant: .named("acme"), app: .named("app_1"))
        #expect(limiter.take(app).isAllowed && limiter.take(tenant).isAllowed && !limiter.take(app).isAllowed)
        #expect(limiter.take(tenant).wait == .milliseconds(100))
        clock.advance(by: .milliseconds(100))
        #expect(limiter.take(tenant).isAllowed && !limiter.take(tenant).isAllowed)
        clock.advance(by: .seconds(60))
        #expect((0..<3).map { _ in limiter.take(tenant).isAllowed } == [true, true, false])
        clock.advance(by: .milliseconds(100))
        for number in 0..<30_000 { _ = limiter.take(Scope(tenant: .named("t\(number)"))) }
        #expect(limiter.count <= RateLimiter.mostBuckets)
    }
}
