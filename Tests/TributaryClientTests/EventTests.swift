import CannedServer
import Testing
import WireAPI

@testable import TributaryClient

@Suite("Events of a run")
struct EventTests {
    private func parsed(_ pieces: [[UInt8]], maxBytes: Int = 1000) throws -> [EventParser.Event] {
        var parser = EventParser(maxBytes: maxBytes)
        return try pieces.flatMap { try parser.feed($0) }
    }

    private func parsed(_ text: String) throws -> [EventParser.Event] { try parsed([Array(text.utf8)]) }

    private func event(_ name: String, _ data: String) -> EventParser.Event {
        EventParser.Event(name: name, data: Array(data.utf8))
    }

    @Test("events are read wherever they are cut, with any line ends", arguments: ["\n", "\r\n", "\r"])
    func cuts(end: String) throws {
        let lines = [
            "\u{FEFF}:hello", "retry: 2000", "event: progress", "data: {\"a\":", "data:  1}", "", ":", "", "id: end",
            "event:end",
            "data", "", "event: nothing", "", "data: ü", "", "data: not whole",
        ]
        let bytes = Array(lines.joined(separator: end).utf8)
        let all = [event("progress", "{\"a\":\n 1}"), event("end", ""), event("message", "ü")]
        #expect(try parsed(bytes.map { [$0] }) == all)
        for cut in 0...bytes.count {
            #expect(try parsed([Array(bytes[..<cut]), [], Array(bytes[cut...])]) == all, "cut at \(cut)")
        }
    }

    @Test("a mark of byte order counts at the start only, and fields without a meaning are passed over")
    func oddities() throws {
        #expect(
            try parsed("\u{FEFF}data: 1\n\n\u{FEFF}data: 2\n\ndata: 3\n\n") == [
                event("message", "1"), event("message", "3"),
            ])
        #expect(try parsed("datas: 1\nDATA: 2\n data: 3\n\n\n\n") == [])
    }

    @Test("an event and a line are read to their limit and no further; what is past doesn't count")
    func limits() throws {
        let events = (0..<100).map { _ in Array("data: 1234\n\n".utf8) }
        #expect(try parsed(events, maxBytes: 10).count == 100)
        #expect(try parsed([Array(":3456789\n:3456789\n".utf8)], maxBytes: 10) == [])
        for text in ["data: 12345\n\n", "data:1\ndata:2\ndata:3\ndata:4\n", ":3456789012", "data: 1234\ndata:5"] {
            let error = #expect(throws: ConnectionError.self) { try parsed([Array(text.utf8)], maxBytes: 10) }
            #expect(error?.reason == .tooLarge, "\(text)")
        }
    }

    /// The runs that a client is told of.
    private func statuses(
        _ answers: [CannedServer.Answer], limits: ClientLimits = ClientLimits(), in time: StillTime = StillTime()
    ) async throws -> (statuses: [String], requests: [CannedServer.Request]) {
        try await withClient(answers, limits: limits, in: time) { client, server in
            var statuses: [String] = []
            for try await run in client.datasources.events("ds_1", "run_1") { statuses.append(run.status) }
            return (statuses, server.requests)
        }
    }

    @Test("each event gives the run, however the packets are cut; comments give nothing", arguments: [1, 7, 10_000])
    func stream(size: Int) async throws {
        let answer = CannedServer.Answer.events(
            [
                ":\n\n", Bodies.progress("queued"), ":\n\n", "event: later\ndata: x\n\n", Bodies.progress("running"),
                Bodies.end("succeeded"),
            ])
        let told = try await statuses([answer.pieces(of: size)])
        #expect(told.statuses == ["queued", "running", "succeeded"])
        #expect(told.requests.map(\.target) == ["/api/v1/datasources/ds_1/runs/run_1/events"])
        #expect(told.requests.first?.headers["accept"] == "text/event-stream")
    }

    @Test("a stream that is cut or ends early is opened anew, with growing pauses until an event comes")
    func resumed() async throws {
        let progress = CannedServer.Answer.events([Bodies.progress("running"), Bodies.progress("running")])
        let time = StillTime()
        let told = try await statuses(
            [
                progress.cut(after: Bodies.progress("running").utf8.count + 20), .lost, .init(503), progress,
                .problem(429, "request.too_many_waiting", headers: [("Retry-After", "3")]), .events([]),
                .events([Bodies.end("failed")]),
            ], in: time)
        #expect(told.statuses == ["running", "running", "running", "failed"])
        #expect(told.requests.count == 7)
        #expect(time.milliseconds == [500, 1000, 2000, 500, 3000, 2000])
    }

    @Test("a server that stays away is waited for half a minute")
    func outage() async throws {
        let time = StillTime()
        await #expect(throws: ConnectionError.self) {
            try await statuses([.events([Bodies.progress("running")]), .lost], in: time)
        }
        #expect(time.pauses.reduce(.zero, +) > .seconds(10) && time.pauses.reduce(.zero, +) <= .seconds(30))
    }

    @Test("what can't be read as events is an error, at the first answer and later", arguments: [false, true])
    func unreadable(later: Bool) async throws {
        let first: [CannedServer.Answer] = later ? [.events([Bodies.progress("running")])] : []
        let others: [(CannedServer.Answer, ConnectionError.Reason)] = [
            (.run("running"), .unreadable), (.init(204), .unreadable),
            (.events(["event: progress\ndata: {}\n\n"]), .unreadable),
            (.events([Bodies.progress(String(repeating: "x", count: 2000))]), .tooLarge),
        ]
        for (answer, reason) in others {
            let error = await #expect(throws: ConnectionError.self) {
                try await statuses(first + [answer], limits: ClientLimits(maxAnswerBytes: 1000, attempts: 1))
            }
            #expect(error?.reason == reason)
        }
        let refused = await #expect(throws: TributaryError.self) {
            try await statuses(first + [.problem(404, "run.not_found")])
        }
        #expect(refused?.code == .runNotFound)
    }

    @Test("after an error there is the end")
    func end() async throws {
        try await withClient([.init(404), .events([Bodies.end("failed")])]) { client, _ in
            var events = client.datasources.events("ds_1", "run_1").makeAsyncIterator()
            await #expect(throws: TributaryError.self) { try await events.next() }
            let next = try await events.next()
            #expect(next == nil)
        }
    }

    @Test("a token that the server refuses is renewed, when a stream is opened anew too")
    func tokens() async throws {
        let refusal = CannedServer.Answer.problem(401, "auth.invalid_token")
        let answers = [refusal, .events([Bodies.progress("running")]), refusal, .events([Bodies.end("succeeded")])]
        try await CannedServer.with(answers: answers) { server in
            let (time, made) = (StillTime(), StillTime())
            let credential = Credential.provider { AccessToken(made.surroundings.key()) }
            let client = TributaryClient(server, credential, in: time)
            let last = try await client.datasources.events("ds_1", "run_1").reduce("") { $1.status }
            #expect(last == "succeeded")
            let tokens = server.requests.map { $0.headers["authorization"] ?? "" }
            #expect(tokens == ["Bearer key-1", "Bearer key-2", "Bearer key-2", "Bearer key-3"])
            await client.close()
        }
    }

    @Test("a reader that is cancelled, and one whose client is closed, leave a silent stream at once")
    func leaving() async throws {
        for isClosed in [false, true] {
            try await withClient([.silent(after: Bodies.progress("running"))]) { client, _ in
                let (told, telling) = AsyncStream.makeStream(of: Void.self)
                let reader = Task {
                    for try await _ in client.datasources.events("ds_1", "run_1") { telling.yield() }
                }
                var tellings = told.makeAsyncIterator()
                await tellings.next()
                if isClosed {
                    await client.close()
                    let error = await #expect(throws: ConnectionError.self) { try await reader.value }
                    #expect(error?.reason == .closed)
                } else {
                    reader.cancel()
                    await #expect(throws: CancellationError.self) { try await reader.value }
                }
            }
        }
    }

    @Test("a stream on which nothing comes is lost in the end", .timeLimit(.minutes(1)))
    func silence() async throws {
        try await CannedServer.with(answers: [.silent(after: Bodies.progress("running"))]) { server in
            let transport = Transport(base: server.url, limits: ClientLimits(), longestSilence: .milliseconds(100))
            let error = await #expect(throws: ConnectionError.self) {
                let answer = try await transport.exchange(.events("/"), token: nil)
                guard let stream = answer.stream else { return }
                var events = EventReader(stream, maxBytes: 1000)
                while try await events.next() != nil {}
            }
            #expect(error?.reason == .timedOut)
            await transport.close()
        }
    }
}

extension Bodies {
    static func progress(_ status: String) -> String { "retry: 2000\nevent: progress\n" + lines(run(status)) + "\n" }
    static func end(_ status: String) -> String { "id: end\nevent: end\n" + lines(run(status)) + "\n" }

    private static func lines(_ text: String) -> String {
        text.split(separator: "\n").map { "data: \($0)\n" }.joined()
    }
}

extension CannedServer.Answer {
    static func events(_ events: [String]) -> Self {
        .init(200, events.joined(), headers: [("Content-Type", "text/event-stream; charset=utf-8")])
    }

    /// A stream on which nothing more comes, and which stays open.
    static func silent(after event: String) -> Self { events([event, ":\n\n"]).stuck(after: event.utf8.count) }
}
