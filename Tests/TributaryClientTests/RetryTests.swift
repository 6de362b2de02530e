import CannedServer
import JSON
import Testing
import WireAPI

@testable import TributaryClient

@Suite("What is sent again")
struct RetryTests {
    /// Every kind of call.
    enum Kind: String, CaseIterable, Sendable {
        case get, create, patch, delete, ask

        func send(_ client: TributaryClient) async throws {
            switch self {
            case .get: _ = try await client.datasources.get("ds_1")
            case .create: _ = try await client.datasources.create(json: ["name": "n"])
            case .patch: _ = try await client.datasources.update("ds_1", ["name": "n"])
            case .delete: try await client.datasources.delete("ds_1")
            case .ask: _ = try await client.datasources.check("ds_1")
            }
        }

        /// A create has a key, so the server does it once.
        var isRepeatable: Bool { self != .patch }
    }

    private static let good = CannedServer.Answer(
        200, String(Bodies.source().dropLast()) + #","ok":true,"latency_ms":1,"error":null}"#)
    private static let passing: [CannedServer.Answer] = [.init(502), .init(504), .lost, good.cut(after: 5), .init(503)]

    /// How many requests a call makes where the first one's answer is `first` and the second's good.
    private func requests(
        _ kind: Kind, _ first: CannedServer.Answer, limits: ClientLimits = ClientLimits()
    ) async throws -> Int {
        try await withClient([first, Self.good], limits: limits) { client, server in
            // Whether it fails is what the count tells.
            _ = try? await kind.send(client)
            return server.requests.count
        }
    }

    @Test("after an answer that was lost only what does no harm twice", arguments: Kind.allCases)
    func lost(kind: Kind) async throws {
        for answer in Self.passing {
            #expect(try await requests(kind, answer) == (kind.isRepeatable ? 2 : 1), "\(answer)")
        }
    }

    @Test("a server that says when to come again is asked again, whatever the call", arguments: Kind.allCases)
    func told(kind: Kind) async throws {
        let time = StillTime()
        for status in [429, 503] {
            let answer = CannedServer.Answer(status, headers: [("Retry-After", "7")])
            try await withClient([answer, Self.good], in: time) { client, server in
                try await kind.send(client)
                #expect(server.requests.count == 2)
            }
        }
        #expect(time.milliseconds == [7100, 7100])
    }

    @Test(
        "a request that was given up halfway may be done: what would double isn't sent again", arguments: Kind.allCases)
    func interrupted(kind: Kind) async throws {
        let answer = CannedServer.Answer.problem(503, "server.interrupted", headers: [("Retry-After", "1")])
        #expect(try await requests(kind, answer) == (kind.isRepeatable ? 2 : 1))
    }

    @Test("no refusal is sent again", arguments: [400, 404, 409, 412, 422, 500, 501, 507], Kind.allCases)
    func refusals(status: Int, kind: Kind) async throws {
        #expect(try await requests(kind, .init(status)) == 1)
    }

    @Test("a connection that was never there is tried again by every call, and nothing has arrived")
    func neverThere() async throws {
        let gone = try await CannedServer.with(answers: [.init(200)]) { $0.url }
        for kind in Kind.allCases {
            let time = StillTime()
            let client = TributaryClient(url: gone, token: "tok", surroundings: time.surroundings)
            let error = await #expect(throws: ConnectionError.self) { try await kind.send(client) }
            #expect(time.milliseconds == [100, 200, 400], "\(kind)")
            // Without a body the client can't tell.
            if kind == .create || kind == .patch { #expect(error?.mayHaveArrived == false) }
        }
    }

    @Test("a call that the server is too slow for isn't sent again; one that waited in vain for a connection is")
    func slow() {
        for (mayHaveArrived, isRetried) in [(true, false), (false, true)] {
            var retries = Retries(.get("/"), ClientLimits())
            let late = ConnectionError(.timedOut, "", mayHaveArrived: mayHaveArrived)
            #expect((retries.pause(after: .lost(late), spent: .zero, chance: 1) != nil) == isRetried)
        }
    }

    @Test("pauses double, and the last failure is told")
    func attempts() async throws {
        let time = StillTime()
        try await withClient([.init(502), .init(504), .lost, .init(502), .lost], in: time) { client, server in
            let error = await #expect(throws: TributaryError.self) { try await client.datasources.get("ds_1") }
            #expect(error?.status == 502)
            #expect(server.requests.count == 4)
        }
        #expect(time.milliseconds == [100, 200, 400])
    }

    @Test("attempts, waits and the whole have their limits", arguments: [1, 2, 7])
    func limits(attempts: Int) async throws {
        let time = StillTime()
        try await withClient([.init(502)], limits: ClientLimits(attempts: attempts), in: time) { client, server in
            await #expect(throws: TributaryError.self) { try await client.datasources.get("ds_1") }
            #expect(server.requests.count == attempts)
        }
        #expect(time.pauses.count == attempts - 1)
    }

    @Test("a wait that is too long is an error at once, with what the server said")
    func longWait() async throws {
        let time = StillTime()
        try await withClient([.init(429, headers: [("Retry-After", "61")])], in: time) { client, _ in
            let error = await #expect(throws: TributaryError.self) { try await client.datasources.get("ds_1") }
            #expect(error?.retryAfter == .seconds(61))
        }
        #expect(time.pauses.isEmpty)
    }

    @Test("the whole of a call's waits is bounded")
    func deadline() async throws {
        let time = StillTime()
        let limits = ClientLimits(attempts: 100, retryTimeout: .seconds(120))
        try await withClient([.init(429, headers: [("Retry-After", "50")])], limits: limits, in: time) { client, _ in
            await #expect(throws: TributaryError.self) { try await client.datasources.get("ds_1") }
        }
        #expect(time.milliseconds == [50_100, 50_200])
    }

    @Test(
        "a wait that isn't a number of seconds counts as none", arguments: ["Sun, 01 Mar 2026 10:00:00 GMT", "x", "-5"])
    func oddWait(text: String) async throws {
        let time = StillTime()
        try await withClient([.init(429, headers: [("Retry-After", text)]), Self.good], in: time) { client, _ in
            _ = try await client.datasources.get("ds_1")
        }
        #expect(time.milliseconds == [100])
    }

    @Test("a delete whose first answer was lost finds nothing, and is done")
    func lostDelete() async throws {
        let gone = CannedServer.Answer.problem(404, "datasource.not_found")
        try await withClient([.lost, gone]) { client, _ in try await client.datasources.delete("ds_1") }
        let interrupted = CannedServer.Answer.problem(503, "server.interrupted")
        try await withClient([interrupted, gone]) { client, _ in try await client.datasources.delete("ds_1") }
        try await withClient([.init(503), gone]) { client, _ in
            await #expect(throws: TributaryError.self, "nothing was lost") {
                try await client.datasources.delete("ds_1")
            }
        }
        try await withClient([gone]) { client, _ in
            let error = await #expect(throws: TributaryError.self) { try await client.datasources.delete("ds_1") }
            #expect(error?.code == .datasourceNotFound)
        }
    }

    @Test("every POST that changes something has a key of its own, the same at each attempt")
    func keys() async throws {
        let run = CannedServer.Answer(200, Bodies.run())
        let busy = CannedServer.Answer(429)
        let answers = [busy, Self.good, busy, run, run, .init(200, #"{"erased":1}"#), Self.good]
        try await withClient(answers) { client, server in
            _ = try await client.datasources.create(json: [:])
            _ = try await client.datasources.sync("ds_1")
            _ = try await client.datasources.cancel("ds_1", "run_1")
            _ = try await client.datasources.erase("ds_1")
            _ = try await client.datasources.create(json: [:], idempotencyKey: "mine")
            #expect(
                server.requests.map { $0.headers["idempotency-key"] }
                    == ["key-1", "key-1", "key-2", "key-2", "key-3", "key-4", "mine"])
        }
    }

    @Test("keys of the machine differ, and are ones that a server takes")
    func realKeys() {
        let keys = (0..<1000).map { _ in ClientSurroundings.system.key() }
        #expect(Set(keys).count == 1000)
        #expect(
            keys.allSatisfy { (20...26).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } })
        let chances = (0..<1000).map { _ in ClientSurroundings.system.chance() }
        #expect(chances.allSatisfy { (0...1).contains($0) } && Set(chances).count > 900)
    }

    @Test(
        "keyed calls are sent again after a loss, since the server replays them; others aren't, nor to one that doesn't"
    )
    func keyedCalls() async throws {
        #expect(try await requests(.create, .lost) == 2)
        #expect(try await requests(.patch, .lost) == 1)
        let underWay = CannedServer.Answer.problem(409, "idempotency.in_progress", headers: [("Retry-After", "1")])
        #expect(try await requests(.create, underWay) == 2)
        #expect(try await requests(.create, .lost, limits: ClientLimits(repeatsKeyedCalls: false)) == 1)
    }

    @Test("a cancelled task leaves the pause between attempts")
    func cancelledPause() async throws {
        try await CannedServer.with(answers: [.init(429, headers: [("Retry-After", "50")])]) { server in
            let client = TributaryClient(url: server.url, token: "tok")
            let task = Task { try await client.datasources.get("ds_1") }
            while server.requests.isEmpty { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(server.requests.count == 1)
        }
    }

    @Test("chance spreads pauses between half and the whole")
    func jitter() {
        for (chance, milliseconds) in [(0.0, 50), (0.5, 75), (1.0, 100)] {
            var retries = Retries(.get("/"), ClientLimits())
            let lost = Retries.Outcome.lost(ConnectionError(.unreachable, "", mayHaveArrived: true))
            #expect(retries.pause(after: lost, spent: .zero, chance: chance) == .milliseconds(milliseconds))
        }
    }
}
