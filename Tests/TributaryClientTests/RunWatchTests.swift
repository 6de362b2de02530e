import CannedServer
import Testing
import WireAPI

@testable import TributaryClient

@Suite("Waiting for a run")
struct RunWatchTests {
    private func given(_ status: String) throws -> SyncRunBody {
        try SyncRunBody(parsing: Array(Bodies.run(status).utf8))
    }

    @Test("gives a snapshot a look, the ended run last, with growing pauses")
    func watch() async throws {
        let time = StillTime()
        let looks = Array(repeating: CannedServer.Answer.run("running"), count: 6) + [.run("failed")]
        try await withClient(looks, in: time) { client, server in
            var statuses: [String] = []
            for try await run in client.datasources.watch(try given("queued")) { statuses.append(run.status) }
            #expect(statuses == ["queued"] + Array(repeating: "running", count: 6) + ["failed"])
            #expect(server.requests.first?.target == "/api/v1/datasources/ds_1/runs/run_1")
            #expect(server.requests.count == 7)
        }
        #expect(time.milliseconds == [100, 200, 400, 800, 1600, 2000, 2000])
    }

    @Test("answers the ended run, and asks nothing about one that has ended", arguments: ["running", "needs_review"])
    func finished(status: String) async throws {
        try await withClient([.run("succeeded")]) { client, server in
            let run = try await client.datasources.finished(try given(status))
            #expect(run.status == (status == "running" ? "succeeded" : "needs_review"))
            #expect(server.requests.count == (status == "running" ? 1 : 0))
        }
    }

    @Test("takes no longer than it may")
    func limit() async throws {
        let time = StillTime()
        try await withClient([.run("running")], in: time) { client, _ in
            let error = await #expect(throws: ConnectionError.self) {
                try await client.datasources.finished(try given("running"), within: .seconds(5))
            }
            #expect(error?.reason == .timedOut)
        }
        #expect(time.pauses.reduce(.zero, +) < .seconds(8))
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
        let time = StillTime()
        try await withClient([.lost], in: time) { client, _ in
            let error = await #expect(throws: ConnectionError.self) {
                try await client.datasources.finished(try given("running"))
            }
            #expect(error?.reason == .unreachable)
        }
        #expect(time.pauses.reduce(.zero, +) <= .seconds(31))
    }

    @Test("ends by an error that won't pass")
    func gone() async throws {
        try await withClient([.problem(404, "run.not_found")]) { client, server in
            let error = await #expect(throws: TributaryError.self) {
                try await client.datasources.finished(try given("running"))
            }
            #expect(error?.code == .runNotFound)
            #expect(server.requests.count == 1)
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
