import CannedServer
import Domain
import JSON
import Testing

@Suite("Okta")
struct OktaTests {
    private func with(
        _ mock: OktaMock = OktaMock(), token: String = "right",
        _ work: (CannedServer, ConnectorStage) async throws -> Void
    ) async throws {
        try await CannedServer.with(answering: mock.answer) { server in
            try await work(
                server, ConnectorStage("okta", config: ["org_url": .string(server.url)], secrets: ["api_token": token]))
        }
    }

    @Test("takes a right token only")
    func check() async throws {
        try await with { _, stage in
            let error = try await stage.check()
            #expect(error == nil)
        }
        try await with(token: "wrong") { _, stage in
            let error = try await stage.check()
            #expect(error?.code == "declarative.denied" && error?.recovery == .reauthorise)
        }
    }

    @Test("offers users, groups, memberships and apps")
    func discover() async throws {
        try await with { _, stage in
            let entities = try await stage.discover()
            #expect(entities.map(\.name) == ["users", "groups", "memberships", "apps"])
            #expect(entities.map(\.primaryKey) == [["id"], ["id"], ["groupId", "userId"], ["id"]])
            #expect(entities.map(\.defaultMode) == [.incremental, .incremental, .full, .full])
        }
    }

    @Test("reads every page of every entity, and waits for the end of a limit")
    func full() async throws {
        try await with(OktaMock(limitedAt: 1)) { _, stage in
            let users = try await stage.read("users")
            #expect(users.error == nil && users.isComplete && users.values("id") == ["u1", "u2", "u3", "u4", "u5"])
            #expect(stage.waits == [21])
            let groups = try await stage.read("groups")
            #expect(groups.values("id") == ["g1", "g2", "g3"])
            let apps = try await stage.read("apps")
            #expect(apps.values("id") == ["a1", "a2", "a3"])
        }
    }

    @Test("reads the members of every group, and passes over one that is gone")
    func memberships() async throws {
        try await with { _, stage in
            let reading = try await stage.read("memberships")
            #expect(reading.error == nil && reading.isComplete)
            #expect(
                Set(reading.records) == [
                    ["groupId": "g1", "userId": "u1"], ["groupId": "g1", "userId": "u2"],
                    ["groupId": "g1", "userId": "u3"], ["groupId": "g2", "userId": "u3"],
                    ["groupId": "g2", "userId": "u4"],
                ])
            #expect(reading.records.count == 5)
        }
    }

    @Test("asks a second time only for users that changed")
    func again() async throws {
        let mock = OktaMock()
        try await with(mock) { server, stage in
            let first = try await stage.read("users")
            mock.users.put(OktaMock.user(2, day: 9))
            let count = server.requests.count
            let second = try await stage.read("users", from: first.state)
            #expect(second.values("id") == ["u2", "u5"])
            let asked = server.requests.dropFirst(count).compactMap { $0.query?["filter"] }
            #expect(asked == [#"lastUpdated gt "2025-03-05T09:59:00.000Z""#])
        }
    }
}
