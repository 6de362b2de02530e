import Domain
import JSON
import StoreAPI
import TestSupport
import Testing

@Suite("Pushing records over HTTP")
struct PushRouteTests {
    private let path = "/api/v1/datasources/"

    private func register(_ stage: Stage, _ entities: JSONObject = ["orders": ["primary_key": ["id"]]]) async throws
        -> String
    {
        try await stage.register("Pushed", ["type": "push", "config": ["entities": .object(entities)]])
    }

    private func push(
        _ stage: Stage, _ id: String, _ body: String, entity: String = "orders", type: String = "application/json",
        token: String? = nil
    ) async throws -> Reply {
        try await stage.send(
            .post, path + id + "/records/" + entity, bytes: Array(body.utf8), token: token,
            headers: ["Content-Type": type])
    }

    @Test("an array is stored in one go: records, feed, counts and status, as the items were written")
    func array() async throws {
        let stage = try await Stage()
        let id = try await register(stage)
        let first = try await push(stage, id, #" [ {"id": 1, "n": 1.50} , {"id":2,"_deleted":false,"x":"\u00e4"} ] "#)
        #expect(first.status == 200)
        #expect(
            first.json == [
                "received": 2, "inserted": 2, "updated": 0, "unchanged": 0, "deleted": 0, "duplicates": 0,
                "rejected": 0, "seq": 2, "rejects": [],
            ])
        let records = try await stage.send(.get, path + id + "/records/orders")
        #expect(records.text.contains(#""data":{"id":1,"n":1.50}"#))
        #expect(records.text.contains(#""data":{"id":2,"x":"\u00e4"}"#), "a marker that says nothing isn't kept")
        #expect(records.items.allSatisfy { $0["run_id"] == .null })
        let source = try await stage.send(.get, path + id).json
        #expect(source["status"] == "connected" && source["synced_entities"] == ["orders": 2])
        #expect(source["last_sync_at"]?.stringValue != nil && source["active_run_id"] == .null)

        let second = try await push(
            stage, id,
            #"[{"id":1,"n":2},{"id":1,"n":1.50},{"id":2,"_deleted":true,"why":"gone"},{"id":9,"_deleted":true}]"#)
        #expect(second.json["received"] == 4 && second.json["duplicates"] == 1 && second.json["unchanged"] == 2)
        #expect(second.json["deleted"] == 1 && second.json["seq"] == 3)
        let feed = try await stage.send(.get, path + id + "/changes")
        #expect(feed.items.map { $0["key"] } == [[1], [2]] && feed.items.map { $0["is_deleted"] } == [false, true])
        #expect(try await stage.send(.get, path + id).json["synced_entities"] == ["orders": 1])
    }

    @Test("lines are read as well as an array, under each of their media types")
    func lines() async throws {
        let stage = try await Stage()
        let id = try await register(stage)
        for (place, type) in ["application/x-ndjson", "application/jsonl; charset=utf-8", "application/x-jsonlines"]
            .enumerated()
        {
            let reply = try await push(stage, id, "{\"id\":\(place)}\n\n{\"id\":\"\(place)\"}", type: type)
            #expect(reply.status == 200 && reply.json["inserted"] == 2, "\(type): \(reply.text)")
        }
        #expect(try await push(stage, id, "", type: "application/jsonl").json["received"] == 0)
        #expect(try await push(stage, id, "[]").json["received"] == 0)
        #expect(try await push(stage, id, "[]", type: "text/csv").status == 415)
    }

    @Test("items without a usable key are told of one by one, and the others are stored")
    func rejects() async throws {
        let stage = try await Stage()
        let id = try await register(stage)
        let reply = try await push(
            stage, id,
            #"[{"id":1},{"x":1},{"id":null},7,{"id":[1]},{"id":2,"_deleted":"yes"},{"_deleted":true},{"id":3}]"#)
        #expect(reply.status == 200 && reply.json["inserted"] == 2 && reply.json["rejected"] == 6)
        let found = reply.json["rejects"]?.arrayValue?.map {
            "\($0["index"]?.int64Value ?? -1) \($0["code"]?.stringValue ?? "")"
        }
        #expect(
            found == [
                "1 record.key_missing", "2 record.key_null", "3 record.not_object", "4 record.key_unsupported",
                "5 push.marker_invalid", "6 record.key_missing",
            ])
        let many = try await push(stage, id, "[" + Array(repeating: "7", count: 1_500).joined(separator: ",") + "]")
        #expect(many.json["rejected"] == 1_500 && many.json["rejects"]?.arrayValue?.count == 1_000)
    }

    @Test(
        "a body that can't be read stores nothing of what came before the fault",
        arguments: [
            (#"[{"id":1},{"id":2"#, "body.malformed"), (#"[{"id":1},{"id":2}]]"#, "body.malformed"),
            (#"[{"id":1},{"id":2,}]"#, "body.malformed"), (#"[{"id":1},]"#, "body.malformed"),
            (#"[{"id":1}{"id":2}]"#, "body.malformed"), ("{", "body.malformed"), (" ", "body.malformed"),
            (#"[{"id":1},{"id":2,"id":3}]"#, "body.duplicate_member"),
            (#"[{"id":1},{"id":2,"a":[{"b":1,"\u0062":2}]}]"#, "body.duplicate_member"),
            (
                #"[{"id":1},{"id":2,"a":"# + String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
                    + "}]", "body.too_deep"
            ),
        ])
    func unreadable(body: String, code: String) async throws {
        let stage = try await Stage()
        let id = try await register(stage)
        let reply = try await push(stage, id, body)
        #expect(reply.status == 400 && reply.code == code, "\(reply.text)")
        #expect(try await stage.send(.get, path + id + "/records/orders").json["total"] == 0)
        #expect(try await stage.send(.get, path + id).json["status"] == "pending")
    }

    @Test("a line that can't be read spoils the request; bytes that aren't UTF-8 too; no body and no array are refused")
    func unreadableLines() async throws {
        let stage = try await Stage()
        let id = try await register(stage)
        let line = try await push(stage, id, "{\"id\":1}\n{\"id\":\n{\"id\":3}", type: "application/x-ndjson")
        #expect(line.status == 400 && line.code == "body.malformed")
        let bytes = Array(#"[{"id":1,"a":"#.utf8) + [0x22, 0xFF, 0x22] + Array("}]".utf8)
        let encoded = try await stage.send(.post, path + id + "/records/orders", bytes: bytes)
        #expect(encoded.status == 400 && encoded.code == "body.invalid_utf8")
        #expect(try await push(stage, id, "").code == "body.missing")
        let object = try await push(stage, id, #"{"id":1}"#)
        #expect(object.status == 422 && object.faults == [" field.type"])
        #expect(try await stage.send(.get, path + id + "/records/orders").json["total"] == 0)
    }

    @Test("up to 16 MiB are taken, which no other route takes, and no more items than one transaction may write")
    func sizes() async throws {
        let stage = try await Stage()
        let id = try await register(stage)
        func body(_ length: Int) -> String {
            #"[{"id":1,"a":""# + String(repeating: "x", count: 7 << 20) + #""},{"id":2,"a":""#
                + String(repeating: "y", count: length - (7 << 20) - 37) + #""}]"#
        }
        #expect(try await push(stage, id, body(14 << 20)).json["inserted"] == 2)
        let long = try await push(stage, id, body((16 << 20) + 1))
        #expect(long.status == 413 && long.code == "body.too_large")
        let big = try await push(stage, id, #"[{"id":3,"a":""# + String(repeating: "x", count: 8 << 20) + #""}]"#)
        #expect(big.status == 413 && big.code == "body.too_large")
        let other = try await stage.send(.post, "/api/v1/datasources", bytes: Array(body(14 << 20).utf8))
        #expect(other.status == 413)
        let many = try await push(stage, id, "[" + String(repeating: "1,", count: 200_000) + "1]")
        #expect(many.status == 413 && many.code == "push.too_many_items")
    }

    @Test("only a source of type push takes records, while it isn't paused, of entities that it declares")
    func refusals() async throws {
        let stage = try await Stage()
        let id = try await register(stage)
        let pulled = try await stage.register()
        let wrong = try await push(stage, pulled, "[]")
        #expect(wrong.status == 409 && wrong.code == "datasource.not_push")
        let unknown = try await push(stage, id, "[]", entity: "customers")
        #expect(unknown.status == 422 && unknown.code == "push.entity_unknown")
        let reader = try stage.token(grants: GrantSet([.datasourcesRead, .datasourcesSync]))
        #expect(try await push(stage, id, "[]", token: reader).status == 403)
        let foreign = try await push(stage, id, "[]", token: stage.token("globex"))
        let missing = try await push(stage, "ds_00000000000000000000000000", "[]", token: stage.token("globex"))
        #expect(foreign.status == 404 && foreign.comparable == missing.comparable)
        for status in ["paused", "disconnected"] {
            #expect(try await stage.send(.patch, path + id, ["status": .string(status)]).status == 200)
            let refused = try await push(stage, id, "[]")
            #expect(refused.status == 409 && refused.code == "datasource." + status)
        }
        #expect(try await stage.send(.patch, path + id, ["status": "connected"]).json["status"] == "pending")
        #expect(try await push(stage, id, #"[{"id":1}]"#).status == 200)
        #expect(try await stage.send(.delete, path + id).status == 204)
        #expect(try await push(stage, id, "[]").code == "datasource.not_found")
    }

    @Test("a pushed source has no runs: neither a sync nor a schedule is taken")
    func noRuns() async throws {
        let stage = try await Stage()
        let id = try await register(stage)
        let sync = try await stage.send(.post, path + id + "/sync")
        #expect(sync.status == 409 && sync.code == "datasource.push_only")
        let patched = try await stage.send(.patch, path + id, ["sync_schedule": "PT15M"])
        #expect(patched.status == 422 && patched.faults == ["/sync_schedule schedule.no_runs"])
        #expect(try await stage.send(.patch, path + id, ["sync_schedule": .null]).status == 200)
        let created = try await stage.send(
            .post, path.dropLast().description,
            [
                "name": "Pushed", "type": "push", "sync_schedule": "@daily",
                "config": ["entities": ["a": ["primary_key": ["id"]]]],
            ])
        #expect(created.status == 422 && created.faults == ["/sync_schedule schedule.no_runs"])
        let entities = try await stage.send(.get, path + id + "/entities")
        #expect(entities.items.map { $0["name"] } == ["orders"] && entities.items.first?["primary_key"] == ["id"])
        #expect(try await stage.send(.post, path + id + "/check").json["ok"] == true)
    }

    @Test("records aren't mixed with others that have another key, until these are erased")
    func keyChange() async throws {
        let stage = try await Stage()
        let id = try await register(stage)
        #expect(try await push(stage, id, #"[{"id":1,"sku":"a"}]"#).status == 200)
        let config: JSONValue = ["config": ["entities": ["orders": ["primary_key": ["sku"]]]]]
        #expect(try await stage.send(.patch, path + id, config).status == 200)
        let refused = try await push(stage, id, #"[{"id":1,"sku":"a"}]"#)
        #expect(refused.status == 409 && refused.code == "push.key_changed")
        #expect(try await stage.send(.post, path + id + "/erase", ["entity": "orders"]).status == 200)
        #expect(try await push(stage, id, #"[{"id":1,"sku":"a"}]"#).json["inserted"] == 1)
    }

    @Test("an entity without a primary key keeps each content once")
    func keyless() async throws {
        let stage = try await Stage()
        let id = try await register(stage, ["log": .object(JSONObject())])
        let reply = try await push(stage, id, #"[{"a":1},{"a":1},{"a":2},{"a":1,"_deleted":true}]"#, entity: "log")
        #expect(reply.json["inserted"] == 2 && reply.json["duplicates"] == 1 && reply.json["rejected"] == 1)
    }

    @Test("pushes at once each wait their turn, and none is lost")
    func atOnce() async throws {
        let stage = try await Stage()
        let id = try await register(stage)
        try await withThrowingTaskGroup(of: Reply.self) { group in
            for number in 0..<20 {
                group.addTask { try await self.push(stage, id, #"[{"id":\#(number)},{"id":"all","n":\#(number)}]"#) }
            }
            for try await reply in group { #expect(reply.status == 200, "\(reply.text)") }
        }
        let feed = try await stage.send(.get, path + id + "/changes")
        #expect(feed.items.count == 21)
        #expect(try await stage.send(.get, path + id).json["synced_entities"] == ["orders": 21])
    }

    @Test("keys of 512 names in one object are compared as quickly as few, and escapes are seen through")
    func repeatedNames() {
        func search(_ text: String) -> Bool { Array(text.utf8).withUnsafeBytes { RepeatedNames.are(in: $0) } }
        let members = (0..<512).map { #""n\#($0)":\#($0)"# }
        #expect(!search("{" + members.joined(separator: ",") + "}"))
        #expect(search("{" + (members + [#""\u006e7":1"#]).joined(separator: ",") + "}"))
        #expect(!search(#"{"a":{"a":[{"a":1},{"a":"a"}]},"b":"a"}"#) && search(#"[{"a":{"b":1,"c":2,"b":3}}]"#))
        #expect(!search(#"{"a":"b\",\"a\":","b":1}"#))
    }
}
