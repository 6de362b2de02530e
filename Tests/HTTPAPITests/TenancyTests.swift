import Domain
import JSON
import StoreAPI
import TestSupport
import Testing

@Suite("Who may see and do what over HTTP")
struct TenancyTests {
    private let path = "/api/v1/datasources/"

    /// Every request that names a DataSource, below its path.
    private static let requests: [(Method, String, JSONValue?)] = [
        (.get, "", nil), (.patch, "", ["name": "x"]), (.patch, "", ["is_deleted": false]), (.delete, "", nil),
        (.post, "/sync", [:]), (.post, "/check", nil), (.get, "/entities", nil), (.post, "/erase", [:]),
        (.get, "/runs", nil), (.get, "/runs/run_01ARZ3NDEKTSV4RRFFQ69G5FAV", nil),
        (.post, "/runs/run_01ARZ3NDEKTSV4RRFFQ69G5FAV/cancel", nil),
        (.get, "/runs/run_01ARZ3NDEKTSV4RRFFQ69G5FAV/rejects", nil), (.get, "/records/orders", nil),
        (.get, "/changes", nil), (.get, "?include_deleted=true", nil),
    ]

    @Test("another tenant's, a missing and a malformed id get the same 404, byte for byte", arguments: requests)
    func foreign(_ method: Method, _ place: String, _ body: JSONValue?) async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let other = try stage.token("rival")
        let foreign = try await stage.send(method, path + id + place, body, token: other)
        #expect(foreign.status == 404 && foreign.code == "datasource.not_found", "\(foreign.text)")
        for name in [
            "ds_01ARZ3NDEKTSV4RRFFQ69G5FAV", "ds_1", "nonsense", "ds_%00", "..%2F..",
            "ds_" + String(repeating: "Z", count: 26),
        ] {
            let reply = try await stage.send(method, path + name + place, body, token: other)
            #expect(reply.comparable == foreign.comparable, "\(name)")
        }
        #expect(try await stage.send(.get, path + id).json["name"] == "Orders")
    }

    @Test("lists hold only the tenant's own")
    func lists() async throws {
        let stage = try await Stage()
        _ = try await stage.register()
        let list = try await stage.send(.get, "/api/v1/datasources", token: stage.token("rival"))
        #expect(list.json == ["items": [], "next_cursor": .null, "total": 0])
    }

    @Test("a run of another DataSource isn't found")
    func otherRun() async throws {
        let stage = try await Stage()
        let first = try await stage.register("a")
        let second = try await stage.register("b")
        let run = try #require(try await stage.send(.post, path + first + "/sync").json["id"]?.stringValue)
        #expect(try await stage.send(.get, path + first + "/runs/" + run).status == 200)
        for place in [path + second + "/runs/" + run, path + second + "/runs/nonsense"] {
            #expect(try await stage.send(.get, place).code == "run.not_found")
        }
    }

    @Test("an Application's token stamps and sees only its own rows; the tenant's sees all")
    func applications() async throws {
        let stage = try await Stage()
        let one = try stage.token(app: "one")
        let two = try stage.token(app: "two")
        let id = try await stage.register("of one", token: one)
        let plain = try await stage.register("of none")
        #expect(try await stage.send(.get, path + id, token: one).json["app_id"] == "one")
        #expect(try await stage.send(.get, path + id, token: two).status == 404)
        #expect(try await stage.send(.patch, path + id, ["name": "x"], token: two).status == 404)
        #expect(try await stage.send(.get, path + plain, token: one).status == 404)
        #expect(try await stage.send(.get, path + id).status == 200)
        #expect(try await stage.send(.get, "/api/v1/datasources", token: one).json["total"] == 1)
        #expect(try await stage.send(.get, "/api/v1/datasources?app_id=one").json["total"] == 1)
        #expect(try await stage.send(.get, "/api/v1/datasources").json["total"] == 2)
    }

    @Test("what hangs from an Application's DataSource is stamped and seen like it, cursors too")
    func belowApplications() async throws {
        let stage = try await Stage()
        let (app, secret) = try await stage.application(scope: "*")
        let one = try #require(try await stage.mint(app, secret).json["access_token"]?.stringValue)
        let two = try stage.token(app: "two")
        let id = try await stage.register("of one", token: one)
        let run = try await stage.send(.post, path + id + "/sync", token: one)
        #expect(run.json["app_id"] == .string(app))
        let runID = try #require(run.json["id"]?.stringValue)
        let (source, reference) = (try #require(DataSourceID(id)), try #require(RunID(runID)))
        try await stage.write { transaction in
            let rejects = [1, 2].map { Reject(entity: "orders", reason: "record.key_missing", excerpt: "\($0)") }
            try transaction.runs.insertRejects(rejects, run: reference, of: source)
        }
        try await stage.endRun(of: id)
        #expect(try await stage.send(.post, path + id + "/sync", token: one).json["app_id"] == .string(app))
        try await stage.storeRecords("orders", [("[1]", "{}"), ("[2]", "{}")], of: id)
        let pages = [
            "/runs?limit=1", "/runs/\(runID)/rejects?limit=1", "/records/orders?limit=1", "/changes?limit=1",
        ]
        for page in pages {
            let own = try await stage.send(.get, path + id + page, token: one)
            #expect(own.items.count == 1, "\(page) \(own.text)")
            let next = path + id + page + "&cursor=" + (try #require(own.cursor, "\(page)"))
            #expect(try await stage.send(.get, next, token: one).items.count == 1)
            #expect(try await stage.send(.get, next).code == "cursor.invalid", "another scope's cursor")
            #expect(try await stage.send(.get, path + id + page).items.count == 1)
            for place in [next, path + id + page] {
                let code = try await stage.send(.get, place, token: two).code
                #expect(code == "datasource.not_found" || code == "cursor.invalid", "\(place)")
            }
        }
        #expect(try await stage.send(.get, path + id + "/runs/" + runID, token: one).json["app_id"] == .string(app))
        #expect(try await stage.send(.get, path + id + "/runs/" + runID, token: two).code == "datasource.not_found")
        let sources = try await stage.send(.get, "/api/v1/datasources", token: two)
        #expect(sources.json["total"] == 0)
    }

    private static let needs: [(Method, String, JSONValue?, Grant)] = [
        (.get, "", nil, .datasourcesRead), (.patch, "", [:], .datasourcesWrite), (.delete, "", nil, .datasourcesWrite),
        (.post, "/sync", nil, .datasourcesSync), (.post, "/check", nil, .datasourcesWrite),
        (.get, "/entities", nil, .datasourcesRead), (.post, "/erase", nil, .datasourcesWrite),
        (.get, "/runs", nil, .datasourcesRead), (.get, "/runs/x", nil, .datasourcesRead),
        (.post, "/runs/x/cancel", nil, .datasourcesSync), (.get, "/runs/x/rejects", nil, .datasourcesRead),
        (.get, "/records/orders", nil, .recordsRead), (.get, "/changes", nil, .recordsRead),
    ]

    @Test("each route needs its grant and says which", arguments: needs)
    func grants(_ method: Method, _ place: String, _ body: JSONValue?, _ grant: Grant) async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let others = try stage.token(grants: GrantSet(Grant.allCases.filter { $0 != grant }))
        let reply = try await stage.send(method, path + id + place, body, token: others)
        #expect(reply.status == 403 && reply.code == "auth.scope_missing")
        #expect(reply.json["scope"] == .string(grant.rawValue))
        let alone = try stage.token(grants: GrantSet([grant]))
        #expect(try await stage.send(method, path + id + place, body, token: alone).status != 403)
    }

    @Test("whatever is wrong with a token, the answer is one and the same 401")
    func tokens() async throws {
        let stage = try await Stage()
        let good = try stage.token()
        let expired = try stage.token(ttl: .seconds(1))
        stage.wallClock.advance(by: .seconds(100))
        let headers: [[String: String]] = [
            [:], ["Authorization": "Bearer"], ["Authorization": "Bearer "], ["Authorization": "Basic " + good],
            ["Authorization": "Bearer " + good + "x"], ["Authorization": "Bearer " + expired],
            ["Authorization": "Bearer  " + good], ["Authorization": good],
        ]
        let first = try await stage.send(.get, "/api/v1/datasources", token: "")
        #expect(first.status == 401 && first.header("WWW-Authenticate") == "Bearer")
        #expect(first.code == "auth.invalid_token")
        for header in headers {
            for place in ["/api/v1/datasources", "/api/v1/nothing", "/api/v1"] {
                let reply = try await stage.send(.get, place, token: "", headers: header)
                #expect(reply.comparable == first.comparable, "\(header)")
            }
        }
        let small = try await stage.send(
            .get, "/api/v1/datasources", token: "", headers: ["Authorization": "bearer " + good])
        #expect(small.status == 200)
    }
}
