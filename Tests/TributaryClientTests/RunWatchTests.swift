import CannedServer
import Testing
import WireAPI

@testable import TributaryClient

@Suite("Waiting for a run")
struct RunWatchTests {
    private func given(_ status: String) throws -> SyncRunBody {
        try SyncRunBody(parsing: Array(Bodies.run(status).utf8))
    }

    /// What a server without events answers, or a proxy that lets none through.
    private static let noEvents: [CannedServer.Answer] = [
        .problem(406, "request.not_acceptable"), .problem(404, "request.not_found"), .lost, .init(502),
        .problem(429, "request.too_many_waiting", headers: [("Retry-After", "9")]), .run("running"), .events([]),
        .init(200, "<html>", headers: [("Content-Type", "text/html")]),
    ]

    @Test("gives each change that the server tells of, the ended run last, and asks nothing else")
    func events() async throws {
        let time = StillTime()
        let events = ["queued", "running", "running"].map(Bodies.progress) + [Bodies.end("failed")]
        try await withClient([.events(events)], in: time) { client, server in
            var statuses: [String] = []
            for try await run in client.datasources.watch(try given("queued")) { statuses.append(run.status) }
            #expect(statuses == ["queued", "running", "failed"])
            #expect(server.requests.map(\.target) == ["/api/v1/datasources/ds_1/runs/run_1/events"])
        }
        #expect(time.pauses == [])
    }

    @Test("where events don't come through it looks at the run instead, at once", arguments: noEvents.indices)
    func looks(index: Int) async throws {
        let time = StillTime()
        try await withClient([Self.noEvents[index], .run("running"), .run("succeeded")], in: time) { client, server in
            let run = try await client.datasources.finished(try given("queued"))
            #expect(run.hasSucceeded)
            #expect(server.requests.map { $0.path.hasSuffix("/events") } == [true, false, false])
        }
        #expect(time.milliseconds == [100, 200])
    }

    @Test("a broken stream is opened anew, and looks follow one that can't be any more", arguments: noEvents.indices)
    func broken(index: Int) async throws {
        let begin = CannedServer.Answer.events([Bodies.progress("running")])
        // A lost connection and an empty stream count as passing once there have been events.
        let isPassing = [2, 6].contains(index)
        let rest: [CannedServer.Answer] = isPassing ? [.events([Bodies.end("succeeded")])] : [.run("succeeded")]
        try await withClient([begin, Self.noEvents[index]] + rest) { client, server in
            let run = try await client.datasources.finished(try given("queued"))
            #expect(run.hasSucceeded)
            #expect(server.requests.map { $0.path.hasSuffix("/events") } == [true, true, isPassing])
        }
    }

    @Test("gives a snapshot a look where there are no events, the ended run last, with growing pauses")
    func watch() async throws {
        let time = StillTime()
        let looks = [.init(406)] + Array(repeating: CannedServer.Answer.run("running"), count: 6) + [.run("failed")]
        try await withClient(looks, in: time) { client, server in
            var statuses: [String] = []
            for try await run in client.datasources.watch(try given("queued")) { statuses.append(run.status) }
            #expect(statuses == ["queued"] + Array(repeating: "running", count: 6) + ["failed"])
            #expect(server.requests.last?.target == "/api/v1/datasources/ds_1/runs/run_1")
            #expect(server.requests.count == 8)
        }
        #expect(time.milliseconds == [100, 200, 400, 800, 1600, 2000, 2000])
    }

    @Test("answers the ended run, and asks nothing about one that has ended", arguments: ["running", "needs_review"])
    func finished(status: String) async throws {
        try await withClient([.events([Bodies.end("succeeded")])]) { client, server in
            let run = try await client.datasources.finished(try given(status))
            #expect(run.status == (status == "running" ? "succeeded" : "needs_review"))
            #expect(server.requests.count == (status == "running" ? 1 : 0))
        }
    }

    @Test("takes no longer than it may")
    func limit() async throws {
        let time = StillTime()
        let running = [CannedServer.Answer.run("running"), .silent(after: Bodies.progress("running"))]
        for answer in running {
            try await withClient([answer], in: time) { client, _ in
                let error = await #expect(throws: ConnectionError.self) {
                    try await client.datasources.finished(try given("running"), within: .seconds(5))
                }
                #expect(error?.reason == .timedOut)
            }
        }
        #expect(time.pauses.filter { $0 == .seconds(5) }.count == 2)
    }

    @Test("outlives a server's restart, but not its end")
    func outage() async throws {
        let restart: [CannedServer.Answer] = [
            .lost, .init(503), .run("running"), .lost, .lost, .lost, .run("succeeded"),
        ]
        try await withClient(restart) { client, server in
            let run = try await client.datasources.finished(try given("running"))
            #expect(run.hasSucceeded)
            #expect(server.requests.count == restart.count)
        }
        for begin in [[], [CannedServer.Answer.events([Bodies.progress("running")])]] {
            let time = StillTime()
            try await withClient(begin + [.lost], in: time) { client, _ in
                let error = await #expect(throws: ConnectionError.self) {
                    try await client.datasources.finished(try given("running"))
                }
                #expect(error?.reason == .unreachable)
            }
            #expect(time.pauses.reduce(.zero, +) <= .seconds(31))
        }
    }

    @Test("ends by an error that won't pass")
    func gone() async throws {
        try await withClient([.problem(404, "run.not_found")]) { client, server in
            let error = await #expect(throws: TributaryError.self) {
                try await client.datasources.finished(try given("running"))
            }
            #expect(error?.code == .runNotFound)
            #expect(server.requests.count == 2)
        }
    }

    @Test("ends at once when its task is cancelled")
    func cancellation() async throws {
        try await CannedServer.with(answers: [.never]) { server in
            let client = TributaryClient(url: server.url, token: "tok")
            let run = try given("running")
            let task = Task { try await client.datasources.finished(run) }
            while server.requests.isEmpty { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }
}
