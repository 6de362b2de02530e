import CannedServer
import Domain
import JSON
import Testing

@testable import tributary

@Suite("Commands against a server")
struct CommandTests {
    private static func run(_ status: String, read: Int = 0, error: String = "null") -> CannedServer.Answer {
        .init(202, body(status, read: read, error: error))
    }

    private static func body(_ status: String, read: Int = 0, error: String = "null") -> String {
        """
        {"id":"run_1","tenant_id":"t","datasource_id":"ds_1","trigger":"manual","mode":"full","status":"\(status)",
        "attempt":1,"created_at":"2026-03-01T10:00:00.000Z","scheduled_for":null,
        "started_at":"2026-03-01T10:00:00.000Z","finished_at":"2026-03-01T10:00:02.000Z","worker_id":null,
        "fence":null,"entities":[{"name":"countries","mode":"full","read":\(read),"inserted":3,"updated":2,
        "deleted":1,"unchanged":0,"rejected":0,"duplicates":0,"bytes":9,"complete":false}],"error":\(error)}
        """
    }

    /// A run's events, as the server tells them.
    private static func events(_ runs: (name: String, body: String)...) -> CannedServer.Answer {
        let text = runs.map { run in
            "event: \(run.name)\ndata: \(run.body.replacing("\n", with: ""))\n\n"
        }
        return .init(200, text.joined(), headers: [("Content-Type", "text/event-stream")])
    }

    private static func change(_ seq: Int, data: String = #"{"a":1}"#) -> String {
        """
        {"id":"rec_\(seq)","datasource_id":"ds_1","entity":"countries","key":["DE"],"data":\(data),"seq":\(seq),
        "version":2,"created_at":"2026-03-01T10:00:00.000Z","updated_at":"2026-03-01T10:00:01.000Z",
        "is_deleted":\(data == "null"),"deleted_at":null,"run_id":"run_1","source":"edm"}
        """
    }

    private static func page(_ items: [String], next: String) -> CannedServer.Answer {
        .init(200, #"{"items":[\#(items.joined(separator: ","))],"next_cursor":"\#(next)","total":null}"#)
    }

    @Test("a run tells how long it took, how much it read and by which worker")
    func oneRun() async throws {
        let answer = CannedServer.Answer(200, Self.body("succeeded", read: 6))
        let outcome = try await Script().run(["datasources", "runs", "ds_1", "run_1"], answers: [answer])
        #expect(outcome.requests.map(\.target) == ["/api/v1/datasources/ds_1/runs/run_1"])
        let rows = outcome.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        for row in ["took 2.0 s", "worker -", "bytes 9", "attempt 1"] { #expect(rows.contains(row)) }
    }

    @Test("a sync is watched to its end and told as a table")
    func sync() async throws {
        let outcome = try await Script().run(
            ["datasources", "sync", "ds_1", "--mode", "full", "--entity", "countries", "--allow-deletes"],
            answers: [Self.run("queued"), Self.run("running", read: 2), Self.run("succeeded", read: 6000)])
        #expect(outcome.code == 0)
        #expect(outcome.requests.map(\.method) == ["POST", "GET", "GET", "GET"])
        #expect(
            outcome.requests.first?.body == #"{"mode":"full","entities":["countries"],"allow_deletes":true}"#)
        #expect(outcome.pauses == [.milliseconds(300), .milliseconds(300)])
        #expect(outcome.output.contains("countries  6000         3        2        1"))
        #expect(outcome.output.contains("run_1 succeeded: 6,000 read, 6 changes in 2.0 s, 3,000 records/s"))
        #expect(outcome.errors == "")
    }

    @Test("a sync is told as it goes where the server tells of it, and nothing is asked again and again")
    func told() async throws {
        let events = Self.events(
            ("progress", Self.body("running", read: 1000)), ("progress", Self.body("running", read: 4000)),
            ("end", Self.body("failed", read: 4000)))
        for isTerminal in [false, true] {
            let outcome = try await Script(isTerminal: isTerminal).run(
                ["datasources", "sync", "ds_1"], answers: [Self.run("queued")], events: events)
            #expect(outcome.code == 1 && outcome.pauses == [])
            #expect(
                outcome.requests.map(\.target) == [
                    "/api/v1/datasources/ds_1/sync?wait=1", "/api/v1/datasources/ds_1/runs/run_1/events",
                ])
            #expect(outcome.output.contains("run_1 failed: 4,000 read"))
            #expect(outcome.errors.contains("\rcountries  4,000 records") == isTerminal)
            #expect(outcome.errors.contains("error: The run ended as failed (run_1)."))
        }
    }

    @Test("a sync outlives a stream of events that breaks")
    func lostWhileTold() async throws {
        let events = Self.events(("progress", Self.body("running")), ("progress", Self.body("running", read: 5)))
        let outcome = try await Script().run(
            ["datasources", "sync", "ds_1"], answers: [Self.run("running"), Self.run("succeeded")],
            events: events.cut(after: 20))
        #expect(outcome.code == 0)
        #expect(outcome.requests.map { $0.path.hasSuffix("/events") } == [false, true, false])
    }

    @Test("a sync outlives a lost connection, but not a server that stays away")
    func lostWhileWatching() async throws {
        let outcome = try await Script().run(
            ["datasources", "sync", "ds_1"], answers: [Self.run("running"), .lost, .lost, Self.run("succeeded")])
        #expect(outcome.code == 0)
        let gone = try await Script().run(["datasources", "sync", "ds_1"], answers: [Self.run("running"), .lost])
        #expect(gone.code == 1)
        #expect(gone.errors.hasPrefix("error: No server answers at "))
    }

    @Test("on a terminal one line shows how the sync goes and is taken away")
    func progress() async throws {
        let outcome = try await Script(isTerminal: true).run(
            ["datasources", "sync", "ds_1"],
            answers: [Self.run("running", read: 1000), Self.run("running", read: 4000), Self.run("succeeded")])
        #expect(outcome.errors.contains("\rcountries  1,000 records\u{1B}[K"))
        #expect(outcome.errors.contains("\rcountries  4,000 records  10,000 records/s\u{1B}[K"))
        #expect(outcome.errors.hasSuffix("\r\u{1B}[K"))
    }

    @Test(
        "a run that didn't succeed exits with 1 and says who must act",
        arguments: [
            ("failed", "fix_config", "someone must correct the config: tributary datasources update ds_1 --config"),
            ("needs_review", "review_deletes", "then: tributary datasources sync ds_1 --allow-deletes"),
            ("failed", "retry", "nobody needs to act; it may pass by itself. It is tried again at 2026"),
            ("failed", "reauthorise", "someone must give new credentials"),
            ("failed", "wait_for_source", "the source is down or refuses"),
            ("failed", "report_bug", "please report it"), ("failed", "a_later_word", "it needs: a_later_word"),
        ])
    func failedRun(status: String, recovery: String, advice: String) async throws {
        let error = """
            {"code":"a.b","message":"It broke.","recovery":"\(recovery)","retry_at":"2026-03-01T11:00:00.000Z",
            "entity":"countries"}
            """
        let outcome = try await Script().run(
            ["datasources", "sync", "ds_1"], answers: [Self.run(status, error: error)])
        #expect(outcome.code == 1)
        #expect(outcome.errors.hasPrefix("error: It broke. (a.b, entity countries, run_1)\nhint: "))
        #expect(outcome.errors.contains(advice))
    }

    @Test("a sync that isn't waited for succeeds at once")
    func noWait() async throws {
        let outcome = try await Script().run(
            ["datasources", "sync", "ds_1", "--no-wait"], answers: [Self.run("queued")])
        #expect(outcome.code == 0)
        #expect(outcome.output == "run_1 queued\n")
        #expect(outcome.requests.map(\.target) == ["/api/v1/datasources/ds_1/sync"])
    }

    @Test("a refusal is told with its code, request and faults, and exits with 1")
    func refusal() async throws {
        let problem = """
            {"type":"/d","title":"T","status":422,"detail":"2 faults.","code":"datasource.invalid","request_id":"r-1",
            "errors":[{"pointer":"/config/path","code":"field.missing","detail":"is missing"}]}
            """
        let outcome = try await Script().run(
            ["datasources", "create", "--name", "n", "--type", "file"], answers: [.init(422, problem)])
        #expect(outcome.code == 1)
        #expect(outcome.output == "")
        #expect(
            outcome.errors == """
                error: 2 faults. (datasource.invalid, request r-1)
                  /config/path: is missing (field.missing)

                """)
    }

    @Test("the token is never printed")
    func tokenStaysInside() async throws {
        let outcome = try await Script().run(
            ["datasources", "get", "ds_1", "--token", "canary"], answers: [.init(401, "canary?")])
        #expect(outcome.requests.first?.headers["authorization"] == "Bearer canary")
        #expect(outcome.code == 1)
        #expect(!(outcome.output + outcome.errors).contains("canary"))
        #expect(outcome.errors.contains("hint: set TRIBUTARY_TOKEN"))
    }

    @Test("create puts its options over the body, secrets from the environment too")
    func create() async throws {
        let outcome = try await Script(environment: ["PW": "s3cret"], input: #"{"name":"x","config":{"host":"h"}}"#)
            .run(
                [
                    "datasources", "create", "--body", "-", "--type", "postgres", "--name", "CRM", "--schedule",
                    "@hourly",
                    "--secret", "password=env:PW",
                ], answers: [.init(500)])
        #expect(
            outcome.requests.first?.body
                == #"{"name":"CRM","config":{"host":"h","password":"s3cret"},"sync_schedule":"@hourly","type":"postgres"}"#
        )
    }

    @Test("changes are printed up to the newest, and where to go on is told")
    func changes() async throws {
        let outcome = try await Script().run(
            ["changes", "ds_1"],
            answers: [
                Self.page([Self.change(1), Self.change(2, data: "null")], next: "c1"), Self.page([], next: "c1"),
            ])
        #expect(outcome.code == 0)
        #expect(
            outcome.output == """
                1  2026-03-01 10:00:01Z  countries  ["DE"]  v2 {"a":1}
                2  2026-03-01 10:00:01Z  countries  ["DE"]  deleted

                """)
        #expect(outcome.errors == "up to date: --cursor c1\n")
        #expect(outcome.requests.map(\.target).last == "/api/v1/datasources/ds_1/changes?limit=500&cursor=c1")
    }

    @Test("with --json the changes are one page, to go on from its cursor")
    func changesAsJSON() async throws {
        let outcome = try await Script().run(
            ["changes", "ds_1", "--json"],
            answers: [Self.page([Self.change(1)], next: "c1")])
        let page = try JSONValue(parsing: String(outcome.output.dropLast()))
        #expect(page["items"]?[0]?["seq"] == 1)
        #expect(page["next_cursor"] == "c1")
    }

    @Test("a cursor may begin with a dash", arguments: [["changes", "ds_1"], ["records", "ds_1", "countries"]])
    func dashedCursor(command: [String]) async throws {
        let outcome = try await Script().run(
            command + ["--json", "--cursor", "-ab_"], answers: [Self.page([], next: "-ab_")])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.requests.last?.target.hasSuffix("cursor=-ab_") == true)
    }

    @Test("following survives a lost server with growing pauses, goes on at its cursor, and ends well")
    func follow() async throws {
        let outcome = try await Script().run(
            ["changes", "ds_1", "--follow"],
            answers: [Self.page([Self.change(1)], next: "c1"), .lost, .lost, .lost, .init(503), .lost])
        #expect(outcome.code == 0)
        #expect(outcome.output.split(separator: "\n").count == 1)
        #expect(
            outcome.pauses.prefix(7).map { $0 / .milliseconds(1) } == [500, 1000, 2000, 4000, 8000, 16_000, 30_000])
        #expect(outcome.requests.dropFirst().allSatisfy { $0.target.hasSuffix("cursor=c1&wait=25") })
        #expect(outcome.errors.contains("Trying again."))
    }

    @Test("following a source that isn't there fails at once")
    func followNothing() async throws {
        let outcome = try await Script().run(["changes", "ds_1", "--follow"], answers: [.init(404)])
        #expect(outcome.code == 1)
        #expect(outcome.pauses == [])
    }

    @Test("JSON is one line for a program and indented for a person")
    func json() async throws {
        let answers: [CannedServer.Answer] = [.init(200, #"{"items":[],"next_cursor":null,"total":0}"#)]
        let program = try await Script().run(["datasources", "list", "--json"], answers: answers)
        #expect(program.output == #"{"items":[],"next_cursor":null,"total":0}"# + "\n")
        let person = try await Script(isTerminal: true).run(["datasources", "list", "--json"], answers: answers)
        #expect(person.output == "{\n  \"items\": [],\n  \"next_cursor\": null,\n  \"total\": 0\n}\n")
    }

    @Test("a check that fails exits with 1, in JSON as well")
    func check() async throws {
        let answer = CannedServer.Answer(
            200, #"{"ok":false,"latency_ms":3,"error":{"code":"a.b","message":"No.","recovery":"reauthorise"}}"#)
        let outcome = try await Script().run(["datasources", "check", "ds_1"], answers: [answer])
        #expect(outcome.code == 1)
        #expect(outcome.errors.hasPrefix("error: No. (a.b)\nhint: someone must give new credentials"))
        let json = try await Script().run(["datasources", "check", "ds_1", "--json"], answers: [answer])
        #expect(json.code == 1)
        #expect(json.output.hasPrefix(#"{"ok":false"#))
    }

    @Test("cancel finds the active run by itself, and says when there is none")
    func cancel() async throws {
        let source = CannedServer.Answer(200, Self.source(activeRun: "null"))
        let none = try await Script().run(["datasources", "cancel", "ds_1"], answers: [source])
        #expect(none.code == 1)
        #expect(none.errors == "error: No run of ds_1 is queued or running.\n")
        let active = try await Script().run(
            ["datasources", "cancel", "ds_1"],
            answers: [.init(200, Self.source(activeRun: #""run_1""#)), Self.run("cancelled")])
        #expect(active.output == "run_1 cancelled\n")
        #expect(active.requests.last?.target == "/api/v1/datasources/ds_1/runs/run_1/cancel")
    }

    private static func source(activeRun: String) -> String {
        """
        {"id":"ds_1","tenant_id":"t","created_at":"2026-03-01T10:00:00.000Z","updated_at":"2026-03-01T10:00:00.000Z",
        "created_by":"a","updated_by":"a","source":"edm","source_type":"api","is_deleted":false,"schema_version":1,
        "name":"n","type":"file","status":"pending","synced_entities":{},"config":{},"secret_fields":[],
        "consecutive_failures":0,"active_run_id":\(activeRun)}
        """
    }

    @Test("HTTP dates are read, and nothing that only looks like one")
    func httpDates() {
        #expect(Timestamp(httpDate: "Sun, 01 Mar 2026 10:00:00 GMT")?.rfc3339 == "2026-03-01T10:00:00.000Z")
        for text in ["", "Sun, 01 Mar 2026 10:00:00 CET", "Sun, 01 Foo 2026 10:00:00 GMT", "2026-03-01T10:00:00Z"] {
            #expect(Timestamp(httpDate: text) == nil)
        }
    }

    @Test("the doctor compares the server's clock")
    func doctorClock() async throws {
        let health = #"{"status":"ok","version":"1","role":"all","worker_id":"w","database":"ok"}"#
        for (date, isWell) in [("Sun, 01 Mar 2026 10:00:00 GMT", true), ("Sun, 01 Mar 2026 09:59:00 GMT", false)] {
            let outcome = try await Script(environment: ["TRIBUTARY_DATABASE_URL": "sqlite:/nowhere/t.db"]).run(
                ["doctor", "--json"], answers: [.init(200, health, headers: [("Date", date)])])
            let report = try JSONValue(parsing: outcome.output)
            let clock = report["findings"]?.arrayValue?.first { $0["name"] == "clock" }
            #expect(clock?["ok"] == .bool(isWell))
            #expect(report["ok"]?.boolValue == (outcome.code == 0))
        }
    }

    @Test("the doctor names a bad setting and exits with 1")
    func doctorSettings() async {
        let outcome = await Script(environment: ["TRIBUTARY_WORKERS": "x", "TRIBUTARY_URL": "http://127.0.0.1:1"]).run(
            "doctor")
        #expect(outcome.code == 1)
        #expect(outcome.output.contains("FAIL  settings  TRIBUTARY_WORKERS must be a whole number from 0 to 256"))
    }
}
