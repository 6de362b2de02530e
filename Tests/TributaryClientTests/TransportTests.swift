import CannedServer
import JSON
import Testing

@testable import TributaryClient

/// What the wire does to a call. These tests wait for real time limits, of a tenth of a second.
@Suite("A client on the wire")
struct TransportTests {
    private let hasty = ClientLimits(callTimeout: .milliseconds(100), attempts: 1)

    private func failure(
        _ answer: CannedServer.Answer, limits: ClientLimits
    ) async throws -> ConnectionError? {
        try await withClient([answer], limits: limits) { client, _ in
            await #expect(throws: ConnectionError.self) { try await client.datasources.get("ds_1") }
        }
    }

    @Test("no answer, half an answer and an answer without a body in time are timeouts")
    func timeouts() async throws {
        let whole = CannedServer.Answer(200, Bodies.source())
        for answer in [.never, whole.stuck(after: 10), whole.stuck(after: 0)] {
            #expect(try await failure(answer, limits: hasty)?.reason == .timedOut)
        }
    }

    @Test("an answer that is cut is lost, not taken for whole", arguments: [0, 1, 100])
    func cut(count: Int) async throws {
        let error = try await failure(
            CannedServer.Answer(200, Bodies.source()).cut(after: count), limits: ClientLimits(attempts: 1))
        #expect(error?.reason == .unreachable)
        #expect(error?.mayHaveArrived == true)
    }

    @Test("an answer is read to its limit and no further")
    func size() async throws {
        let body = Bodies.source()
        let error = try await failure(.init(200, body), limits: ClientLimits(maxAnswerBytes: body.utf8.count - 1))
        #expect(error?.reason == .tooLarge)
        try await withClient([.init(200, body)], limits: ClientLimits(maxAnswerBytes: body.utf8.count)) { client, _ in
            _ = try await client.datasources.get("ds_1")
        }
    }

    @Test("a cancelled task leaves its call at once", arguments: [false, true])
    func cancellation(inBody: Bool) async throws {
        let answer: CannedServer.Answer = inBody ? .init(200, Bodies.source()).stuck(after: 5) : .never
        try await withClient([answer], limits: ClientLimits(attempts: 1)) { client, server in
            let task = Task { try await client.datasources.get("ds_1") }
            while server.requests.isEmpty { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test("a server without TLS isn't sent anything in clear by an https address")
    func plainServer() async throws {
        try await CannedServer.with(answers: [.init(200, Bodies.health)]) { server in
            let url = server.url.replacing("http:", with: "https:")
            let client = TributaryClient(url: url, token: "tok", limits: ClientLimits(attempts: 1))
            let error = await #expect(throws: ConnectionError.self) {
                try await client.datasources.create(json: ["name": "n"])
            }
            #expect(error?.mayHaveArrived == false)
            #expect(server.requests.isEmpty)
        }
    }

    @Test("more calls than connections wait for one another and all end")
    func fewConnections() async throws {
        try await withClient([.init(200, Bodies.source())], limits: ClientLimits(maxConnections: 2)) { client, server in
            try await withThrowingTaskGroup { group in
                for _ in 0..<50 { group.addTask { _ = try await client.datasources.get("ds_1") } }
                try await group.waitForAll()
            }
            #expect(server.requests.count == 50)
        }
    }

    @Test("closing ends what is under way, a follower too")
    func closing() async throws {
        let page = CannedServer.Answer.page([Bodies.change(1)], next: "a")
        try await CannedServer.with(answers: [page, .never]) { server in
            let client = TributaryClient(server)
            let task = Task { for try await _ in client.datasources.follow("ds_1", from: nil) {} }
            while server.requests.count < 2 { await Task.yield() }
            await client.close()
            let error = await #expect(throws: ConnectionError.self) { try await task.value }
            #expect(error?.reason == .closed && error?.mayHaveArrived == true)
        }
    }

    @Test("a closed client says so, and closing twice is harmless")
    func closed() async throws {
        try await CannedServer.with(answers: [.init(200, Bodies.health)]) { server in
            let client = TributaryClient(server, limits: ClientLimits(attempts: 1))
            await client.close()
            await client.close()
            let error = await #expect(throws: ConnectionError.self) { try await client.health() }
            #expect(error?.reason == .closed)
        }
    }
}
