import CannedServer
import ConnectorAPI
import Domain
import JSON
import Synchronization
import Testing

@testable import Declarative

@Suite("Tokens that take turns")
struct RotatingTokenTests {
    /// The stage's time of day, in seconds since 1970.
    private static let now = 1_749_990_896
    private static let config: JSONObject = ["tokens": "token-a, token-b"]

    /// A manifest of one stream whose pages have a record each; `more` are fields of the authenticator.
    private static func manifest(
        _ more: String = "budget_min_reserve: 0", quota: String = "", source: String = "",
        tokens: String = #""{{ config['tokens'] }}""#
    ) -> String {
        ManifestStage.things(
            """
                  requester:
                    url_base: SERVER
                    path: /things
                    authenticator:
                      type: RateLimitedMultipleTokenAuthenticator
                      tokens: \(tokens)
                      auth_method: token
                      budget_reserve_fraction: 0
                      \(more)
                      quota_status_source: {type: QuotaStatusSource, url: SERVER/quota, \(source)}
                      quotas:
                        - type: TokenQuota
                          name: rest
                          remaining_path: [rest, left]
                          reset_path: [rest, until]
                          \(quota)
                  paginator:
                    type: DefaultPaginator
                    page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
                    pagination_strategy: {type: PageIncrement, page_size: 1}
            """)
    }

    private static func quota(_ left: Int, until: Int) -> CannedServer.Answer {
        .init(200, #"{"rest":{"left":\#(left),"until":\#(now + until)}}"#)
    }

    /// Pages up to this one have a record.
    private static func page(_ request: CannedServer.Request, last: Int) -> CannedServer.Answer {
        let page = request.target.split(separator: "page=").dropFirst().first.flatMap { Int($0) } ?? 0
        return .init(200, page <= last ? #"{"items":[{"id":1}]}"# : #"{"items":[]}"#)
    }

    /// Which tokens the requests for a path were sent with.
    private static func tokens(_ server: CannedServer, at path: String = "/things") -> [String] {
        server.requests.filter { $0.path == path }.map { $0.headers["authorization"] ?? "" }
    }

    @Test("uses a token until none of its calls are left, then the next one")
    func turns() async throws {
        try await CannedServer.with(answering: { request in
            request.path == "/quota" ? Self.quota(2, until: 3600) : Self.page(request, last: 2)
        }) { server in
            let outcome = try await ManifestStage(Self.manifest(), server: server).read("things", config: Self.config)
            #expect(outcome.isWell && outcome.records.count == 3)
            #expect(Self.tokens(server) == ["token token-a", "token token-a", "token token-b", "token token-b"])
            #expect(Self.tokens(server, at: "/quota") == ["token token-a", "token token-b"])
        }
    }

    @Test("passes over a token that is used up, also where a SelectiveAuthenticator chose")
    func passedOver() async throws {
        let retriever = """
                  requester:
                    url_base: SERVER
                    path: /things
                    authenticator:
                      type: SelectiveAuthenticator
                      authenticator_selection_path: [kind]
                      authenticators:
                        several:
                          type: RateLimitedMultipleTokenAuthenticator
                          tokens: ["{{ config['first'] }}", " ", token-b]
                          quota_status_source: {type: QuotaStatusSource, url: SERVER/quota}
                          quotas:
                            - {type: TokenQuota, name: rest, remaining_path: [rest, left], reset_path: [rest, until]}
            """
        try await CannedServer.with(answering: { request in
            guard request.path == "/quota" else { return Self.page(request, last: 0) }
            return Self.quota(request.headers["authorization"] == "Bearer token-a" ? 0 : 500, until: 3600)
        }) { server in
            let stage = try ManifestStage(ManifestStage.things(retriever), server: server)
            let outcome = try await stage.read("things", config: ["kind": "several", "first": "token-a"])
            #expect(outcome.isWell && Self.tokens(server) == ["Bearer token-b"])
            #expect(stage.waits.isEmpty)
        }
    }

    @Test("waits for the first reset once all are used up, and asks again what they have left")
    func wait() async throws {
        let asked = Mutex(0)
        try await CannedServer.with(answering: { request in
            guard request.path == "/quota" else { return Self.page(request, last: 0) }
            let number = asked.withLock {
                $0 += 1; return $0
            }
            return Self.quota(number > 2 ? 9 : 0, until: number == 2 ? 30 : 60)
        }) { server in
            let stage = try ManifestStage(Self.manifest(), server: server)
            let outcome = try await stage.read("things", config: Self.config)
            #expect(outcome.isWell && stage.waits == [30])
            #expect(Self.tokens(server, at: "/quota").count == 4)
        }
    }

    @Test("ends with when to come again where a reset is too far away, and shows no token")
    func exhausted() async throws {
        try await CannedServer.with(answering: { _ in Self.quota(0, until: 3600) }) { server in
            let stage = try ManifestStage(Self.manifest("max_wait_time: PT30M"), server: server)
            let outcome = try await stage.read("things", config: Self.config)
            #expect(outcome.errors.first == "declarative.rate_limited" && stage.waits.isEmpty)
            #expect(!outcome.text.contains("token-"))
            let error = try await stage.failure(config: Self.config)
            #expect(error?.recovery == .waitForSource && error?.retryAfter == .seconds(3600))
        }
    }

    @Test("doesn't wait for longer than allowed where resets pass and nothing is given")
    func staleReset() async throws {
        try await CannedServer.with(answering: { _ in Self.quota(0, until: -5) }) { server in
            let stage = try ManifestStage(Self.manifest("max_wait_time: PT12S"), server: server)
            let error = try await stage.failure(config: Self.config)
            #expect(error?.code == "declarative.rate_limited" && stage.waits == [5, 5, 2])
        }
    }

    @Test("goes on with another token at once where the source refuses one")
    func refusal() async throws {
        try await CannedServer.with(answering: { request in
            if request.path == "/quota" { return Self.quota(90, until: 3600) }
            let isRefused = request.headers["authorization"] == "token token-a"
            return isRefused ? .init(429, headers: [("Retry-After", "200")]) : Self.page(request, last: 0)
        }) { server in
            let stage = try ManifestStage(Self.manifest(quota: "exhaustion_status_codes: [429]"), server: server)
            let outcome = try await stage.read("things", config: Self.config)
            #expect(outcome.isWell && stage.waits == [0])
            #expect(Self.tokens(server) == ["token token-a", "token token-b", "token token-b"])
        }
    }

    @Test("believes the headers of answers")
    func headers() async throws {
        try await CannedServer.with(answering: { request in
            if request.path == "/quota" { return Self.quota(90, until: 3600) }
            let page = Self.page(request, last: 0)
            return .init(200, page.body, headers: [("X-Left", "0"), ("X-Until", "\(Self.now + 3600)")])
        }) { server in
            let text = Self.manifest(quota: "remaining_header: x-left\n              reset_header: X-Until")
            let outcome = try await ManifestStage(text, server: server).read("things", config: Self.config)
            #expect(outcome.isWell && Self.tokens(server) == ["token token-a", "token token-b"])
        }
    }

    @Test("counts a request for the quota that names it")
    func quotas() async throws {
        let matched = """
            matchers: [{type: HttpRequestRegexMatcher, url_path_pattern: /things}]
                        - {type: TokenQuota, name: other, remaining_path: [none, left], reset_path: [rest, until]}
            """
        try await CannedServer.with(answering: { request in
            guard request.path == "/quota" else { return Self.page(request, last: 0) }
            return .init(200, #"{"rest":{"left":5,"until":\#(Self.now + 60)},"none":{"left":0}}"#)
        }) { server in
            let stage = try ManifestStage(Self.manifest(quota: matched), server: server)
            let outcome = try await stage.read("things", config: Self.config)
            #expect(outcome.isWell && stage.waits.isEmpty)
        }
    }

    @Test("puts requests off once all tokens are down to their reserve")
    func reserve() async throws {
        try await CannedServer.with(answering: { request in
            request.path == "/quota" ? Self.quota(2, until: 60) : Self.page(request, last: 2)
        }) { server in
            let stage = try ManifestStage(Self.manifest("budget_min_reserve: 50"), server: server)
            let outcome = try await stage.read("things", config: Self.config)
            #expect(outcome.isWell)
            #expect(stage.waits == [10, 10, 10])
        }
    }

    @Test("lets the tokens take turns where the source counts nothing, and only where the manifest says so")
    func uncounted() async throws {
        try await CannedServer.with(answering: { request in
            request.path == "/quota" ? .init(404) : Self.page(request, last: 1)
        }) { server in
            let text = Self.manifest(source: "unavailable_status_codes: [404]")
            let outcome = try await ManifestStage(text, server: server).read("things", config: Self.config)
            #expect(outcome.isWell)
            #expect(Self.tokens(server) == ["token token-a", "token token-b", "token token-a"])
            let other = try await ManifestStage(Self.manifest(), server: server).read("things", config: Self.config)
            #expect(other.errors.first == "declarative.refused")
        }
    }

    @Test("says that a quota isn't where the manifest says, and that a token isn't valid, without the token")
    func badAnswers() async throws {
        for (answer, code) in [
            (CannedServer.Answer(200, #"{"rest":{"left":1,"until":"1e300"}}"#), "declarative.refused"),
            (.init(200, #"{"rest":{"until":1}}"#), "declarative.refused"),
            (.init(401, "token-a is unknown"), "declarative.denied"),
        ] {
            try await CannedServer.with(answers: [answer]) { server in
                let outcome = try await ManifestStage(Self.manifest(), server: server)
                    .read("things", config: Self.config)
                #expect(outcome.errors.first == code && !outcome.text.contains("token-"))
            }
        }
    }

    @Test(
        "refuses a manifest that lacks something, with its place",
        arguments: [
            ("remaining_path: [rest, left]", "", "/quotas/0/remaining_path is missing"),
            ("url: SERVER/quota,", "", "/quota_status_source/url is missing"),
            ("budget_min_reserve: 0", "max_wait_time: P1M", "/max_wait_time must be"),
            (#""{{ config['tokens'] }}""#, "[]", "/tokens comes to no token"),
            (#""{{ config['tokens'] }}""#, #"" , ""#, "/tokens comes to no token"),
            ("tokens: \"{{ config['tokens'] }}\"", "", "/tokens is missing"),
        ])
    func refused(_ example: (part: String, replacement: String, message: String)) async throws {
        let text = Self.manifest().replacing(example.part, with: example.replacement)
        let outcome = try await ManifestStage(text).check(config: Self.config)
        #expect(outcome.text.contains("/streams/0/retriever/requester/authenticator" + example.message))
    }

    @Test("takes no time out of a number that none can be")
    func oddNumbers() async throws {
        for text in ["1e300", "-1e300", "inf", "nan"] { #expect(TimeText.time(in: text) == nil) }
        let budget = "api_budget: {type: HTTPAPIBudget, policies: [{type: FixedWindowCallRatePolicy, period: PT1M, "
        let text = Self.manifest().replacing("streams:", with: budget + "call_limit: 9, matchers: []}]}\nstreams:")
        try await CannedServer.with(answering: { request in
            if request.path == "/quota" { return Self.quota(90, until: 3600) }
            let page = Self.page(request, last: 1)
            return .init(200, page.body, headers: [("ratelimit-reset", page.body.count > 12 ? "1e300" : "nan")])
        }) { server in
            let outcome = try await ManifestStage(text, server: server).read("things", config: Self.config)
            #expect(outcome.isWell)
        }
    }
}

extension ManifestStage {
    /// What a read of the stream ends with.
    fileprivate func failure(config: JSONObject) async throws -> AppError? {
        try await batches(ReadPlan(entities: [.init(name: "things", mode: .full, primaryKey: ["id"])]), config: config)
            .error
    }
}
