import ConnectorAPI
import Domain
import JSON
import TestSupport
import Testing

@Suite("Bad input over HTTP")
struct BadInputTests {
    private let path = "/api/v1/datasources"

    @Test(
        "a body that isn't JSON is refused with its code and the byte",
        arguments: [
            (#"{"name": }"#, "body.malformed"), ("{", "body.malformed"), ("not json", "body.malformed"),
            (#"{"a":1} x"#, "body.malformed"), (#"{"a":1,"a":2}"#, "body.duplicate_member"),
            (String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000), "body.too_deep"),
            (String(repeating: #"{"a":"#, count: 10_000), "body.too_deep"), ("\u{FEFF}{}", "body.malformed"),
        ])
    func malformed(_ body: String, _ code: String) async throws {
        let stage = try await Stage()
        let reply = try await stage.send(.post, path, bytes: Array(body.utf8))
        #expect(reply.status == 400 && reply.code == code, "\(reply.text)")
        #expect(reply.json["offset"]?.stringValue.flatMap { Int($0) } != nil)
        #expect(reply.header("Content-Type") == "application/problem+json")
    }

    @Test("invalid UTF-8 is refused")
    func encoding() async throws {
        let stage = try await Stage()
        let reply = try await stage.send(
            .post, path, bytes: Array(#"{"name":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8))
        #expect(reply.status == 400 && reply.code == "body.invalid_utf8")
    }

    @Test(
        "another content type or a content coding is refused",
        arguments: [
            ["Content-Type": "text/plain"], ["Content-Type": "application/x-www-form-urlencoded"],
            ["Content-Type": "application/jsonx"], ["Content-Type": "application/json; charset=latin1"],
            ["Content-Type": ""], ["Content-Encoding": "gzip"], ["Content-Type": "application/merge-patch+json"],
        ])
    func contentType(_ headers: [String: String]) async throws {
        let stage = try await Stage()
        let reply = try await stage.send(.post, path, ["name": "a", "type": "probe"], headers: headers)
        #expect(reply.status == 415 && reply.code == "body.unsupported_type", "\(reply.text)")
    }

    @Test("a body of 2 MiB is refused, announced or streamed, and one of 1 MiB is read")
    func size() async throws {
        let stage = try await Stage()
        let large = Array(repeating: UInt8(ascii: " "), count: 2 << 20)
        for headers in [[:], ["Content-Length": "2"]] {
            let reply = try await stage.send(.post, path, bytes: large, headers: headers)
            #expect(reply.status == 413 && reply.code == "body.too_large")
        }
        let full = Array(repeating: UInt8(ascii: " "), count: (1 << 20) - 2) + Array("{}".utf8)
        #expect(try await stage.send(.post, path, bytes: full).status == 422)
    }

    @Test(
        "a query parameter that is unknown, repeated or out of bounds is named",
        arguments: [
            ("?colour=red", "query.unknown", "colour"), ("?Limit=5", "query.unknown", "Limit"),
            ("?limit=0", "query.invalid", "limit"), ("?limit=501", "query.invalid", "limit"),
            ("?limit=", "query.invalid", "limit"), ("?limit=%2B5", "query.invalid", "limit"),
            ("?limit=5&limit=6", "query.invalid", "limit"), ("?status=fine", "query.invalid", "status"),
            ("?sort=secret", "query.invalid", "sort"), ("?include_deleted=1", "query.invalid", "include_deleted"),
            ("?created_after=yesterday", "query.invalid", "created_after"),
            ("?app_id=a%20b", "query.invalid", "app_id"),
            ("?q=%zz", "query.invalid", "query string"), ("?q=%ff", "query.invalid", "query string"),
        ])
    func query(_ text: String, _ code: String, _ name: String) async throws {
        let stage = try await Stage()
        let reply = try await stage.send(.get, path + text)
        #expect(reply.status == 400 && reply.code == code)
        #expect(reply.json["detail"]?.stringValue?.contains(name) == true, "\(reply.text)")
    }

    @Test(
        "a sync request is checked member by member",
        arguments: [
            (#"{"mode":"fast"}"#, "/mode field.value"), (#"{"entities":[]}"#, "/entities field.length"),
            (#"{"entities":"orders"}"#, "/entities field.type"), (#"{"entities":[1]}"#, "/entities/0 field.type"),
            (#"{"entities":["other"]}"#, "/entities/0 entity.not_selected"),
            (#"{"allow_deletes":1}"#, "/allow_deletes field.type"),
            (#"{"force":true}"#, "/force field.unknown"), (#"[]"#, " field.type"),
        ])
    func sync(_ body: String, _ fault: String) async throws {
        let stage = try await Stage()
        let id = try await stage.register("Orders", ["entities": [["name": "orders", "mode": "full"]]])
        let reply = try await stage.send(.post, path + "/" + id + "/sync", bytes: Array(body.utf8))
        #expect(reply.status == 422 && reply.code == "request.invalid" && reply.faults == [fault], "\(reply.text)")
        #expect(try await stage.send(.get, path + "/" + id).json["active_run_id"] == .null)
        #expect(try await stage.send(.post, path + "/" + id + "/sync?wait=61").code == "query.invalid")
    }

    @Test("an idempotency key that isn't visible ASCII is refused")
    func idempotencyKey() async throws {
        let stage = try await Stage()
        for key in ["", "a b", String(repeating: "k", count: 256)] {
            let reply = try await stage.send(.post, path, [:], headers: ["Idempotency-Key": key])
            #expect(reply.status == 400 && reply.code == "header.invalid")
        }
        #expect(try await stage.send(.post, path, [:], headers: ["Idempotency-Key": "k-1"]).status == 422)
    }

    @Test("a secret comes back in no answer and in no log line, whatever is wrong with the request")
    func canary() async throws {
        let stage = try await Stage()
        let secret = Stage.canary
        let id = try await stage.register()
        let config: JSONValue = ["host": "h", "password": .string(secret), "auth": ["token": .string(secret)]]
        stage.connector.onCall { context in
            let text = context.secrets["password"]?.withExposed { $0 } ?? ""
            throw AppError(.connectorFault, "refused for \(text)")
        }
        let replies = [
            try await stage.send(.post, path, ["name": "", "type": "probe", "config": config]),
            try await stage.send(
                .post, path, ["name": "x", "type": "probe", "config": ["password": [.string(secret)]]]),
            try await stage.send(.post, path, ["name": "x", "type": "probe", "config": .string(secret)]),
            try await stage.send(.post, path, bytes: Array("{\"password\":\"\(secret)\",}".utf8)),
            try await stage.send(
                .patch, path + "/" + id, ["config": ["port": .string(secret), "password": .string(secret)]]),
            try await stage.send(.get, path + "/" + id), try await stage.send(.get, path),
            try await stage.send(.post, path + "/" + id + "/check"),
            try await stage.send(.get, path + "/" + id + "/entities"),
            try await stage.send(.post, "/api/v1/connectors/probe/check", ["config": config]),
            try await stage.send(.post, "/api/v1/connectors/probe/check", ["config": ["password": .string(secret)]]),
        ]
        for reply in replies { #expect(!reply.text.contains(secret), "\(reply.text)") }
        #expect(replies.suffix(4).contains { $0.text.contains("[redacted]") })
        #expect(!stage.log.all.isEmpty && !stage.log.all.contains { $0.contains(secret) || $0.contains("Bearer") })
    }
}
