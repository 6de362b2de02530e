import Domain
import JSON
import StoreAPI
import TestSupport
import Testing
import Vault

@Suite("Patching a DataSource over HTTP")
struct PatchTests {
    private let path = "/api/v1/datasources/"

    private func secrets(_ stage: Stage, _ id: String) async throws -> [String: String] {
        let id = try #require(DataSourceID(id))
        return try await stage.store.read(Scope(tenant: .named("acme"))) { [vault = stage.vault] transaction in
            let source = try #require(try transaction.sources.find(id))
            return try vault.openConfig(source.secrets, of: id, in: transaction)
                .mapValues { $0.withExposed { $0 } }
        }
    }

    @Test("a config merges; a secret absent is kept, null removes it, a string replaces it")
    func merge() async throws {
        let stage = try await Stage()
        let id = try await stage.register(
            "Orders",
            [
                "config": ["host": "h", "tables": ["a"], "password": "p1", "auth": ["token": "t1"]]
            ])
        var reply = try await stage.send(.patch, path + id, ["config": ["tables": ["b"]]])
        #expect(reply.json["config"] == ["host": "h", "tables": ["b"], "auth": [:]])
        #expect(try await secrets(stage, id) == ["password": "p1", "auth.token": "t1"])
        reply = try await stage.send(.patch, path + id, ["config": ["password": "p2", "tables": .null]])
        #expect(reply.json["config"] == ["host": "h", "auth": [:]])
        #expect(try await secrets(stage, id) == ["password": "p2", "auth.token": "t1"])
        reply = try await stage.send(.patch, path + id, ["config": ["auth": ["token": .null]]])
        #expect(reply.json["secret_fields"] == ["password"])
        reply = try await stage.send(.patch, path + id, ["config": ["password": .null]])
        #expect(reply.status == 422 && reply.faults == ["/config/password config.secret_missing"])
        #expect(try await secrets(stage, id) == ["password": "p2"])
    }

    @Test("removing the object that holds a secret removes the secret")
    func parentRemoved() async throws {
        let stage = try await Stage()
        let id = try await stage.register("Orders", ["config": ["host": "h", "password": "p", "auth": ["token": "t"]]])
        let reply = try await stage.send(.patch, path + id, ["config": ["auth": .null]])
        #expect(reply.status == 200)
        #expect(reply.json["config"] == ["host": "h"])
        #expect(try await secrets(stage, id) == ["password": "p"])
    }

    @Test("connecting elsewhere needs every secret again and begins a new generation")
    func identity() async throws {
        let stage = try await Stage()
        let id = try await stage.register("Orders", ["config": ["host": "h", "password": "p", "auth": ["token": "t"]]])
        let sourceID = try #require(DataSourceID(id))
        func generation() async throws -> Int64? {
            try await stage.write { try $0.sync.lock(sourceID)?.generation }
        }
        let before = try await generation()
        var reply = try await stage.send(.patch, path + id, ["config": ["host": "other"]])
        #expect(
            reply.faults == ["/config/password config.secrets_required", "/config/auth/token config.secrets_required"])
        reply = try await stage.send(.patch, path + id, ["config": ["port": 5432]])
        #expect(reply.status == 200, "the default written out is no other system")
        reply = try await stage.send(.patch, path + id, ["config": ["port": 5433, "password": "p"]])
        #expect(reply.faults == ["/config/auth/token config.secrets_required"])
        #expect(try await generation() == before)
        reply = try await stage.send(
            .patch, path + id, ["config": ["host": "other", "password": "p3", "auth": ["token": .null]]])
        #expect(reply.status == 200 && reply.json["secret_fields"] == ["password"])
        #expect(try await generation() == before.map { $0 + 1 })
    }

    @Test("an effective change of config or entities replaces the active run; another one doesn't")
    func superseded() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let first = try await stage.send(.post, path + id + "/sync", ["mode": "full"]).json["id"]
        var reply = try await stage.send(.patch, path + id, ["name": "n", "config": ["host": "db.example"]])
        #expect(reply.json["active_run_id"] == first)
        reply = try await stage.send(.patch, path + id, ["config": ["tables": ["x"]]])
        let second = try #require(reply.json["active_run_id"])
        #expect(second != first && second != .null)
        reply = try await stage.send(.patch, path + id, ["entities": [["name": "orders", "mode": "full"]]])
        let third = reply.json["active_run_id"]
        #expect(third != second && third != .null)
        let runs = try await stage.send(.get, path + id + "/runs").items
        #expect(runs.map { $0["status"] } == ["queued", "cancelled", "cancelled"])
        #expect(runs.map { $0["error"]?["code"] } == [nil, "run.superseded", "run.superseded"] as [JSONValue?])
        #expect(runs.first?["mode"] == "full")
    }

    @Test("a change of config moves the fence even when nothing runs")
    func fence() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let sourceID = try #require(DataSourceID(id))
        let before = try await stage.write { try $0.sync.lock(sourceID)?.fence ?? 0 }
        _ = try await stage.send(.patch, path + id, ["config": ["tables": ["x"]]])
        #expect(try await stage.write { try $0.sync.lock(sourceID)?.fence ?? 0 } > before)
    }

    @Test("updated_at moves on every patch and never goes back, even when the clock does")
    func stamps() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        var last = try #require(try await stage.send(.get, path + id).json["updated_at"]?.stringValue)
        for step in [0, -3_600, 0, 10] as [Int] {
            stage.wallClock.advance(by: .seconds(step))
            let token = try stage.token(subject: "per_\(step)")
            let reply = try await stage.send(.patch, path + id, [:], token: token)
            let now = try #require(reply.json["updated_at"]?.stringValue)
            #expect(reply.status == 200 && now > last)
            #expect(reply.json["updated_by"] == .string("per_\(step)") && reply.json["created_by"] == "per_1")
            last = now
        }
    }

    @Test("pausing cancels the run and the schedule, resuming tells the true status")
    func pause() async throws {
        let stage = try await Stage()
        let id = try await stage.register("Orders", ["sync_schedule": "PT15M"])
        _ = try await stage.send(.post, path + id + "/sync")
        var reply = try await stage.send(.patch, path + id, ["status": "paused"])
        #expect(reply.json["status"] == "paused" && reply.json["next_sync_at"] == .null)
        #expect(reply.json["active_run_id"] == .null)
        let sync = try await stage.send(.post, path + id + "/sync")
        #expect(sync.status == 409 && sync.code == "datasource.paused")
        reply = try await stage.send(.patch, path + id, ["status": "connected"])
        #expect(reply.json["status"] == "pending" && reply.json["next_sync_at"] != .null)
        _ = try await stage.send(.post, path + id + "/sync")
        try await stage.endRun(of: id)
        _ = try await stage.send(.patch, path + id, ["status": "paused"])
        reply = try await stage.send(.patch, path + id, ["status": "connected"])
        #expect(reply.json["status"] == "connected")
    }

    @Test("disconnecting erases the secrets; coming back needs them again")
    func disconnect() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        var reply = try await stage.send(.patch, path + id, ["status": "disconnected"])
        #expect(reply.json["secret_fields"] == [])
        #expect(try await secrets(stage, id).isEmpty)
        let sync = try await stage.send(.post, path + id + "/sync")
        #expect(sync.status == 409 && sync.code == "datasource.disconnected")
        #expect(try await stage.send(.post, path + id + "/check").status == 409)
        #expect(try await stage.send(.patch, path + id, ["config": ["tables": ["x"]]]).status == 200)
        reply = try await stage.send(.patch, path + id, ["status": "connected"])
        #expect(reply.status == 422 && reply.faults == ["/config/password config.secret_missing"])
        reply = try await stage.send(.patch, path + id, ["status": "paused"])
        #expect(reply.status == 422 && reply.faults == ["/status status.not_allowed"])
        reply = try await stage.send(.patch, path + id, ["status": "connected", "config": ["password": "new"]])
        #expect(reply.status == 200 && reply.json["status"] == "pending")
        #expect(try await secrets(stage, id) == ["password": "new"])
    }

    @Test("what can't be changed is refused and nothing of the patch is kept")
    func refused() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let before = try await stage.send(.get, path + id).json
        let reply = try await stage.send(
            .patch, path + id,
            [
                "type": "other", "status": "error", "tenant_id": "x", "config": ["host": ""], "name": .null,
                "updated_at": "now", "is_deleted": "yes",
            ])
        #expect(
            reply.faults == [
                "/type field.immutable", "/status status.not_allowed", "/tenant_id field.server_stamped",
                "/config/host config.length", "/name field.type", "/updated_at field.server_stamped",
                "/is_deleted field.type", "/config/password config.secrets_required",
            ], "\(reply.text)")
        #expect(try await stage.send(.get, path + id).json == before)
        #expect(try await stage.send(.patch, path + id, ["type": "probe", "status": "pending"]).status == 200)
    }

    @Test("a schedule set, changed and removed moves next_sync_at")
    func schedule() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        var reply = try await stage.send(.patch, path + id, ["sync_schedule": "0 3 * * *"])
        let first = reply.json["next_sync_at"]
        #expect(first != .null)
        reply = try await stage.send(.patch, path + id, ["name": "other"])
        #expect(reply.json["next_sync_at"] == first)
        reply = try await stage.send(.patch, path + id, ["sync_schedule": "PT1M"])
        #expect(reply.json["next_sync_at"] != first && reply.json["next_sync_at"] != .null)
        reply = try await stage.send(.patch, path + id, ["sync_schedule": .null, "entities": .null])
        #expect(reply.json["next_sync_at"] == .null && reply.json["sync_schedule"] == .null)
    }

    @Test("a merge-patch content type is taken here and nowhere else")
    func contentTypes() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let type = ["Content-Type": "application/merge-patch+json; charset=UTF-8"]
        #expect(try await stage.send(.patch, path + id, ["name": "b"], headers: type).status == 200)
        #expect(try await stage.send(.post, path + id + "/sync", [:], headers: type).status == 415)
    }
}
