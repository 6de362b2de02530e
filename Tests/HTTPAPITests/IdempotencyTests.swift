import Domain
import Hummingbird
import HummingbirdTesting
import JSON
import NIOCore
import StoreAPI
import TestSupport
import Testing

@Suite("Requests with an Idempotency-Key")
struct IdempotencyTests {
    private let path = "/api/v1/datasources"
    private let body: JSONValue = [
        "name": "Orders", "type": "probe", "config": ["host": "db.example", "password": "canary-7f3a9c51"],
    ]

    @Test("the same request again gets the answer of the first, and nothing is done twice")
    func replay() async throws {
        let stage = try await Stage()
        let first = try await stage.send(.post, path, body, headers: ["Idempotency-Key": "k-1"])
        #expect(first.status == 201 && first.header("Idempotent-Replayed") == nil)
        let id = try #require(first.json["id"]?.stringValue)
        // What became of the DataSource meanwhile doesn't show in the answer.
        _ = try await stage.send(.delete, path + "/" + id)
        let again = try await stage.send(.post, path, body, headers: ["Idempotency-Key": "k-1"])
        #expect(again.status == 201 && again.bytes == first.bytes)
        #expect(again.header("Idempotent-Replayed") == "true")
        for name in ["Location", "ETag", "Content-Type"] { #expect(again.header(name) == first.header(name)) }
        #expect(again.header("X-Request-Id") != first.header("X-Request-Id"))
        #expect(try await stage.send(.get, path + "?include_deleted=true").json["total"] == 1)
        let other = try await stage.send(.post, path, body, headers: ["Idempotency-Key": "k-2"])
        #expect(other.status == 201 && other.json["id"]?.stringValue != id)
    }

    @Test("of 50 at the same time one is done, and all get its answer")
    func parallel() async throws {
        let stage = try await Stage()
        let replies = try await stage.sendAtOnce(50, path, body, key: "k-1")
        #expect(replies.allSatisfy { $0.status == 201 })
        #expect(Set(replies.map(\.bytes)).count == 1)
        #expect(replies.count { $0.header("Idempotent-Replayed") == "true" } == 49)
        #expect(try await stage.send(.get, path).json["total"] == 1)
    }

    @Test("a key is bound to its request: body, path, query and method")
    func reuse() async throws {
        let stage = try await Stage()
        let id = try await stage.register()
        let sync = path + "/" + id + "/sync"
        let headers = ["Idempotency-Key": "k-1"]
        #expect(try await stage.send(.post, sync, ["mode": "full"], headers: headers).status == 202)
        let full: JSONValue = ["mode": "full"]
        let others: [(String, JSONValue?)] = [
            (sync, ["mode": "incremental"]), (sync, nil), (sync + "?wait=0", full), ("\(path)/\(id)/erase", full),
            ("\(path)/\(id)/check", nil),
        ]
        for (place, body) in others {
            let reply = try await stage.send(.post, place, body, headers: headers)
            #expect(reply.status == 422 && reply.code == "idempotency.key_reused", "\(place)")
        }
        // Other methods have no such header.
        #expect(try await stage.send(.get, path + "/" + id, headers: headers).status == 200)
        #expect(try await stage.send(.patch, path + "/" + id, ["name": "x"], headers: headers).status == 200)
    }

    @Test("a key is its principal's: another tenant, Application or sub has it to itself")
    func principals() async throws {
        let stage = try await Stage()
        var ids: Set<String> = []
        let tokens = [
            try stage.token(), try stage.token("other"), try stage.token(app: "shop"), try stage.token(app: "desk"),
            try stage.token(subject: "per_2"),
        ]
        for _ in 0..<2 {
            for token in tokens {
                let reply = try await stage.send(
                    .post, path, body, token: token, headers: ["Idempotency-Key": "k-1"])
                #expect(reply.status == 201)
                ids.insert(try #require(reply.json["id"]?.stringValue))
            }
        }
        #expect(ids.count == tokens.count)
        let other = try await stage.send(
            .post, path, ["name": "x"], token: tokens[1], headers: ["Idempotency-Key": "k-2"])
        #expect(other.code == "datasource.invalid")
    }

    @Test("an effect whose answer was lost is found again; one that failed is done")
    func lostAnswer() async throws {
        let stage = try await Stage()
        let faults: [FaultyStore.Fault] = [.after(AppError(.storeUnavailable)), .before(AppError(.storeUnavailable))]
        for (number, fault) in faults.enumerated() {
            let headers = ["Idempotency-Key": "k-\(number)"]
            stage.faulty.fail(write: 1, fault)
            #expect(try await stage.send(.post, path, body, headers: headers).status == 503)
            #expect(try await stage.send(.get, path).json["total"] == 1)
            let again = try await stage.send(.post, path, body, headers: headers)
            #expect(again.status == 201)
            #expect((again.header("Idempotent-Replayed") == "true") == (number == 0))
            #expect(try await stage.send(.get, path).json["total"] == .int(number + 1))
        }
    }

    @Test("what was refused isn't kept: the same key may come with the body corrected")
    func errors() async throws {
        let stage = try await Stage()
        let headers = ["Idempotency-Key": "k-1"]
        #expect(try await stage.send(.post, path, ["name": "x"], headers: headers).code == "datasource.invalid")
        #expect(try await stage.send(.post, path, body, headers: headers).status == 201)
    }

    @Test("after 24 hours the key is free")
    func expiry() async throws {
        let stage = try await Stage()
        let headers = ["Idempotency-Key": "k-1"]
        let first = try await stage.send(.post, path, body, headers: headers)
        stage.wallClock.advance(by: .seconds(86_400))
        #expect(try await stage.send(.post, path, body, headers: headers).bytes == first.bytes)
        stage.wallClock.advance(by: .milliseconds(1))
        let next = try await stage.send(.post, path, body, headers: headers)
        #expect(next.status == 201 && next.json["id"] != first.json["id"])
        #expect(next.header("Idempotent-Replayed") == nil)
        #expect(try await stage.send(.post, path, body, headers: headers).bytes == next.bytes)
    }

    @Test("answers are kept sealed")
    func sealed() async throws {
        let stage = try await Stage()
        _ = try await stage.send(.post, path, body, headers: ["Idempotency-Key": "key-in-plain-sight"])
        let stored = try stage.stored()
        #expect(stored.contains("Orders"))
        #expect(!stored.contains("has_body") && !stored.contains("key-in-plain-sight"))
    }

    @Test("a token that may no longer ask doesn't get the answer of before")
    func grants() async throws {
        let stage = try await Stage()
        let headers = ["Idempotency-Key": "k-1"]
        _ = try await stage.send(.post, path, body, headers: headers)
        let token = try stage.token(grants: GrantSet([.datasourcesRead]))
        let reply = try await stage.send(.post, path, body, token: token, headers: headers)
        #expect(reply.status == 403 && reply.code == "auth.scope_missing")
    }

    @Test("a change and its audit row are made once")
    func audit() async throws {
        let stage = try await Stage()
        for _ in 0..<3 { _ = try await stage.send(.post, path, body, headers: ["Idempotency-Key": "k-1"]) }
        let rows = try await stage.store.read(Scope(tenant: .named("acme"))) { try $0.audit.count(AuditQuery()) }
        #expect(rows == 1)
    }
}

extension Stage {
    /// Sends the same POST many times at once.
    func sendAtOnce(_ count: Int, _ path: String, _ body: JSONValue, key: String) async throws -> [Reply] {
        try await withThrowingTaskGroup(of: Reply.self) { group in
            for _ in 0..<count {
                group.addTask { try await self.send(.post, path, body, headers: ["Idempotency-Key": key]) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}
