import Domain
import JSON
import StoreAPI
import TestSupport
import Testing

@Suite("DataSources over HTTP")
struct DataSourceTests {
    private let path = "/api/v1/datasources"

    @Test("a created DataSource has every field, no secret, a location and an ETag")
    func create() async throws {
        let stage = try await Stage()
        let reply = try await stage.send(
            .post, path,
            [
                "name": "  Orders  ", "type": "probe", "source": "crm", "source_type": "backend",
                "sync_schedule": "@hourly",
                "config": ["host": "db.example", "password": .string(Stage.canary), "auth": ["token": "t-99887766"]],
                "entities": [["name": "orders", "mode": "incremental", "full_every": "P1D"]],
            ])
        #expect(reply.status == 201)
        let id = try #require(reply.json["id"]?.stringValue)
        #expect(DataSourceID(id) != nil)
        #expect(reply.header("Location") == path + "/" + id)
        #expect(reply.etag == "\"1.1\"")
        #expect(reply.json["name"] == "Orders")
        #expect(reply.json["tenant_id"] == "acme")
        #expect(reply.json["created_by"] == "per_1")
        #expect(reply.json["status"] == "pending")
        #expect(reply.json["source"] == "crm")
        #expect(reply.json["config"] == ["host": "db.example", "auth": [:]])
        #expect(reply.json["secret_fields"] == ["auth.token", "password"])
        #expect(reply.json["next_sync_at"]?.stringValue != nil)
        #expect(reply.json["active_run_id"] == .null)
        #expect(reply.json["app_id"] == nil)
        #expect(reply.json["deleted_at"] == .null)
        #expect(!reply.text.contains(Stage.canary) && !reply.text.contains("t-99887766"))
        let again = try await stage.send(.get, path + "/" + id)
        #expect(again.json == reply.json)
    }

    @Test("every fault of a body is told at once, with its pointer, and nothing is stored")
    func faults() async throws {
        let stage = try await Stage()
        let reply = try await stage.send(
            .post, path,
            [
                "name": "   ", "type": "probe", "id": "ds_1", "status": "paused", "colour": "red", "source": "Not OK",
                "source_type": "toaster", "sync_schedule": "every day",
                "config": ["port": 99999, "hots": 1, "password": 5],
                "entities": [["name": "a", "mode": "fast", "x": 1], ["name": "b"], "c"],
            ])
        #expect(reply.status == 422)
        #expect(reply.code == "datasource.invalid")
        #expect(
            reply.faults == [
                "/name field.length", "/id field.server_stamped", "/status field.server_stamped",
                "/colour field.unknown", "/source field.format", "/source_type field.value",
                "/sync_schedule schedule.invalid", "/config/port config.range", "/config/hots config.unknown",
                "/config/host config.required", "/config/password config.type", "/entities/0/mode field.value",
                "/entities/0/x field.unknown", "/entities/1/mode field.required", "/entities/2 field.type",
            ], "\(reply.text)")
        #expect(try await stage.send(.get, path).json["total"] == 0)
    }

    @Test("a missing secret, an unknown type, repeated entities and a body that isn't an object are told")
    func otherFaults() async throws {
        let stage = try await Stage()
        let secret = try await stage.send(.post, path, ["name": "a", "type": "probe", "config": ["host": "h"]])
        #expect(secret.faults == ["/config/password config.secret_missing"])
        let type = try await stage.send(.post, path, ["name": "a", "type": "nothing"])
        #expect(type.status == 422 && type.faults == ["/type connector.unknown"])
        let twice = try await stage.send(
            .post, path,
            [
                "name": "a", "type": "probe", "config": ["host": "h", "password": "p"],
                "entities": [["name": "e", "mode": "full"], ["name": "e", "mode": "full"]],
            ])
        #expect(twice.faults == ["/entities/1/name field.value"])
        let array = try await stage.send(.post, path, [])
        #expect(array.status == 422 && array.faults == [" field.type"])
        let empty = try await stage.send(.post, path)
        #expect(empty.status == 400 && empty.code == "body.missing")
    }

    @Test("a list pages through in order while rows come and go, and counts them")
    func paging() async throws {
        let stage = try await Stage()
        var ids: [String] = []
        for index in 0..<5 {
            ids.append(try await stage.register("source \(index)"))
            stage.wallClock.advance(by: .seconds(1))
        }
        let first = try await stage.send(.get, path + "?limit=2&sort=created_at")
        #expect(first.items.map { $0["id"] } == [.string(ids[0]), .string(ids[1])])
        #expect(first.json["total"] == 5)
        _ = try await stage.register("late")
        _ = try await stage.send(.delete, path + "/" + ids[2])
        let second = try await stage.send(.get, path + "?limit=2&sort=created_at&cursor=" + (first.cursor ?? ""))
        #expect(second.items.map { $0["id"] } == [.string(ids[3]), .string(ids[4])])
        let third = try await stage.send(.get, path + "?limit=2&sort=created_at&cursor=" + (second.cursor ?? ""))
        #expect(third.items.map { $0["name"] } == ["late"])
        #expect(third.json["next_cursor"] == .null)
    }

    @Test("filters, substring search, sorting by name and include_deleted work")
    func filters() async throws {
        let stage = try await Stage()
        let names = ["beta", "Alpha", "gamma"]
        for name in names { _ = try await stage.register(name) }
        let gone = try await stage.register("delta")
        _ = try await stage.send(.delete, path + "/" + gone)
        #expect(try await stage.send(.get, path + "?q=ALP").items.map { $0["name"] } == ["Alpha"])
        #expect(try await stage.send(.get, path + "?name=beta").items.count == 1)
        #expect(try await stage.send(.get, path + "?status=connected").items.isEmpty)
        #expect(try await stage.send(.get, path + "?include_deleted=true").items.count == 4)
        #expect(try await stage.send(.get, path + "?sort=-name").items.first?["name"] == "gamma")
        #expect(try await stage.send(.get, path + "?created_before=2029-01-01T00:00:00Z").items.isEmpty)
    }

    @Test("a cursor fits only its list, filters, order and tenant")
    func cursors() async throws {
        let stage = try await Stage()
        for index in 0..<3 { _ = try await stage.register("s\(index)") }
        let cursor = try #require(try await stage.send(.get, path + "?limit=1").cursor)
        var altered = Array(cursor)
        altered[altered.count / 2] = altered[altered.count / 2] == "A" ? "B" : "A"
        let app = try stage.token(app: "app1")
        let attempts = [
            try await stage.send(.get, path + "?limit=1&sort=name&cursor=" + cursor),
            try await stage.send(.get, path + "?limit=1&q=s&cursor=" + cursor),
            try await stage.send(.get, path + "?cursor=" + String(altered)),
            try await stage.send(.get, path + "?cursor=!!!"),
            try await stage.send(.get, path + "?cursor=" + cursor, token: stage.token("other")),
            try await stage.send(.get, path + "?cursor=" + cursor, token: app),
        ]
        for attempt in attempts {
            #expect(attempt.status == 400 && attempt.code == "cursor.invalid", "\(attempt.text)")
        }
        #expect(try await stage.send(.get, path + "?limit=2&cursor=" + cursor).items.count == 2)
        #expect(try await stage.send(.get, path + "?cursor=").items.count == 3, "an empty cursor is the beginning")
    }

    @Test("If-None-Match gives 304, and If-Match compares the config version alone")
    func tags() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let one = path + "/" + id
        let tag = try #require(try await stage.send(.get, one).etag)
        for value in [tag, "*", "W/" + tag, "\"0.0\", " + tag] {
            let reply = try await stage.send(.get, one, headers: ["If-None-Match": value])
            #expect(reply.status == 304 && reply.bytes.isEmpty && reply.header("Content-Length") == nil)
        }
        #expect(try await stage.send(.get, one, headers: ["If-None-Match": "\"9.9\""]).status == 200)
        _ = try await stage.send(.post, one + "/sync")
        #expect(try await stage.send(.get, one, headers: ["If-None-Match": tag]).status == 200)
        let patched = try await stage.send(.patch, one, ["name": "b"], headers: ["If-Match": tag])
        #expect(patched.status == 200)
        let stale = try await stage.send(.patch, one, ["name": "c"], headers: ["If-Match": tag])
        #expect(stale.status == 412 && stale.code == "datasource.changed")
        #expect(try await stage.send(.delete, one, headers: ["If-Match": tag]).status == 412)
        #expect(try await stage.send(.patch, one, ["name": "c"], headers: ["If-Match": "nonsense"]).status == 400)
        #expect(try await stage.send(.patch, one, ["name": "c"], headers: ["If-Match": "*"]).status == 200)
        #expect(try await stage.send(.get, one).json["name"] == "c")
    }

    @Test("a deleted DataSource is gone with all that hangs from it until it is restored")
    func deletion() async throws {
        let stage = try await Stage()
        let id = try await stage.register("Orders", ["sync_schedule": "PT1H"])
        let one = path + "/" + id
        let run = try await stage.send(.post, one + "/sync").json["id"]?.stringValue ?? ""
        #expect(try await stage.send(.delete, one).status == 204)
        #expect(try await stage.send(.delete, one).status == 404)
        for place in ["", "/runs", "/runs/" + run, "/records/orders", "/changes", "/entities"] {
            #expect(try await stage.send(.get, one + place).code == "datasource.not_found")
        }
        #expect(try await stage.send(.patch, one, ["name": "x"]).status == 404)
        #expect(try await stage.send(.patch, one, ["name": "x", "is_deleted": false]).status == 404)
        let seen = try await stage.send(.get, one + "?include_deleted=true")
        #expect(seen.json["is_deleted"] == true && seen.json["deleted_by"] == "per_1")
        #expect(seen.json["next_sync_at"] == .null && seen.json["active_run_id"] == .null)
        let runs = try await stage.send(.get, one + "/runs?include_deleted=true")
        #expect(runs.items.first?["status"] == "cancelled")
        #expect(runs.items.first?["error"]?["code"] == "run.cancelled")
        let wrong = try await stage.send(.patch, one + "?include_deleted=true", ["name": "x", "is_deleted": false])
        #expect(wrong.status == 422 && wrong.faults == ["/name field.immutable"])
        let restored = try await stage.send(.patch, one, ["is_deleted": false])
        #expect(restored.status == 200 && restored.json["deleted_at"] == .null && restored.json["deleted_by"] == .null)
        #expect(restored.json["next_sync_at"] != .null)
    }
}
