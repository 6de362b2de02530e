import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import NIOCore
import TestSupport
import Testing

@Suite("The audit over HTTP")
struct AuditTests {
    private let path = "/api/v1/datasources"

    private func actions(_ reply: Reply) -> [String] { reply.items.compactMap { $0["action"]?.stringValue } }

    @Test("every change makes one row: who, what, which fields, from which request; and no value is in it")
    func rows() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let patch: JSONValue = [
            "name": "Sales", "config": ["port": 6_000, "password": "another-canary"],
        ]
        _ = try await stage.send(.patch, "\(path)/\(id)", patch, headers: ["X-Request-Id": "req-7"])
        let run = try #require(
            try await stage.send(.post, "\(path)/\(id)/sync", ["mode": "full"]).json["id"]?.stringValue)
        // Covered by the run: changes nothing.
        _ = try await stage.send(.post, "\(path)/\(id)/sync", ["mode": "full"])
        _ = try await stage.send(.post, "\(path)/\(id)/runs/\(run)/cancel")
        _ = try await stage.send(.post, "\(path)/\(id)/erase", ["entity": "orders"])
        _ = try await stage.send(.post, "\(path)/\(id)/check")
        _ = try await stage.send(.delete, "\(path)/\(id)")
        _ = try await stage.send(.patch, "\(path)/\(id)", ["is_deleted": false])
        // Refused: no change, no row.
        _ = try await stage.send(.patch, "\(path)/\(id)", ["type": "file"])
        let reply = try await stage.send(.get, "/api/v1/audit")
        #expect(
            actions(reply) == [
                "datasource.restore", "datasource.delete", "datasource.erase", "run.cancel", "datasource.sync",
                "datasource.update", "datasource.create",
            ])
        #expect(reply.json["total"] == 7 && reply.cursor == nil)
        let update = try #require(reply.items.first { $0["action"] == "datasource.update" })
        #expect(update["changes"] == ["config.password", "config.port", "name"])
        #expect(update["request_id"] == "req-7" && update["actor"] == "per_1" && update["address"] == .null)
        #expect(update["resource_type"] == "datasource" && update["resource_id"]?.stringValue == id)
        #expect(reply.items.first { $0["action"] == "datasource.sync" }?["changes"] == ["mode"])
        #expect(reply.items.first { $0["action"] == "datasource.erase" }?["changes"] == ["orders"])
        for value in ["canary", "6000", "Sales"] { #expect(!reply.text.contains(value)) }
    }

    @Test("rows are filtered and paged, and a cursor fits its own filters only")
    func list() async throws {
        let stage = try await Stage()
        var ids: [String] = []
        for number in 0..<5 {
            ids.append(try await stage.register("s\(number)", token: try stage.token(subject: "per_\(number % 2)")))
            stage.wallClock.advance(by: .seconds(1))
        }
        _ = try await stage.send(.delete, "\(path)/\(ids[0])")
        let first = try await stage.send(.get, "/api/v1/audit?action=datasource.create&limit=3")
        #expect(first.json["total"] == 5 && first.items.map { $0["resource_id"]?.stringValue } == ids[2...].reversed())
        let cursor = try #require(first.cursor)
        let second = try await stage.send(.get, "/api/v1/audit?action=datasource.create&limit=3&cursor=\(cursor)")
        #expect(second.items.map { $0["resource_id"]?.stringValue } == ids[..<2].reversed() && second.cursor == nil)
        #expect(try await stage.send(.get, "/api/v1/audit?cursor=\(cursor)").code == "cursor.invalid")
        #expect(actions(try await stage.send(.get, "/api/v1/audit?resource_id=\(ids[0])")).count == 2)
        #expect(try await stage.send(.get, "/api/v1/audit?actor=per_0").json["total"] == 3)
        #expect(try await stage.send(.get, "/api/v1/audit?resource_type=run").json["total"] == 0)
        #expect(try await stage.send(.get, "/api/v1/audit?action=nothing").code == "query.invalid")
    }

    @Test("another tenant sees nothing, an Application what is its own, and nobody anything without audit:read")
    func scopes() async throws {
        let stage = try await Stage()
        let own = try await stage.register("own", token: try stage.token(app: "shop"))
        _ = try await stage.register("other")
        _ = try await stage.send(.delete, "\(path)/\(own)")
        let shop = try await stage.send(.get, "/api/v1/audit", token: try stage.token(app: "shop"))
        #expect(actions(shop) == ["datasource.delete", "datasource.create"])
        #expect(shop.items.map { $0["actor_app_id"] } == [.null, "shop"])
        #expect(try await stage.send(.get, "/api/v1/audit", token: try stage.token("bert")).json["total"] == 0)
        let blind = try stage.token(grants: GrantSet([.datasourcesRead, .datasourcesWrite]))
        #expect(try await stage.send(.get, "/api/v1/audit", token: blind).status == 403)
    }

    @Test("the address is the connection's own, whatever a header says")
    func address() async throws {
        let stage = try await Stage()
        let token = try stage.token()
        try await stage.application.test(.live) { client in
            let body = #"{"name":"x","type":"probe","config":{"host":"h","password":"p"}}"#
            let headers: HTTPFields = [
                .authorization: "Bearer \(token)", .contentType: "application/json",
                try #require(HTTPField.Name("X-Forwarded-For")): "203.0.113.9",
            ]
            let reply = try await client.execute(
                uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
            #expect(reply.status == .created)
        }
        #expect(try await stage.send(.get, "/api/v1/audit").items.first?["address"] == "127.0.0.1")
    }
}
