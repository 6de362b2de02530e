import CannedServer
import Domain
import JSON
import Testing

@Suite("Azure")
struct AzureTests {
    private func with(
        _ mock: AzureMock = AzureMock(), secret: String = "right",
        _ work: (CannedServer, ConnectorStage) async throws -> Void
    ) async throws {
        try await CannedServer.with(answering: mock.answer) { server in
            let config: JSONObject = [
                "tenant_id": "acme.example", "client_id": "app", "graph_url": .string(server.url),
                "login_url": .string(server.url),
            ]
            try await work(server, ConnectorStage("azure", config: config, secrets: ["client_secret": secret]))
        }
    }

    @Test("takes a right secret only")
    func check() async throws {
        try await with { _, stage in
            let error = try await stage.check()
            #expect(error == nil)
        }
        try await with(secret: "wrong") { _, stage in
            let error = try await stage.check()
            #expect(error?.code == "declarative.denied" && error?.recovery == .reauthorise)
        }
    }

    @Test("reads every page of users, groups and devices with one token")
    func full() async throws {
        let mock = AzureMock()
        try await with(mock) { _, stage in
            let entities = try await stage.discover()
            #expect(entities.map(\.name) == ["users", "groups", "devices"])
            #expect(entities.allSatisfy { $0.primaryKey == ["id"] && $0.modes == [.full] })
            for (entity, letter) in [("users", "u"), ("groups", "g"), ("devices", "d")] {
                let reading = try await stage.read(entity)
                #expect(reading.error == nil && reading.isComplete)
                #expect(reading.values("id") == (1...5).map { "\(letter)\($0)" })
            }
            #expect(mock.tokens == 3)
        }
    }

    @Test("waits where Graph asks for it")
    func limit() async throws {
        try await with(AzureMock(limitedAt: 1)) { _, stage in
            let users = try await stage.read("users")
            #expect(users.records.count == 5)
            #expect(stage.waits == [10])
        }
    }

    @Test("gets a new token where one isn't taken any more")
    func expiry() async throws {
        let mock = AzureMock(expiresAt: 1)
        try await with(mock) { _, stage in
            let reading = try await stage.read("users")
            #expect(reading.error == nil && reading.values("id") == ["u1", "u2", "u3", "u4", "u5"])
            #expect(mock.tokens == 2)
        }
    }
}
