import Domain
import JSON
import StoreAPI
import TestSupport
import Testing

@Suite("Applications and their keys over HTTP")
struct ApplicationTests {
    private let path = "/api/v1/applications"

    @Test("registers an Application with the usual grants, reads, lists and changes it")
    func lifecycle() async throws {
        let stage = try await Stage()
        let created = try await stage.send(.post, path, ["name": "  Nightly export "])
        #expect(created.status == 201, "\(created.text)")
        let id = try #require(created.json["id"]?.stringValue)
        #expect(created.header("Location") == path + "/" + id)
        #expect(created.json["name"] == "Nightly export" && created.json["tenant_id"] == "acme")
        #expect(created.json["scope"] == "datasources:read datasources:write datasources:sync records:read")
        #expect(created.json["is_deleted"] == false && created.json["deleted_at"] == .null)
        #expect(created.json["created_by"] == "per_1")
        #expect(try await stage.send(.get, path + "/" + id).json == created.json)
        stage.wallClock.advance(by: .seconds(5))
        let changed = try await stage.send(
            .patch, path + "/" + id, ["scope": "records:read", "name": "x"], token: stage.token(subject: "per_2"))
        #expect(changed.json["scope"] == "records:read" && changed.json["updated_by"] == "per_2")
        #expect(changed.json["updated_at"] != created.json["updated_at"])
        #expect(try await stage.send(.get, path).items == [changed.json])
    }

    @Test("pages newest first; a cursor fits its own list alone")
    func paging() async throws {
        let stage = try await Stage()
        var ids: [String] = []
        for number in 0..<5 { ids.insert(try await stage.application("app \(number)").id, at: 0) }
        let first = try await stage.send(.get, path + "?limit=2")
        #expect(first.items.map { $0["id"]?.stringValue } == Array(ids[..<2]) && first.json["total"] == 5)
        let rest = try await stage.send(.get, path + "?limit=3&cursor=" + (first.cursor ?? ""))
        #expect(rest.items.map { $0["id"]?.stringValue } == Array(ids[2...]) && rest.cursor == nil)
        for query in ["?include_deleted=true&cursor=", "/\(ids[0])/keys?cursor="] {
            #expect(try await stage.send(.get, path + query + (first.cursor ?? "")).code == "cursor.invalid")
        }
        #expect(try await stage.send(.get, path + "?x=1").code == "query.unknown")
    }

    @Test(
        "names every fault of a body",
        arguments: [
            (["name": ""], ["/name field.length"]), ([:], ["/name field.required"]),
            (["name": "a", "x": 1, "id": "app_1"], ["/x field.unknown", "/id field.server_stamped"]),
            (["name": "a", "scope": "datasources:read everything"], ["/scope field.value"]),
            (["name": "a", "scope": ""], ["/scope field.length"]),
            (["name": 1, "scope": 2], ["/name field.type", "/scope field.type"]),
            (["name": "a", "is_deleted": false], ["/is_deleted field.server_stamped"]),
        ] as [(JSONValue, Set<String>)])
    func faults(_ body: JSONValue, _ faults: Set<String>) async throws {
        let stage = try await Stage()
        let reply = try await stage.send(.post, path, body)
        #expect(reply.status == 422 && reply.code == "application.invalid")
        #expect(reply.faults == faults)
    }

    @Test("a deleted Application is gone with its keys, and comes back without them")
    func deletion() async throws {
        let stage = try await Stage()
        for deletes in [(Method.delete, nil), (.patch, ["is_deleted": true])] as [(Method, JSONValue?)] {
            let (id, secret) = try await stage.application()
            let deleted = try await stage.send(deletes.0, "\(path)/\(id)", deletes.1)
            #expect(deleted.status < 300)
            #expect(try await stage.send(.get, "\(path)/\(id)").code == "application.not_found")
            #expect(try await stage.send(.get, "\(path)/\(id)/keys").code == "application.not_found")
            #expect(try await stage.send(.patch, "\(path)/\(id)", ["name": "x"]).status == 404)
            #expect(try await stage.send(.delete, "\(path)/\(id)").status == 404)
            let seen = try await stage.send(.get, "\(path)/\(id)?include_deleted=true")
            #expect(seen.json["is_deleted"] == true && seen.json["deleted_by"] == "per_1")
            #expect(try await stage.send(.get, path).items.allSatisfy { $0["id"] != .string(id) })
            #expect(try await stage.mint(id, secret).code == "auth.invalid_client")
            let restored = try await stage.send(.patch, "\(path)/\(id)", ["is_deleted": false])
            #expect(restored.json["is_deleted"] == false && restored.json["deleted_by"] == .null)
            let keys = try await stage.send(.get, "\(path)/\(id)/keys").items
            #expect(keys.count == 1 && keys[0]["revoked_at"]?.stringValue != nil)
            #expect(try await stage.mint(id, secret).code == "auth.invalid_client")
        }
    }

    @Test("a key's secret is shown once, and nothing stored or logged holds it")
    func secret() async throws {
        let stage = try await Stage()
        let id = try await stage.application().id
        let made = try await stage.send(.post, "\(path)/\(id)/keys", ["name": "ci"])
        #expect(made.status == 201 && made.header("Cache-Control") == "no-store")
        let secret = try #require(made.json["secret"]?.stringValue)
        let prefix = try #require(made.json["prefix"]?.stringValue)
        let parts = secret.split(separator: "_", maxSplits: 2)
        #expect(parts.count == 3 && parts[0] == "trib" && parts[2].count == 43 && secret.hasPrefix(prefix + "_"))
        let listed = try await stage.send(.get, "\(path)/\(id)/keys")
        #expect(listed.json["total"] == 2 && listed.items[0]["secret"] == nil)
        var shown = made.json.objectValue ?? [:]
        shown["secret"] = nil
        #expect(listed.items[0] == .object(shown))
        for text in [listed.text, stage.log.all.joined(), try stage.stored()] { #expect(!text.contains(parts[2])) }
        #expect(try stage.stored().contains(id))
    }

    @Test("at most twenty keys of an Application are live; dead ones don't count")
    func manyKeys() async throws {
        let stage = try await Stage()
        let id = try await stage.application().id
        for _ in 1..<20 { #expect(try await stage.send(.post, "\(path)/\(id)/keys").status == 201) }
        let refused = try await stage.send(.post, "\(path)/\(id)/keys")
        #expect(refused.status == 409 && refused.code == "api_key.too_many")
        let key = try #require(try await stage.send(.get, "\(path)/\(id)/keys").items[3]["id"]?.stringValue)
        #expect(try await stage.send(.delete, "\(path)/\(id)/keys/\(key)").status == 204)
        #expect(try await stage.send(.delete, "\(path)/\(id)/keys/\(key)").status == 204)
        #expect(try await stage.send(.post, "\(path)/\(id)/keys").status == 201)
        for wrong in ["nonsense", "key_01ARZ3NDEKTSV4RRFFQ69G5FAV", id] {
            #expect(try await stage.send(.delete, "\(path)/\(id)/keys/\(wrong)").code == "api_key.not_found")
        }
    }

    @Test("a key's body is checked")
    func keyBodies() async throws {
        let stage = try await Stage()
        let id = try await stage.application().id
        let now = stage.wallClock.now
        for (body, fault) in [
            (["name": ""], "/name field.length"), (["x": 1], "/x field.unknown"),
            (["expires_at": "soon"], "/expires_at field.format"),
            (["expires_at": .string(now.rfc3339)], "/expires_at field.value"),
        ] as [(JSONValue, String)] {
            let reply = try await stage.send(.post, "\(path)/\(id)/keys", body)
            #expect(reply.code == "request.invalid" && reply.faults == [fault], "\(reply.text)")
        }
        let later = (now + .seconds(60)).rfc3339
        let made = try await stage.send(.post, "\(path)/\(id)/keys", ["expires_at": .string(later)])
        #expect(made.json["expires_at"] == .string(later) && made.json["last_used_at"] == .null)
    }

    @Test("nobody gives an Application what they don't have: by a scope, by a patch or by a key")
    func exceeded() async throws {
        let stage = try await Stage()
        let small = try stage.token(grants: GrantSet([.applicationsAdmin, .recordsRead]))
        for (scope, missing) in [
            (nil, "datasources:read datasources:write datasources:sync"), ("*", "*"),
            ("records:read audit:read", "audit:read"),
        ] as [(String?, String)] {
            var body: JSONObject = ["name": "a"]
            if let scope { body["scope"] = .string(scope) }
            let reply = try await stage.send(.post, path, .object(body), token: small)
            #expect(reply.status == 403 && reply.code == "application.scope_exceeded")
            #expect(reply.json["scope"] == .string(missing))
        }
        let own = try await stage.send(.post, path, ["name": "a", "scope": "records:read"], token: small)
        let id = try #require(own.json["id"]?.stringValue)
        let wider = try await stage.send(.patch, "\(path)/\(id)", ["scope": "audit:read"], token: small)
        #expect(wider.code == "application.scope_exceeded")
        #expect(try await stage.send(.post, "\(path)/\(id)/keys", token: small).status == 201)
        let strong = try await stage.application().id
        let key = try await stage.send(.post, "\(path)/\(strong)/keys", token: small)
        #expect(key.status == 403 && key.code == "application.scope_exceeded")
        #expect(try await stage.send(.patch, "\(path)/\(strong)", ["name": "b"], token: small).status == 200)
        #expect(
            try await stage.send(.patch, "\(path)/\(strong)", ["scope": "records:read"], token: small).status == 200)
        #expect(try await stage.send(.post, "\(path)/\(strong)/keys", token: small).status == 201)
    }

    @Test("an Application's own token manages it alone and registers no other")
    func ownToken() async throws {
        let stage = try await Stage()
        let other = try await stage.application().id
        let (id, secret) = try await stage.application(scope: "*")
        let token = try #require(try await stage.mint(id, secret).json["access_token"]?.stringValue)
        #expect(try await stage.send(.get, path, token: token).items.map { $0["id"] } == [.string(id)])
        #expect(try await stage.send(.get, "\(path)/\(id)", token: token).status == 200)
        #expect(try await stage.send(.post, "\(path)/\(id)/keys", token: token).status == 201)
        #expect(try await stage.send(.post, path, ["name": "b"], token: token).code == "application.foreign")
        for (method, place, body) in Self.requests {
            let foreign = try await stage.send(method, "\(path)/\(other)\(place)", body, token: token)
            #expect(foreign.code == "application.not_found", "\(method) \(place)")
        }
    }

    @Test("every change is written down, with the names of what changed")
    func audit() async throws {
        let stage = try await Stage()
        let (id, _) = try await stage.application()
        let key = try #require(try await stage.send(.get, "\(path)/\(id)/keys").items[0]["id"]?.stringValue)
        _ = try await stage.send(.patch, "\(path)/\(id)", ["name": "b", "scope": "records:read"])
        for _ in 0..<2 { _ = try await stage.send(.delete, "\(path)/\(id)/keys/\(key)") }
        _ = try await stage.send(.delete, "\(path)/\(id)")
        _ = try await stage.send(.patch, "\(path)/\(id)", ["is_deleted": false])
        _ = try await stage.send(.patch, "\(path)/\(id)", ["scope": "everything"])
        let scope = Scope(tenant: .named("acme"), app: .named(id))
        let events = try await stage.store.read(scope) { try $0.audit.list(AuditQuery()) }
        #expect(
            events.reversed().map { "\($0.action.rawValue) \($0.subject.id) \($0.changes)" } == [
                "application.create \(id) []", "key.create \(key) []",
                "application.update \(id) [\"name\", \"scope\"]", "key.revoke \(key) []",
                "application.delete \(id) []", "application.restore \(id) []",
            ])
    }

    /// Every request that names an Application, below its path.
    private static let requests: [(Method, String, JSONValue?)] = [
        (.get, "", nil), (.get, "?include_deleted=true", nil), (.patch, "", ["name": "x"]),
        (.patch, "", ["is_deleted": false]), (.delete, "", nil), (.get, "/keys", nil), (.post, "/keys", [:]),
        (.delete, "/keys/key_01ARZ3NDEKTSV4RRFFQ69G5FAV", nil),
    ]

    @Test("another tenant's, a missing and a malformed id get the same 404, byte for byte", arguments: requests)
    func foreign(_ method: Method, _ place: String, _ body: JSONValue?) async throws {
        let stage = try await Stage()
        let id = try await stage.application().id
        let rival = try stage.token("rival")
        let foreign = try await stage.send(method, "\(path)/\(id)\(place)", body, token: rival)
        #expect(foreign.status == 404 && foreign.code == "application.not_found", "\(foreign.text)")
        for name in ["app_01ARZ3NDEKTSV4RRFFQ69G5FAV", "nonsense", "app_%00"] {
            let reply = try await stage.send(method, "\(path)/\(name)\(place)", body, token: rival)
            #expect(reply.comparable == foreign.comparable, "\(name)")
        }
        let grants = GrantSet(Grant.allCases.filter { $0 != .applicationsAdmin })
        let weak = try await stage.send(method, "\(path)/\(id)\(place)", body, token: stage.token(grants: grants))
        #expect(weak.code == "auth.scope_missing" && weak.json["scope"] == "applications:admin")
        #expect(try await stage.send(.get, "\(path)/\(id)").json["is_deleted"] == false)
    }
}

extension Stage {
    /// Registers an Application with a key and answers the id and the key's text.
    func application(
        _ name: String = "Export", scope: String? = nil, token: String? = nil
    ) async throws -> (id: String, secret: String) {
        var body: JSONObject = ["name": .string(name)]
        if let scope { body["scope"] = .string(scope) }
        let made = try await send(.post, "/api/v1/applications", .object(body), token: token)
        #expect(made.status == 201, "\(made.text)")
        let id = try #require(made.json["id"]?.stringValue)
        let key = try await send(.post, "/api/v1/applications/\(id)/keys", token: token)
        return (id, try #require(key.json["secret"]?.stringValue))
    }

    /// Asks for a token with client credentials.
    func mint(_ id: String, _ secret: String, scope: String? = nil) async throws -> Reply {
        var body: JSONObject = ["client_id": .string(id), "client_secret": .string(secret)]
        if let scope { body["scope"] = .string(scope) }
        return try await send(.post, "/api/v1/auth/token", .object(body), token: "")
    }
}
