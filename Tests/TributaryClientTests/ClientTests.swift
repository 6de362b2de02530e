import CannedServer
import JSON
import Testing
import WireAPI

@testable import TributaryClient

@Suite("The client")
struct ClientTests {
    private static let emptyPage = Bodies.page(next: "c2")

    /// What the server is asked by one call, and what the call returns.
    private func ask<Result>(
        _ answer: CannedServer.Answer, _ call: (TributaryClient) async throws -> Result
    ) async throws -> (CannedServer.Request?, Result) {
        try await withClient([answer]) { client, server in
            let result = try await call(client)
            return (server.requests.first, result)
        }
    }

    private func refusal<Failure: Error>(
        _ answer: CannedServer.Answer, limits: ClientLimits = ClientLimits(), as _: Failure.Type
    ) async throws -> Failure? {
        try await withClient([answer], limits: limits) { client, _ in
            await #expect(throws: Failure.self) { try await client.datasources.run("ds_1", "run_1") }
        }
    }

    @Test("a sync sends its request with the token and reads the run")
    func sync() async throws {
        let (request, run) = try await ask(.init(202, Bodies.run())) {
            try await $0.datasources.sync("ds_1", SyncRequestBody(mode: "full", entities: ["a"]), wait: 5)
        }
        #expect(request?.method == "POST")
        #expect(request?.target == "/api/v1/datasources/ds_1/sync?wait=5")
        #expect(request?.headers["authorization"] == "Bearer tok")
        #expect(request?.headers["content-type"] == "application/json")
        #expect(request?.body == #"{"mode":"full","entities":["a"]}"#)
        #expect(run.id == "run_1")
    }

    @Test("filters become query parameters, encoded, in one order")
    func filters() async throws {
        let (request, page) = try await ask(.init(200, #"{"items":[],"next_cursor":null,"total":0}"#)) { client in
            var filter = DataSourceFilter()
            (filter.search, filter.limit, filter.includesDeleted, filter.sort) = ("a b&c=ä", 3, true, "-name")
            return try await client.datasources.list(filter)
        }
        #expect(
            request?.target == "/api/v1/datasources?q=a%20b%26c%3D%C3%A4&include_deleted=true&sort=-name&limit=3")
        #expect(page.total == 0)
    }

    @Test("records and changes are asked for by their paths")
    func records() async throws {
        let (records, _) = try await ask(.init(200, Self.emptyPage)) { client in
            var filter = RecordFilter()
            filter.keys = [#""DE""#, "[1,2]"]
            return try await client.datasources.records("ds_1", "public.a/b", filter)
        }
        #expect(
            records?.target == "/api/v1/datasources/ds_1/records/public.a%2Fb?key=%22DE%22&key=%5B1%2C2%5D")
        let (changes, page) = try await ask(.init(200, Self.emptyPage)) {
            try await $0.datasources.changes("ds_1", cursor: "c1", entity: "a", limit: 7, wait: 0)
        }
        #expect(changes?.target == "/api/v1/datasources/ds_1/changes?limit=7&cursor=c1&entity=a&wait=0")
        #expect(page.nextCursor == "c2")
    }

    @Test("an update is a merge patch, nulls and all")
    func update() async throws {
        let (request, _) = try await ask(.init(204)) { client in
            // The answer has no body, which isn't what this test is about.
            _ = try? await client.datasources.update("ds_1", ["sync_schedule": .null, "name": "n"])
        }
        #expect(request?.method == "PATCH")
        #expect(request?.headers["content-type"] == "application/merge-patch+json")
        #expect(request?.body == #"{"sync_schedule":null,"name":"n"}"#)
    }

    @Test("a delete needs no answer's body")
    func delete() async throws {
        let (request, _) = try await ask(.init(204)) { try await $0.datasources.delete("ds_1") }
        #expect(request?.method == "DELETE")
        #expect(request?.target == "/api/v1/datasources/ds_1")
    }

    @Test("a problem becomes an error with its code, faults, request id and wait")
    func problem() async throws {
        let body = """
            {"type":"/docs","title":"T","status":422,"detail":"D","code":"a.b","request_id":"r-1",
            "errors":[{"pointer":"/x","code":"c","detail":"d"}]}
            """
        let error = try await refusal(.init(422, body, headers: [("Retry-After", "7")]), as: TributaryError.self)
        #expect(
            error
                == TributaryError(
                    status: 422, code: "a.b", message: "D", requestID: "r-1",
                    errors: [FaultBody(pointer: "/x", code: "c", detail: "d")], retryAfter: .seconds(7)))
        #expect(error?.description == "D (a.b, request r-1)")
    }

    @Test("a refusal that isn't Tributary's own still has its status")
    func foreignRefusal() async throws {
        let error = try await refusal(
            .init(502, "<html>Bad Gateway", headers: [("X-Request-Id", "p-9")]), as: TributaryError.self)
        #expect(error?.code == "http.502")
        #expect(error?.requestID == "p-9")
    }

    @Test("a redirect isn't followed, so the token goes nowhere else")
    func redirect() async throws {
        let error = try await refusal(
            .init(307, headers: [("Location", "http://127.0.0.1:1/")]), as: TributaryError.self)
        #expect(error?.status == 307)
    }

    @Test("an answer of another form, and one that is too long, are connection errors")
    func unusable() async throws {
        let form = try await refusal(.init(200, "{}"), as: ConnectionError.self)
        #expect(form?.reason == .unreadable)
        let text = try await refusal(.init(200, "<html>"), as: ConnectionError.self)
        #expect(text?.reason == .unreadable)
        let long = try await refusal(
            .init(200, String(repeating: " ", count: 101)), limits: ClientLimits(maxAnswerBytes: 100),
            as: ConnectionError.self)
        #expect(long?.reason == .tooLarge)
    }

    @Test("a lost connection and a server that isn't there are told apart from refusals")
    func lost() async throws {
        let lost = try await refusal(.lost, as: ConnectionError.self)
        #expect(lost?.reason == .unreachable)
        let gone = try await CannedServer.with(answers: [.init(200)]) { $0.url }
        let client = TributaryClient(url: gone, token: nil, surroundings: StillTime().surroundings)
        let nowhere = await #expect(throws: ConnectionError.self) { try await client.health() }
        #expect(nowhere?.reason == .unreachable)
    }

    @Test(
        "an address that isn't one is told at once, without what may be a password",
        arguments: [
            "", "localhost:8080", "ftp://x", "http://", "http:///x", "http://u:canary@h", "http://h?q", "http://h/#f",
            "http://a b", "http://h\\x", "http://h\nx", "http://:80",
        ])
    func badAddress(url: String) async {
        let error = await #expect(throws: ConnectionError.self) {
            try await TributaryClient(url: url, token: nil).health()
        }
        #expect(error?.reason == .badAddress)
        #expect(error?.message.contains("canary") == false)
    }

    @Test("a path in front of the server's own is kept", arguments: ["/in/front", "/in/front/", "", "/", "//"])
    func prefix(prefix: String) async throws {
        try await CannedServer.with(answers: [.init(200, Bodies.health)]) { server in
            let client = TributaryClient(url: server.url + prefix, token: nil)
            _ = try await client.health()
            _ = try await TributaryClient(url: server.url.replacing("http", with: "HTTP"), token: nil).health()
            #expect(
                server.requests.map(\.target).dropLast() == [(prefix.hasPrefix("/in") ? "/in/front" : "") + "/health"])
        }
    }

    @Test("without a token none is sent, and never where none is needed")
    func noToken() async throws {
        try await CannedServer.with(answers: [.init(200, Bodies.health)]) { server in
            let client = TributaryClient(url: server.url, token: nil)
            let answer = try await client.health()
            #expect(answer.role == "all")
            let withToken = TributaryClient(server)
            _ = try await withToken.server.ready()
            #expect(server.requests.map { $0.headers["authorization"] } == [nil, nil])
            #expect(server.requests.map(\.target) == ["/health", "/ready"])
        }
    }

    @Test(
        "an id that would be another path is refused before anything is sent",
        arguments: ["", ".", "..", "a/b", "../ds_2", "ds_1/../x", "ds 1", "ds_1\r\n"])
    func badIDs(id: String) async throws {
        try await withClient([.init(200)]) { client, server in
            let calls: [() async throws -> Void] = [
                { _ = try await client.datasources.get(id) }, { try await client.datasources.delete(id) },
                { _ = try await client.datasources.sync(id) }, { _ = try await client.datasources.run("ds_1", id) },
                { for try await _ in client.datasources.follow(id, from: nil) {} },
            ]
            for call in calls {
                let error = await #expect(throws: ConnectionError.self) { try await call() }
                #expect(error?.reason == .badArgument)
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test("an entity may have a slash, but isn't a step up", arguments: [("a/b", true), ("..", false), ("", false)])
    func entityNames(name: String, isSent: Bool) async throws {
        try await withClient([.page(next: nil)]) { client, server in
            let page = try? await client.datasources.records("ds_1", name)
            #expect((page != nil) == isSent)
            #expect(server.requests.map(\.target) == (isSent ? ["/api/v1/datasources/ds_1/records/a%2Fb"] : []))
        }
    }

    @Test(
        "a token, a key or a tag that would be another header is refused before anything is sent",
        arguments: ["", "a b", "tok\n", "tok\r\nX: y", "tök"])
    func headerInjection(text: String) async throws {
        try await CannedServer.with(answers: [.init(200, Bodies.source())]) { server in
            let client = TributaryClient(server, .token(HiddenText(text)))
            let byToken = await #expect(throws: ConnectionError.self) { try await client.datasources.get("ds_1") }
            #expect(byToken?.reason == .badArgument)
            #expect(text.isEmpty || byToken?.message.contains(text) == false)
            let good = TributaryClient(server)
            let byKey = await #expect(throws: ConnectionError.self) {
                try await good.datasources.create(json: [:], idempotencyKey: text)
            }
            #expect(byKey?.reason == .badArgument)
            if text != "a b" {
                let byTag = await #expect(throws: ConnectionError.self) {
                    try await good.datasources.get("ds_1", ifNoneMatch: EntityTag(rawValue: text))
                }
                #expect(byTag?.reason == .badArgument)
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test("codes are matched by name, by text, and unknown ones by text")
    func codes() async throws {
        let error = try await refusal(.problem(410, "changes.cursor_expired"), as: TributaryError.self)
        #expect(error?.code == .cursorExpired && error?.code == "changes.cursor_expired")
        let other = try await refusal(
            .init(409, Bodies.problem(409, "new.one", more: #","run_id":"run_7""#)), as: TributaryError.self)
        #expect(other?.code == "new.one" && other?.details["run_id"] == "run_7")
    }
}
