import Domain
import JSON
import Registry
import StoreAPI
import TestSupport
import Testing

@Suite("Connectors of a tenant's own over HTTP")
struct ManifestRouteTests {
    private let path = "/api/v1/connectors"
    private let sources = "/api/v1/datasources/"
    private let config: JSONValue = ["host": "db.example", "password": "p"]

    private func store(
        _ text: String, as type: String = "crm", _ stage: Stage, token: String? = nil
    ) async throws -> Reply {
        try await stage.send(.post, path, ["type": .string(type), "manifest": .string(text)], token: token)
    }

    private func register(_ type: String, _ stage: Stage, version: String? = nil) async throws -> Reply {
        var body: JSONObject = ["name": "A source", "type": .string(type), "config": config]
        if let version { body["connector_version"] = .string(version) }
        return try await stage.send(.post, "/api/v1/datasources", .object(body))
    }

    @Test("a manifest becomes a type of the tenant's catalogue, and of no other's")
    func stores() async throws {
        let stage = try await Stage()
        let stored = try await store("probe 1", stage)
        #expect(stored.status == 201 && stored.header("Location") == "/api/v1/connectors/crm")
        #expect(stored.json["version"]?.stringValue == Connectors.version(of: "probe 1"))
        let types = try await stage.send(.get, path).items.compactMap { $0["type"]?.stringValue }
        #expect(types == ["crm", "house", "probe", "push"])
        #expect(try await stage.send(.get, path + "/crm").json == stored.json)
        let rival = try stage.token("rival")
        #expect(try await stage.send(.get, path + "/crm", token: rival).code == "connector.unknown")
        #expect(try await stage.send(.get, path, token: rival).json["total"] == 3)
        #expect(
            try await stage.send(.post, path + "/crm/check", ["config": config]).json["ok"] == true)
        let audit = try await stage.send(.get, "/api/v1/audit?resource_type=connector")
        #expect(audit.items.map { $0["action"] } == ["connector.create"])
    }

    @Test("a DataSource keeps the version that it was registered with until it is moved, which needs its secrets")
    func versions() async throws {
        let stage = try await Stage()
        let (first, second) = (Connectors.version(of: "probe 1"), Connectors.version(of: "probe 2"))
        _ = try await store("probe 1", stage)
        let source = try await register("crm", stage)
        let id = try #require(source.json["id"]?.stringValue)
        #expect(source.json["connector_version"]?.stringValue == first)
        _ = try await store("probe 2", stage)
        #expect(try await stage.send(.get, sources + id).json["connector_version"]?.stringValue == first)
        #expect(try await register("crm", stage).json["connector_version"]?.stringValue == second)
        #expect(try await register("crm", stage, version: first).json["connector_version"]?.stringValue == first)
        #expect(try await stage.send(.post, sources + id + "/check").json["ok"] == true)

        let bare = try await stage.send(.patch, sources + id, ["connector_version": .string(second)])
        #expect(bare.status == 422 && bare.faults == ["/config/password config.secrets_required"])
        let moved = try await stage.send(
            .patch, sources + id, ["connector_version": .string(second), "config": ["password": "p"]])
        #expect(moved.status == 200 && moved.json["connector_version"]?.stringValue == second)
        let state = try await stage.store.read(Scope(tenant: .named("acme"))) {
            try $0.sync.lock(#require(DataSourceID(id)))
        }
        #expect(state?.generation == 2)
        let unknown = try await stage.send(.patch, sources + id, ["connector_version": "0"])
        #expect(unknown.faults == ["/connector_version connector.unknown"])
    }

    @Test("an operator's manifest is everybody's; a DataSource keeps its text beside itself")
    func operators() async throws {
        let stage = try await Stage()
        let source = try await register("house", stage)
        #expect(source.json["connector_version"] == "h1")
        let kept = try await stage.store.read(Scope(tenant: .named("acme"))) {
            try $0.manifests.find("house", version: "h1")
        }
        #expect(kept?.text == Stage.operatorsManifest.text && kept?.offeredAt == nil)
        #expect(try await store("probe x", as: "house", stage).code == "connector.type_taken")
    }

    @Test("what can't be stored says why")
    func refusals() async throws {
        let stage = try await Stage()
        #expect(try await store("probe", as: "probe", stage).code == "connector.type_taken")
        let bad = try await store("nothing", stage)
        #expect(bad.status == 422 && bad.code == "connector.manifest_invalid")
        #expect(bad.faults == ["/manifest/streams manifest.required"])
        #expect(try await store("probe", as: "No", stage).faults == ["/type field.format"])
        #expect(
            try await stage.send(.post, path, ["type": "x", "more": 1]).faults == [
                "/more field.unknown", "/manifest field.required",
            ])
        let long = String(repeating: "x", count: ConnectorManifest.mostBytes + 1)
        #expect(try await store(long, stage).faults == ["/manifest field.length"])
        let weak = try stage.token(grants: GrantSet(scope: "datasources:read datasources:write"))
        #expect(try await store("probe", stage, token: weak).code == "auth.scope_missing")
        let app = try stage.token(app: "shop")
        #expect(try await store("probe", stage, token: app).code == "connector.tenant_only")
        #expect(try await register("crm", stage).faults == ["/type connector.unknown"])
        #expect(try await register("probe", stage, version: "1").faults == ["/connector_version connector.unknown"])
        #expect(try await stage.send(.get, path).json["total"] == 3)
    }

    @Test("a built-in connector's DataSource has no version")
    func builtIn() async throws {
        let stage = try await Stage()
        #expect(try await register("probe", stage).json["connector_version"] == nil)
    }
}
