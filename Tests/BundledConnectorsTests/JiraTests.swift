import CannedServer
import Domain
import JSON
import Testing

@Suite("Jira")
struct JiraTests {
    private func with(
        _ mock: JiraMock = JiraMock(), token: String = "right", config more: JSONObject = [:],
        _ work: (CannedServer, ConnectorStage) async throws -> Void
    ) async throws {
        try await CannedServer.with(answering: mock.answer) { server in
            var config: JSONObject = ["site_url": .string(server.url + "/"), "email": "admin@acme.example"]
            for member in more { config[member.name] = member.value }
            try await work(server, ConnectorStage("jira", config: config, secrets: ["api_token": token]))
        }
    }

    @Test("takes a right API token, and no wrong one, even where Jira doesn't say so by the status")
    func check() async throws {
        try await with { _, stage in
            let error = try await stage.check()
            #expect(error == nil)
        }
        try await with(token: "wrong") { _, stage in
            let error = try await stage.check()
            #expect(error?.recovery == .reauthorise)
        }
        try await with(JiraMock(isQuietAboutLogins: true), token: "wrong") { _, stage in
            let error = try await stage.check()
            #expect(error?.category == .source)
            let reading = try await stage.read("projects")
            #expect(reading.error != nil && !reading.isComplete)
        }
    }

    @Test("offers projects, issues and users")
    func discover() async throws {
        try await with { _, stage in
            let entities = try await stage.discover()
            #expect(entities.map(\.name) == ["projects", "issues", "users"])
            #expect(entities.map(\.primaryKey) == [["id"], ["id"], ["accountId"]])
            #expect(entities.map(\.defaultMode) == [.full, .incremental, .full])
        }
    }

    @Test("reads every page of every entity, and waits where Jira asks for it")
    func full() async throws {
        try await with(JiraMock(limitedAt: 1)) { _, stage in
            let projects = try await stage.read("projects")
            #expect(projects.values("key") == ["P1", "P2", "P3", "P4", "P5"])
            #expect(stage.waits == [8])
            let users = try await stage.read("users")
            #expect(users.values("accountId") == ["a1", "a2", "a3", "a4", "a5"])
            let issues = try await stage.read("issues")
            #expect(issues.error == nil && issues.isComplete && issues.values("id") == ["1", "2", "3", "4", "5"])
            #expect(issues.records.allSatisfy { $0["updated"] == $0["fields"]?["updated"] })
        }
    }

    @Test("asks a second time only for issues that changed, a look-back before the newest that was seen")
    func again() async throws {
        for (hours, bound) in [(12, "2025-03-04 22:00"), (1, "2025-03-05 09:00")] {
            let mock = JiraMock()
            try await with(mock, config: ["lookback_hours": .int(hours)]) { server, stage in
                let first = try await stage.read("issues")
                mock.issues.put(JiraMock.issue(2, day: 9))
                let count = server.requests.count
                let second = try await stage.read("issues", from: first.state)
                #expect(second.values("id") == ["2", "5"])
                let asked = server.requests.dropFirst(count).compactMap { $0.query?["jql"] }
                #expect(asked == [#"updated >= "\#(bound)" order by updated desc"#])
                #expect(second.stateText.contains("2025-03-09T10:00:00.500000+0000"))
            }
        }
    }

    @Test("reads the projects that the config names only")
    func projects() async throws {
        try await with(config: ["projects": ["P2", "P4"]]) { server, stage in
            let projects = try await stage.read("projects")
            #expect(projects.values("key") == ["P2", "P4"])
            let issues = try await stage.read("issues")
            #expect(issues.records.isEmpty)
            let jql = server.requests.compactMap { $0.query?["jql"] }
            #expect(jql == [#"project in ("P2","P4") and updated >= "2000-01-02 00:00" order by updated desc"#])
        }
    }
}
