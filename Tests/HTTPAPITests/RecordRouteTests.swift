import Domain
import JSON
import StoreAPI
import TestSupport
import Testing

@Suite("Records and changes over HTTP")
struct RecordRouteTests {
    private let path = "/api/v1/datasources/"

    @Test("records come in key order with their key's values and the body as it was given")
    func list() async throws {
        let stage = try await Stage()
        let id = try await stage.register("Orders", ["source": "crm"])
        try await stage.storeRecords(
            "orders",
            [(#"[2,"b"]"#, #"{"id":2,"n":1.50}"#), (#"[1,"a"]"#, #"{"id":1}"#), (#"[10,"a"]"#, #"{"id":10}"#)], of: id)
        let first = try await stage.send(.get, path + id + "/records/orders?limit=2")
        #expect(first.items.map { $0["key"] } == [[1, "a"], [2, "b"]] && first.json["total"] == 3)
        #expect(first.text.contains(#"{"id":2,"n":1.50}"#))
        let record = try #require(first.items.first)
        #expect(record["datasource_id"]?.stringValue == id && record["source"] == "crm")
        #expect(record["version"] == 1 && record["is_deleted"] == false && record["entity"] == "orders")
        #expect(record["id"]?.stringValue.flatMap { RecordID($0) } != nil)
        let second = try await stage.send(.get, path + id + "/records/orders?limit=2&cursor=" + (first.cursor ?? ""))
        #expect(second.items.map { $0["key"] } == [[10, "a"]] && second.cursor == nil)
        #expect(try await stage.send(.get, path + id + "/records/nothing").json["total"] == 0)
    }

    @Test("keys pick records whatever way they are written, and a bad one is refused")
    func keys() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        try await stage.storeRecords("o", [("[1]", "{}"), ("[2]", "{}"), (#"["2"]"#, #"{"s":1}"#)], of: id)
        let place = path + id + "/records/o"
        let found = try await stage.send(.get, place + "?key=%5B1.0%5D&key=%5B%222%22%5D")
        #expect(found.items.map { $0["key"] } == [[1], ["2"]])
        let bare = try await stage.send(.get, place + "?key=1&key=%222%22")
        #expect(bare.items.map { $0["key"] } == [[1], ["2"]], "a key of one field may be its value alone")
        for bad in ["1,2", "null", "", "%5Bnull%5D", "%5B%5B1%5D%5D", "%7B%7D", "%5B1", "x"] {
            let reply = try await stage.send(.get, place + "?key=" + bad)
            #expect(reply.status == 400 && reply.code == "key.invalid", "\(bad)")
        }
    }

    @Test("an entity's name that is longer than any can be is refused")
    func longEntity() async throws {
        let stage = try await Stage()
        let place = try await path + stage.register() + "/records/"
        #expect(try await stage.send(.get, place + String(repeating: "o", count: 256)).status == 200)
        let reply = try await stage.send(.get, place + String(repeating: "o", count: 257))
        #expect(reply.status == 400 && reply.code == "query.invalid")
    }

    @Test("a record's id stays the same over versions, and differs by source, entity and key")
    func ids() async throws {
        let stage = try await Stage()
        let id = try await stage.register("a")
        let other = try await stage.register("b")
        func recordID(_ source: String, _ entity: String) async throws -> [JSONValue?] {
            try await stage.send(.get, path + source + "/records/" + entity).items.map { $0["id"] }
        }
        try await stage.storeRecords("o", [("[1]", "{}"), ("[2]", "{}")], of: id)
        let before = try await recordID(id, "o")
        try await stage.storeRecords("o", [("[1]", #"{"a":1}"#)], of: id)
        try await stage.storeRecords("p", [("[1]", "{}")], of: id)
        try await stage.storeRecords("o", [("[1]", "{}")], of: other)
        #expect(try await recordID(id, "o") == before)
        let all = try await before + recordID(id, "p") + recordID(other, "o")
        #expect(Set(all).count == 4)
    }

    @Test("tombstones come only when asked for, without data")
    func tombstones() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        try await stage.storeRecords("o", [("[1]", "{}"), ("[2]", "{}")], of: id)
        try await stage.storeRecords("o", [("[1]", nil)], of: id)
        #expect(try await stage.send(.get, path + id + "/records/o").items.map { $0["key"] } == [[2]])
        let all = try await stage.send(.get, path + id + "/records/o?include_deleted=true")
        #expect(all.items.count == 2 && all.items[0]["data"] == .null && all.items[0]["is_deleted"] == true)
    }

    @Test("the feed gives each record at its newest version, in order, and goes on from its cursor")
    func feed() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let place = path + id + "/changes"
        let empty = try await stage.send(.get, place)
        #expect(empty.items.isEmpty && empty.cursor != nil)
        try await stage.storeRecords("o", [("[1]", "{}"), ("[2]", "{}"), ("[3]", "{}")], of: id)
        try await stage.storeRecords("o", [("[1]", #"{"v":2}"#), ("[2]", nil)], of: id)
        let first = try await stage.send(.get, place + "?limit=2&cursor=" + (empty.cursor ?? ""))
        let second = try await stage.send(.get, place + "?limit=2&cursor=" + (first.cursor ?? ""))
        let all = first.items + second.items
        #expect(all.map { $0["key"] } == [[3], [1], [2]])
        #expect(all[1]["version"] == 2 && all[2]["data"] == .null && all[2]["is_deleted"] == true)
        let third = try await stage.send(.get, place + "?cursor=" + (second.cursor ?? ""))
        #expect(third.items.isEmpty && third.cursor != nil)
        try await stage.storeRecords("p", [("[9]", "{}")], of: id)
        let filtered = try await stage.send(.get, place + "?entity=p")
        #expect(filtered.items.map { $0["key"] } == [[9]])
        #expect(try await stage.send(.get, place + "?cursor=" + (filtered.cursor ?? "")).code == "cursor.invalid")
        #expect(try await stage.send(.get, place + "?cursor=" + (third.cursor ?? "")).items.map { $0["key"] } == [[9]])
    }

    @Test("a long poll is answered by the first change, and by an empty page when the time is up")
    func longPoll() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let cursor = try await stage.send(.get, path + id + "/changes").cursor ?? ""
        async let answer = stage.send(.get, path + id + "/changes?wait=30&cursor=" + cursor)
        try await stage.storeRecords("o", [("[1]", "{}")], of: id)
        #expect(try await answer.items.count == 1)
        let hasty = try await Stage(clock: .leaping())
        let other = try await hasty.register()
        let late = try await hasty.send(.get, path + other + "/changes?wait=30")
        #expect(late.status == 200 && late.items.isEmpty && late.cursor != nil)
    }

    @Test("an erasure leaves tombstones, drops bodies and states, ends the run and voids cursors")
    func erase() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let sourceID = try #require(DataSourceID(id))
        try await stage.storeRecords("o", [("[1]", "{}"), ("[2]", "{}")], of: id)
        try await stage.storeRecords("p", [("[1]", "{}")], of: id)
        try await stage.write { transaction in
            for name in ["o", "p"] {
                var state = try transaction.sync.entity(name, of: sourceID) ?? EntityState(name: name, generation: 1)
                state.state = [1]
                state.isComplete = true
                try transaction.sync.saveEntity(state, of: sourceID)
            }
        }
        let cursor = try await stage.send(.get, path + id + "/changes").cursor ?? ""
        _ = try await stage.send(.post, path + id + "/sync")
        let part = try await stage.send(.post, path + id + "/erase", ["entity": "o"])
        #expect(part.status == 200 && part.json == ["erased": 2])
        #expect(try await stage.send(.get, path + id + "/runs").items.first?["status"] == "cancelled")
        let expired = try await stage.send(.get, path + id + "/changes?cursor=" + cursor)
        #expect(expired.status == 410 && expired.code == "changes.cursor_expired")
        let states = try await stage.write { try $0.sync.entities(of: sourceID) }
        #expect(states.map(\.state) == [nil, [1]] && states.map(\.isComplete) == [false, true])
        #expect(try await stage.send(.get, path + id + "/records/p").json["total"] == 1)
        #expect(try await stage.send(.post, path + id + "/erase").json == ["erased": 1])
        #expect(try await stage.send(.post, path + id + "/erase").json == ["erased": 0])
        let feed = try await stage.send(.get, path + id + "/changes")
        #expect(feed.items.count == 3 && feed.items.allSatisfy { $0["is_deleted"] == true && $0["data"] == .null })
        #expect(try await stage.send(.post, path + id + "/erase", ["entity": 1]).faults == ["/entity field.type"])
    }

    @Test("an erasure larger than one chunk is whole")
    func largeErase() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        for start in stride(from: 0, to: 25_000, by: 5_000) {
            try await stage.storeRecords("o", (start..<start + 5_000).map { ("[\($0)]", "{}") }, of: id)
        }
        #expect(try await stage.send(.post, path + id + "/erase").json == ["erased": 25_000])
        #expect(try await stage.send(.get, path + id + "/records/o").json["total"] == 0)
    }

    @Test("a cursor below the purged tombstones has expired")
    func purged() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let sourceID = try #require(DataSourceID(id))
        try await stage.storeRecords("o", [("[1]", "{}"), ("[2]", "{}")], of: id)
        let cursor = try await stage.send(.get, path + id + "/changes?limit=1").cursor ?? ""
        try await stage.storeRecords("o", [("[1]", nil)], of: id)
        try await stage.write { transaction in
            var state = try #require(try transaction.sync.lock(sourceID))
            _ = try transaction.records.purgeTombstones(before: transaction.now + .seconds(1), limit: 100, sync: &state)
            try transaction.sync.save(state)
        }
        #expect(try await stage.send(.get, path + id + "/changes?cursor=" + cursor).code == "changes.cursor_expired")
        #expect(try await stage.send(.get, path + id + "/changes").items.count == 1)
    }
}
