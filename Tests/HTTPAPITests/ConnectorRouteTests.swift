import ConnectorAPI
import Domain
import JSON
import Registry
import Synchronization
import TestSupport
import Testing

@Suite("Connectors and schedules over HTTP")
struct ConnectorRouteTests {
    private let path = "/api/v1/datasources/"

    @Test("the catalogue lists connectors with their schemas")
    func catalogue() async throws {
        let stage = try await Stage()
        let list = try await stage.send(.get, "/api/v1/connectors")
        #expect(list.items.map { $0["type"] } == ["house", "probe", "push"])
        let one = try await stage.send(.get, "/api/v1/connectors/probe")
        #expect(one.json == list.items[1])
        #expect(one.json["config_schema"]?["properties"]?["password"]?["x-secret"] == true)
        #expect(one.json["capabilities"] == ["check", "discover", "full"])
        let unknown = try await stage.send(.get, "/api/v1/connectors/nothing")
        #expect(unknown.status == 404 && unknown.code == "connector.unknown")
    }

    @Test("a check gives the connector config and secrets, and tells a failure as an outcome")
    func check() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let good = try await stage.send(.post, path + id + "/check")
        #expect(good.status == 200 && good.json["ok"] == true && good.json["error"] == .null)
        let context = try #require(stage.connector.contexts.last)
        #expect(context.config == ["host": "db.example"] && context.tenant.rawValue == "acme")
        #expect(context.secrets["password"]?.withExposed { $0 } == Stage.canary)
        stage.connector.onCall { _ in
            throw AppError(.connectorTimeout, "no answer", recovery: .waitForSource)
        }
        let bad = try await stage.send(.post, path + id + "/check")
        #expect(bad.status == 200 && bad.json["ok"] == false)
        #expect(
            bad.json["error"] == ["code": "connector.timeout", "message": "no answer", "recovery": "wait_for_source"])
        stage.connector.onCall { _ in throw Oddity() }
        let odd = try await stage.send(.post, path + id + "/check")
        #expect(odd.json["error"]?["code"] == "connector.fault" && odd.json["error"]?["recovery"] == "report_bug")
        #expect(!odd.text.contains("secret detail"))
    }

    @Test("an unsaved config is checked first, then tried, and not kept")
    func checkConfig() async throws {
        let stage = try await Stage()
        let place = "/api/v1/connectors/probe/check"
        let bad = try await stage.send(.post, place, ["config": ["port": 0, "x": 1]])
        #expect(bad.status == 422 && bad.code == "config.invalid")
        #expect(
            bad.faults == [
                "/config/port config.range", "/config/x config.unknown", "/config/host config.required",
                "/config/password config.secret_missing",
            ])
        #expect(
            try await stage.send(.post, place, ["cfg": [:]]).faults == ["/cfg field.unknown", "/config field.required"])
        #expect(stage.connector.contexts.isEmpty)
        let good = try await stage.send(.post, place, ["config": ["host": "h", "password": "p"]])
        #expect(good.json["ok"] == true && stage.connector.contexts.count == 1)
        #expect(try await stage.send(.get, "/api/v1/datasources").json["total"] == 0)
    }

    @Test("a check that takes too long is given up", .timeLimit(.minutes(5)))
    func timeout() async throws {
        let stage = try await Stage(clock: .leaping())
        let id = try await stage.register()
        let gate = Gate()
        stage.connector.onCall { _ in try await gate.wait() }
        let reply = try await stage.send(.post, path + id + "/check")
        #expect(reply.status == 200 && reply.json["error"]?["code"] == "connector.timeout")
        gate.open()
    }

    @Test("one tenant has few checks at once, and another tenant's go on")
    func limit() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let rival = try stage.token("rival")
        let other = try await stage.register(token: rival)
        let gates = (0..<4).map { _ in Gate() }
        let turn = Mutex(0)
        stage.connector.onCall { _ in
            let number = turn.withLock { turn in
                defer { turn += 1 }
                return turn
            }
            if number < gates.count { try await gates[number].wait() }
        }
        let tasks = gates.map { _ in Task { try await stage.send(.post, path + id + "/check").json["ok"] } }
        for gate in gates { await gate.arrival() }
        let refused = try await stage.send(.post, path + id + "/check")
        #expect(refused.status == 429 && refused.code == "connector.busy" && refused.header("Retry-After") == "5")
        #expect(try await stage.send(.post, path + other + "/check", token: rival).json["ok"] == true)
        for gate in gates { gate.open() }
        for task in tasks { #expect(try await task.value == true) }
        #expect(try await stage.send(.post, path + id + "/check").json["ok"] == true)
    }

    @Test("entities tell what is offered and what is selected; a source's failure has a status of its own")
    func entities() async throws {
        let stage = try await Stage()
        let id = try await stage.register("Orders", ["entities": [["name": "orders", "mode": "full"]]])
        let list = try await stage.send(.get, path + id + "/entities")
        #expect(list.items.map { $0["name"] } == ["orders", "items"])
        #expect(list.items.map { $0["selected"] } == [true, false])
        #expect(list.items[0]["modes"] == ["full"] && list.items[0]["cursor_fields"] == ["updated"])
        stage.connector.onCall { _ in throw AppError(.connectorTimeout, recovery: .retry) }
        let down = try await stage.send(.get, path + id + "/entities")
        #expect(down.status == 503 && down.header("Retry-After") != nil && down.json["recovery"] == "retry")
        stage.connector.onCall { _ in throw AppError(.connectorFault, recovery: .reauthorise) }
        let refused = try await stage.send(.get, path + id + "/entities")
        #expect(refused.status == 409 && refused.json["recovery"] == "reauthorise")
    }

    @Test("a schedule's next times are shown, and a bad request is told")
    func preview() async throws {
        let stage = try await Stage()
        let place = "/api/v1/schedules/preview"
        let reply = try await stage.send(
            .post, place, ["schedule": "30 4 * * *", "from": "2026-03-01T00:00:00+00:00", "count": 2])
        #expect(
            reply.json == [
                "schedule": "30 4 * * *", "times": ["2026-03-01T04:30:00.000Z", "2026-03-02T04:30:00.000Z"],
            ])
        #expect(try await stage.send(.post, place, ["schedule": "PT1H"]).json["times"]?.arrayValue?.count == 5)
        let bad = try await stage.send(.post, place, ["schedule": "x", "from": "now", "count": 0, "y": 1])
        #expect(
            bad.faults == [
                "/schedule schedule.invalid", "/from field.format", "/count field.value", "/y field.unknown",
            ])
        #expect(try await stage.send(.post, place, [:]).faults == ["/schedule field.required"])
    }
}

private struct Oddity: Error, CustomStringConvertible {
    let description = "secret detail"
}
