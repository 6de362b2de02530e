import CannedServer
import ConnectorAPI
import Domain
import Interpolation
import JSON
import Testing

@testable import Declarative

@Suite("Reading by a manifest")
struct ReadingTests {
    private static let plain = """
              requester: {url_base: SERVER, path: /things}
        """

    private static let pages = """
              requester: {url_base: SERVER, path: /things}
              paginator:
                type: DefaultPaginator
                page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
                page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: size}
                pagination_strategy: {type: PageIncrement, page_size: 2, start_from_page: 1, inject_on_first_request: true}
        """

    private static let links = """
              requester: {url_base: SERVER, path: /things}
              paginator:
                type: DefaultPaginator
                page_token_option: {type: RequestPath}
                pagination_strategy:
                  type: CursorPagination
                  cursor_value: "{{ response.get('next') }}"
        """

    private static func handling(_ handler: String) -> String {
        """
              requester:
                url_base: SERVER
                path: /things
                error_handler:
        \(handler)
        """
    }

    private func run(
        _ retriever: String, _ answers: [CannedServer.Answer],
        _ look: (ManifestStage, ManifestStage.Outcome, CannedServer) throws -> Void
    ) async throws {
        try await CannedServer.with(answers: answers) { server in
            let stage = try ManifestStage(ManifestStage.things(retriever), server: server)
            try look(stage, try await stage.read("things"), server)
        }
    }

    @Test("counts pages and stops after the first that isn't full")
    func pageNumbers() async throws {
        let full = CannedServer.Answer(200, #"{"items":[{"id":1},{"id":2}]}"#)
        try await run(Self.pages, [full, .init(200, #"{"items":[{"id":3}]}"#)]) { _, outcome, server in
            #expect(outcome.isWell && outcome.records == [#"{"id":1}"#, #"{"id":2}"#, #"{"id":3}"#])
            #expect(server.requests.map(\.target) == ["/things?page=1&size=2", "/things?page=2&size=2"])
            #expect(outcome.statuses == ["STARTED", "RUNNING", "COMPLETE"])
            #expect(outcome.lastState == #"{"__ab_no_cursor_state_message":true}"#)
        }
    }

    @Test("follows a link to the next page")
    func nextLinks() async throws {
        try await CannedServer.with(answering: { request in
            request.path == "/things"
                ? .init(200, #"{"items":[{"id":1}],"next":"/more?x=1"}"#) : .init(200, #"{"items":[{"id":2}]}"#)
        }) { server in
            let outcome = try await ManifestStage(ManifestStage.things(Self.links), server: server).read("things")
            #expect(outcome.isWell && outcome.records.count == 2)
            #expect(server.requests.map(\.target) == ["/things", "/more?x=1"])
        }
    }

    @Test("goes nowhere that the guard forbids, by a link, a redirect or a config", arguments: [0, 1, 2])
    func guarded(_ way: Int) async throws {
        let link = #"{"items":[{"id":1}],"next":"http://169.254.169.254/latest"}"#
        try await CannedServer.with(answering: { _ in
            way == 1 ? .init(302, headers: [("Location", "http://10.0.0.1/")]) : .init(200, link)
        }) { server in
            let own = ManifestStage.things(Self.links).replacing(
                "url_base: SERVER", with: "url_base: \"{{ config['at'] }}\"")
            let stage = try ManifestStage(own, server: server)
            let at = way == 2 ? "http://[::ffff:10.0.0.1]" : server.url
            let outcome = try await stage.read("things", config: ["at": .string(at)])
            #expect(!outcome.isWell && outcome.errors == ["egress.address_forbidden"])
            #expect(outcome.statuses.last == "INCOMPLETE")
        }
    }

    @Test("waits as long as the source says, and a second, before it tries again")
    func retryAfter() async throws {
        let handler = """
                      type: DefaultErrorHandler
                      backoff_strategies: [{type: WaitTimeFromHeader, header: Retry-After}]
            """
        let busy = CannedServer.Answer(429, "", headers: [("Retry-After", "7")])
        try await run(Self.handling(handler), [busy, busy, .init(200, #"{"items":[{"id":1}]}"#)]) {
            stage, outcome, server in
            #expect(outcome.isWell && outcome.records.count == 1)
            #expect(stage.waits == [8, 8] && server.requests.count == 3)
        }
    }

    @Test("waits as the source asks where the manifest says nothing, but leaves long waits to another run")
    func usualRetryAfter() async throws {
        let busy = CannedServer.Answer(429, "", headers: [("Retry-After", "9")])
        try await run(Self.plain, [busy, .init(200, #"{"items":[]}"#)]) { stage, outcome, _ in
            #expect(outcome.isWell && stage.waits == [9])
        }
        try await run(Self.plain, [.init(429, headers: [("Retry-After", "4000")])]) { stage, outcome, server in
            #expect(outcome.errors == ["declarative.rate_limited"] && stage.waits.isEmpty && server.requests.count == 1)
        }
    }

    @Test("tries again after faults of the server and answers that break off")
    func transientFaults() async throws {
        let well = CannedServer.Answer(200, #"{"items":[{"id":1}]}"#)
        try await run(Self.plain, [.init(503), .init(503), well]) { stage, outcome, _ in
            #expect(outcome.isWell && stage.waits == [1, 2])
        }
        try await run(Self.plain, [well.cut(after: 5), .lost, well]) { _, outcome, server in
            #expect(outcome.isWell && outcome.records == [#"{"id":1}"#] && server.requests.count == 3)
        }
    }

    @Test("gives up after six tries and says so without the answer's body")
    func exhausted() async throws {
        try await run(Self.plain, [.init(500, "canary-body")]) { stage, outcome, server in
            #expect(!outcome.isWell && outcome.errors == ["declarative.source_failed"])
            #expect(server.requests.count == 6 && stage.waits == [1, 2, 4, 8, 16])
            #expect(!outcome.text.contains("canary-body"))
        }
    }

    @Test("does as filters say: ignores, fails with a message, looks into good answers")
    func filters() async throws {
        let handler = """
                      type: DefaultErrorHandler
                      response_filters:
                        - {type: HttpResponseFilter, action: IGNORE, http_codes: [404]}
                        - {type: HttpResponseFilter, action: FAIL, predicate: "{{ response.get('ok') == false }}", error_message: "not ok"}
                        - {type: HttpResponseFilter, action: FAIL, error_message_contains: "gone away"}
            """
        try await run(Self.handling(handler), [.init(404, #"{"items":[{"id":1}]}"#)]) { _, outcome, _ in
            #expect(outcome.isWell && outcome.records.isEmpty)
        }
        for body in [#"{"ok":false}"#, #"{"errors":[{"message":"has gone away"}]}"#] {
            try await run(Self.handling(handler), [.init(200, body)]) { _, outcome, server in
                #expect(!outcome.isWell && server.requests.count == 1)
            }
        }
    }

    @Test("ends where pages come again and again")
    func endless() async throws {
        try await run(Self.links, [.init(200, #"{"items":[{"id":1}],"next":"/things"}"#)]) { _, outcome, server in
            #expect(outcome.errors == ["declarative.endless_pages"] && server.requests.count == 3)
        }
        let full = CannedServer.Answer(200, #"{"items":[{"id":1},{"id":2}]}"#)
        try await run(Self.pages, [full]) { _, outcome, server in
            #expect(outcome.errors == ["declarative.endless_pages"] && server.requests.count <= 12)
        }
    }

    @Test("ends a slice after 100,000 pages, however they differ")
    func mostPages() throws {
        var watch = LoopWatch()
        let note = { (number: Int, watch: inout LoopWatch) in
            let response = SourceResponse(
                head: ResponseHead(status: 200, headers: []), url: "", body: Array("\(number)".utf8))
            let page = PageResult(
                response: response, firstElement: [:], extracted: 1, count: 1, lastRecord: nil,
                context: PageContext(slice: StreamSlice(), token: .int(number)))
            try watch.note(page, next: .int(number + 1))
        }
        for number in 1..<LoopWatch.mostPages { try note(number, &watch) }
        let error = #expect(throws: AppError.self) { try note(LoopWatch.mostPages, &watch) }
        #expect(error?.code == "declarative.endless_pages")
    }

    @Test(
        "tells who must act",
        arguments: [
            (401, Recovery.reauthorise), (403, .reauthorise), (400, .fixConfig), (503, .retry), (429, .waitForSource),
        ])
    func recoveries(_ example: (status: Int, recovery: Recovery)) async throws {
        try await CannedServer.with(answers: [.init(example.status, "{}")]) { server in
            let stage = try ManifestStage(ManifestStage.things(Self.plain), server: server)
            let plan = ReadPlan(entities: [.init(name: "things", mode: .full, primaryKey: ["id"])])
            let (batches, error) = try await stage.batches(plan)
            #expect(error?.recovery == example.recovery && error?.details["entity"] == "things")
            #expect(batches.allSatisfy { $0.end == nil && $0.state == nil })
        }
    }

    @Test("checks by the first record, and says what fails")
    func check() async throws {
        try await run(Self.plain, [.init(200, #"{"items":[]}"#)]) { _, _, _ in }
        try await CannedServer.with(answers: [.init(200, #"{"items":[]}"#), .init(401)]) { server in
            let stage = try ManifestStage(ManifestStage.things(Self.plain), server: server)
            #expect(try await stage.check().status?["status"] == "SUCCEEDED")
            #expect(try await stage.check().status?["status"] == "FAILED")
        }
    }

    @Test("merges the parts of records whose properties come in groups")
    func properties() async throws {
        let retriever = """
                  requester:
                    url_base: SERVER
                    path: /things
                    request_parameters:
                      fields:
                        type: QueryProperties
                        property_list: [a, b, c]
                        always_include_properties: [id]
                        property_chunking: {type: PropertyChunking, property_limit_type: property_count, property_limit: 2}
            """
        try await CannedServer.with(answering: { request in
            request.target.contains("c")
                ? .init(200, #"{"items":[{"id":"1","c":3}]}"#) : .init(200, #"{"items":[{"id":"1","a":1,"b":2}]}"#)
        }) { server in
            let outcome = try await ManifestStage(ManifestStage.things(retriever), server: server).read("things")
            #expect(outcome.records == [#"{"id":"1","a":1,"b":2,"c":3}"#])
            #expect(server.requests.map(\.target) == ["/things?fields=id%2Ca%2Cb", "/things?fields=id%2Cc"])
        }
    }
}
