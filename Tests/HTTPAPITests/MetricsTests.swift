import Domain
import JSON
import Meters
import StoreAPI
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("Metrics over HTTP")
struct MetricsTests {
    private let requests = "tributary_http_requests_total"

    private func metrics(_ stage: Stage) async throws -> PrometheusText {
        let reply = try await stage.send(.get, "/metrics", token: "")
        #expect(reply.status == 200 && reply.header("Content-Type") == "text/plain; version=0.0.4")
        #expect(reply.header("Cache-Control") == "no-store")
        let text = PrometheusText(reply.text)
        #expect(text.faults == [])
        return text
    }

    @Test("the text is well formed, in any role and without a token", arguments: [true, false])
    func form(servesAPI: Bool) async throws {
        let stage = try await Stage(servesAPI: servesAPI)
        _ = try await stage.send(.get, "/api/v1/datasources")
        let text = try await metrics(stage)
        #expect(text.samples.count > 20 && text.kinds.count > 10)
        #expect(text.value("tributary_http_requests_in_flight") == 1, "this one")
        #expect(try await stage.send(.head, "/metrics", token: "").bytes.isEmpty)
        let post = try await stage.send(.post, "/metrics", token: "")
        #expect(post.status == 405 && post.header("Allow") == "GET, HEAD")
    }

    @Test("the parser of these tests finds what is wrong")
    func parser() {
        for wrong in [
            "a 1", "a 1\n", "# HELP a A.\n# TYPE a gauge\na 1\na 2\n", "# HELP a A.\n# HELP a A.\n",
            "# HELP a A.\n# TYPE a gauge\na x\n",
            "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
            "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n",
        ] {
            #expect(PrometheusText(wrong).faults != [], "\(wrong)")
        }
    }

    @Test("requests are counted by the template of their route, method and status, with their durations")
    func requestCounts() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        for _ in 0..<3 { _ = try await stage.send(.get, "/api/v1/datasources/" + id) }
        _ = try await stage.send(.get, "/api/v1/datasources/ds_nothing")
        let text = try await metrics(stage)
        let route = "/api/v1/datasources/{id}"
        #expect(text.value(requests, ["route": route, "method": "GET", "status": "200"]) == 3)
        #expect(text.value(requests, ["route": route, "method": "GET", "status": "404"]) == 1)
        #expect(text.value(requests, ["route": "/api/v1/datasources", "method": "POST", "status": "201"]) == 1)
        #expect(text.value("tributary_http_request_duration_seconds_count", ["route": route]) == 4)
    }

    @Test("what clients make up becomes no label: paths and methods")
    func unknown() async throws {
        let stage = try await Stage()
        for path in ["/canary-path", "/api/v1/canary-path", "/metrics/canary-path"] {
            _ = try await stage.send(.get, path)
        }
        _ = try await stage.send(.put, "/api/v1/datasources")
        _ = try await stage.send(.get, "/api/v1/datasources", token: "canary-token")
        let text = try await metrics(stage)
        #expect(text.value(requests, ["route": "none", "status": "404"]) == 3)
        #expect(text.value(requests, ["method": "other", "status": "405"]) == 1)
        #expect(text.value("tributary_token_verifications_total", ["outcome": "refused"]) == 1)
        #expect(!text.samples.contains { $0.labels.values.contains { $0.contains("canary") || $0 == "PUT" } })
    }

    @Test("labels have values from closed sets alone, and no tenant, id or name is anywhere")
    func closedSets() async throws {
        let stage = try await Stage()
        let token = try stage.token("tenant-canary", app: "app-canary", subject: "subject-canary")
        let id = try await stage.register("Name-canary", token: token)
        let run = try await stage.send(.post, "/api/v1/datasources/\(id)/sync", token: token)
        _ = try await stage.send(.get, "/api/v1/datasources/\(id)?q=canary", token: token)
        let reply = try await stage.send(.get, "/metrics", token: token)
        let runID = try #require(run.json["id"]?.stringValue)
        for secret in ["canary", id, runID] { #expect(!reply.text.contains(secret), "\(secret)") }
        let groups: [any MeterGroup] = [stage.meters, stage.tokenMeters, stage.runMeters, stage.backlogMeters]
        let declared = Dictionary(
            uniqueKeysWithValues: groups.flatMap(\.all).map { ($0.declaration.name, $0.declaration) })
        for sample in PrometheusText(reply.text).samples {
            let family = sample.name.replacing(#/_(bucket|sum|count)$/#, with: "")
            let declaration = try #require(declared[sample.name] ?? declared[family])
            for (name, value) in sample.labels where name != "le" {
                let label = try #require(declaration.labels.first { $0.name == name })
                #expect(label.values.contains(value))
                #expect(value.wholeMatch(of: #/[A-Za-z0-9_\/{}.]+/#) != nil, "nothing to escape")
            }
        }
    }

    @Test("every status that the contract declares has a label of its own")
    func statuses() {
        let declared = Set(Contract.operations.flatMap(\.answers).map(\.status))
        #expect(declared.subtracting(HTTPMeters.statuses).isEmpty)
    }

    @Test("the queue is looked up at most once a second, however often anyone asks")
    func backlog() async throws {
        let clock = ManualClock()
        let stage = try await Stage(clock: clock.clock)
        let id = try await stage.register()
        _ = try await stage.send(.post, "/api/v1/datasources/\(id)/sync")
        #expect(try await metrics(stage).value("tributary_runs_queued") == 1)
        try await stage.endRun(of: id)
        for _ in 0..<5 { #expect(try await metrics(stage).value("tributary_runs_queued") == 1) }
        #expect(stage.looks.value() == 1)
        clock.advance(by: .seconds(1))
        #expect(try await metrics(stage).value("tributary_runs_queued") == 0)
        #expect(stage.looks.value() == 2)
    }

    @Test("a database that doesn't answer leaves the queue out and the rest in")
    func closedStore() async throws {
        let stage = try await Stage()
        try await stage.store.close()
        let text = try await metrics(stage)
        #expect(!text.samples.contains { $0.name == "tributary_runs_queued" })
        #expect(text.samples.contains { $0.name == "tributary_http_requests_in_flight" })
    }

    @Test("tokens are counted by what became of them, limited requests as such")
    func tokensAndLimits() async throws {
        let stage = try await Stage(requestsPerSecond: 1)
        let token = try stage.token()
        for _ in 0..<4 { _ = try await stage.send(.get, "/api/v1/datasources", token: token) }
        let text = try await metrics(stage)
        #expect(text.value("tributary_token_verifications_total", ["outcome": "verified"]) == 1)
        #expect(text.value("tributary_token_verifications_total", ["outcome": "cached"]) == 3)
        #expect(text.value("tributary_http_requests_limited_total") == 2)
        #expect(text.value(requests, ["status": "429"]) == 2)
    }

    @Test("records of a push are counted by what became of them")
    func push() async throws {
        let stage = try await Stage()
        let id = try await stage.register(
            "Pushed", ["type": "push", "config": ["entities": ["orders": ["primary_key": ["id"]]]]])
        let path = "/api/v1/datasources/\(id)/records/orders"
        for body in [#"[{"id":1},{"id":2},{"n":3}]"#, #"[{"id":1},{"id":2,"_deleted":true}]"#] {
            #expect(try await stage.send(.post, path, bytes: Array(body.utf8)).status == 200)
        }
        let text = try await metrics(stage)
        let records = ["inserted", "rejected", "unchanged", "deleted", "updated"].map { outcome in
            text.value("tributary_records_total", ["outcome": outcome])
        }
        #expect(records == [2, 1, 1, 1, 0])
    }
}
