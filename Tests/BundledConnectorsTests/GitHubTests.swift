import CannedServer
import Domain
import JSON
import Testing

@Suite("GitHub")
struct GitHubTests {
    private func with(
        _ mock: GitHubMock = GitHubMock(), token: String = GitHubMock.token, organization: String = "acme",
        _ work: (CannedServer, ConnectorStage) async throws -> Void
    ) async throws {
        try await CannedServer.with(answering: mock.answer) { server in
            let stage = ConnectorStage(
                "github", config: ["organizations": [.string(organization)], "base_url": .string(server.url)],
                secrets: ["token": token])
            try await work(server, stage)
        }
    }

    @Test("takes a right token, and says whose fault it is otherwise")
    func check() async throws {
        try await with { _, stage in
            let error = try await stage.check()
            #expect(error == nil)
        }
        try await with(token: "wrong") { _, stage in
            let error = try await stage.check()
            #expect(error?.code == "declarative.denied" && error?.recovery == .reauthorise)
        }
        try await with(organization: "nobody") { _, stage in
            let error = try await stage.check()
            #expect(error?.recovery == .fixConfig)
        }
    }

    @Test("offers repositories, issues, pull requests and users")
    func discover() async throws {
        try await with { _, stage in
            let entities = try await stage.discover()
            #expect(entities.map(\.name) == ["repositories", "issues", "pull_requests", "users"])
            #expect(entities.map(\.primaryKey) == [["id"], ["id"], ["id"], ["organization", "id"]])
            #expect(entities.map(\.defaultMode) == [.full, .incremental, .incremental, .full])
        }
    }

    @Test("reads every page of every entity")
    func full() async throws {
        try await with { _, stage in
            let repositories = try await stage.read("repositories")
            #expect(repositories.error == nil && repositories.isComplete)
            #expect(repositories.values("id") == ["1", "2", "3", "4", "5"])
            let users = try await stage.read("users")
            #expect(
                users.values("login") == ["u1", "u2", "u3"] && users.values("organization").allSatisfy { $0 == "acme" })
            // A pull request is no issue; a repository without issues and one that is gone have none.
            let issues = try await stage.read("issues")
            #expect(issues.error == nil && issues.isComplete)
            #expect(issues.values("id") == ["1", "2", "21", "4", "5"])
            #expect(issues.values("repository") == ["acme/r1", "acme/r1", "acme/r1", "acme/r1", "acme/r2"])
            let pulls = try await stage.read("pull_requests")
            #expect(pulls.values("id") == ["1", "2", "22", "3", "4", "5"])
            #expect(pulls.records.allSatisfy { $0["head"]?["repo"] == nil && $0["base"]?["repo"] == nil })
            #expect(pulls.records.allSatisfy { $0["head"]?["ref"] == "b" })
        }
    }

    @Test("asks a second time only for issues that changed")
    func issuesAgain() async throws {
        let mock = GitHubMock()
        try await with(mock) { server, stage in
            let first = try await stage.read("issues")
            mock.tables["/repos/acme/r1/issues"]?.put(GitHubMock.issue(1, "2025-05-01T00:00:00Z"))
            let count = server.requests.count
            let second = try await stage.read("issues", from: first.state)
            #expect(second.values("id") == ["1", "21", "5"] && second.isComplete)
            let asked = server.requests.dropFirst(count).filter { $0.path == "/repos/acme/r1/issues" }
            // A minute before the newest that was seen.
            #expect(asked.map { $0.query?["since"] } == ["2025-03-05T09:59:00Z"])
        }
    }

    @Test("reads pull requests a second time down to the first that didn't change")
    func pullsAgain() async throws {
        let mock = GitHubMock()
        try await with(mock) { server, stage in
            let first = try await stage.read("pull_requests")
            mock.tables["/repos/acme/r1/pulls"]?.put(GitHubMock.pull(2, "2025-05-01T00:00:00Z"))
            let count = server.requests.count
            let second = try await stage.read("pull_requests", from: first.state)
            #expect(second.values("id") == ["2", "22", "5"])
            let pages = server.requests.dropFirst(count).filter { $0.path == "/repos/acme/r1/pulls" }
            #expect(pages.count == 2)
        }
    }

    @Test("waits for the end of a limit, whichever way it is told")
    func limits() async throws {
        let reset = "\(ConnectorStage.now + 40)"
        let used = [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", reset)]
        let answers: [(CannedServer.Answer, [Int64])] = [
            (.init(403, #"{"message":"API rate limit exceeded"}"#, headers: used), [41]),
            (.init(429, "{}", headers: used.map { ($0.0.lowercased(), $0.1) }), [41]),
            (.init(403, "{}", headers: [("Retry-After", "60"), ("X-RateLimit-Remaining", "9")]), [61]),
            // A fault isn't a limit, though the answer says when the limit's window ends.
            (.init(502, "", headers: [("X-RateLimit-Remaining", "9"), ("X-RateLimit-Reset", reset)]), [1]),
        ]
        for (answer, waits) in answers {
            try await with(GitHubMock(limitedAt: 1, limited: answer)) { _, stage in
                let reading = try await stage.read("repositories")
                #expect(reading.error == nil && reading.values("id") == ["1", "2", "3", "4", "5"])
                #expect(stage.waits == waits)
            }
        }
    }

    @Test("ends a limit that doesn't end as one, and a missing permission as another thing")
    func refusals() async throws {
        for (headers, recovery) in [([("Retry-After", "60")], Recovery.waitForSource), ([], .reauthorise)] {
            try await CannedServer.with(answers: [.init(403, "{}", headers: headers)]) { server in
                let stage = ConnectorStage(
                    "github", config: ["organizations": ["acme"], "base_url": .string(server.url)],
                    secrets: ["token": "t"])
                let error = try await stage.check()
                #expect(error?.recovery == recovery)
            }
        }
    }
}
