import CannedServer
import ConnectorAPI
import Domain
import JSON
import Synchronization
import TestSupport
import Testing

@testable import Declarative

@Suite("Credentials of declarative sources")
struct CredentialTests {
    private static let oauth = """
              requester:
                url_base: SERVER
                path: /things
                authenticator:
                  type: OAuthAuthenticator
                  token_refresh_endpoint: SERVER/token
                  client_id: "{{ config['client_id'] }}"
                  client_secret: "{{ config['client_secret'] }}"
                  refresh_token: "{{ config['credentials']['refresh_token'] }}"
                  refresh_token_updater: {}
                error_handler:
                  type: DefaultErrorHandler
                  response_filters: [{type: HttpResponseFilter, action: REFRESH_TOKEN_THEN_RETRY, http_codes: [401]}]
        """
    private static let config: JSONObject = [
        "client_id": "i", "client_secret": "s",
        "credentials": ["refresh_token": "r0", "access_token": "", "token_expiry_date": ""],
    ]

    @Test("gets a token once, keeps the rotated one, and gets another when the source refuses it")
    func oauth() async throws {
        let tokens = Mutex(0)
        try await CannedServer.with(answering: { request in
            guard request.path == "/token" else {
                return request.headers["authorization"] == "Bearer t2"
                    ? .init(200, #"{"items":[{"id":1}]}"#) : .init(401)
            }
            let number = tokens.withLock {
                $0 += 1; return $0
            }
            return .init(200, #"{"access_token":"t\#(number)","refresh_token":"r\#(number)","expires_in":3600}"#)
        }) { server in
            let stage = try ManifestStage(ManifestStage.things(Self.oauth), server: server)
            let outcome = try await stage.read("things", config: Self.config)
            #expect(outcome.isWell && outcome.records == [#"{"id":1}"#])
            let asked = server.requests.filter { $0.path == "/token" }
            #expect(
                asked.map(\.body)
                    == ["r0", "r1"].map {
                        "grant_type=refresh_token&client_id=i&client_secret=s&refresh_token=\($0)"
                    })
            #expect(outcome.changedConfig?["credentials"]?["refresh_token"] == "r2")
            #expect(outcome.changedConfig?["credentials"]?["access_token"] == "t2")
            #expect(outcome.changedConfig?["credentials"]?["token_expiry_date"] == "2025-06-15T13:34:56+00:00")
        }
    }

    @Test("uses what another run renewed, and keeps what was rotated before it is used")
    func kept() async throws {
        let held = HeldCredentials()
        let keptAtUse = Mutex<[Bool]>([])
        try await CannedServer.with(answering: { request in
            if request.path == "/token" {
                return .init(200, #"{"access_token":"t1","refresh_token":"r1","expires_in":3600}"#)
            }
            let isKept = await held.current() != nil
            keptAtUse.withLock { $0.append(isKept) }
            return .init(request.headers["authorization"] == "Bearer t1" ? 200 : 401, #"{"items":[{"id":1}]}"#)
        }) { server in
            let stage = try ManifestStage(ManifestStage.things(Self.oauth), server: server)
            let context = ConnectorContext(tenant: .named("acme"), config: Self.config, credentials: held)
            try await stage.connector.check(context)
            try await stage.connector.check(context)
            #expect(server.requests.map(\.path) == ["/token", "/things", "/things"])
            #expect(keptAtUse.withLock { $0 } == [true, true])
            let values = try #require(await held.current()).values
            #expect(values.filter { $0.key.hasSuffix(".refresh_token") }.map { $0.value.withExposed { $0 } } == ["r1"])
        }
    }

    @Test("asks no token endpoint that the guard forbids")
    func guarded() async throws {
        try await CannedServer.with(answers: [.init(200, "{}")]) { server in
            let text = ManifestStage.things(Self.oauth).replacing("SERVER/token", with: "http://169.254.169.254/token")
            let outcome = try await ManifestStage(text, server: server).read("things", config: Self.config)
            #expect(outcome.errors == ["egress.address_forbidden"] && server.requests.isEmpty)
        }
    }

    @Test("says that new credentials are needed where the token endpoint refuses")
    func refused() async throws {
        try await CannedServer.with(answers: [.init(400, #"{"error":"invalid_grant"}"#)]) { server in
            let outcome = try await ManifestStage(ManifestStage.things(Self.oauth), server: server)
                .check(config: Self.config)
            #expect(outcome.status?["status"] == "FAILED" && server.requests.count == 1)
        }
    }

    @Test("lets one of several streams get a token for all")
    func singleFlight() async throws {
        let flight = SingleFlight<Int>()
        let calls = Tally()
        let results = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await flight.run {
                        calls.add()
                        await Task.yield()
                        return 7
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == Array(repeating: 7, count: 20) && calls.count < 20)
    }

    @Test("logs in for a session and puts its token where the manifest says")
    func session() async throws {
        let retriever = """
                  requester:
                    url_base: SERVER
                    path: /things
                    authenticator:
                      type: SessionTokenAuthenticator
                      login_requester:
                        type: HttpRequester
                        url_base: SERVER
                        path: /login
                        http_method: POST
                        request_body_json: {user: "{{ config['user'] }}"}
                      session_token_path: [data, token]
                      expiration_duration: PT1H
                      request_authentication:
                        type: ApiKey
                        api_token: "Token {{ session_token }}"
                        inject_into: {type: RequestOption, inject_into: header, field_name: X-Session}
                  paginator:
                    type: DefaultPaginator
                    page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
                    pagination_strategy: {type: PageIncrement, page_size: 1}
            """
        try await CannedServer.with(answering: { request in
            if request.path == "/login" { return .init(200, #"{"data":{"token":"abc"}}"#) }
            return .init(200, request.target.contains("page=2") ? #"{"items":[]}"# : #"{"items":[{"id":1}]}"#)
        }) { server in
            let outcome = try await ManifestStage(ManifestStage.things(retriever), server: server)
                .read("things", config: ["user": "ann"])
            #expect(outcome.isWell && outcome.records.count == 2)
            let logins = server.requests.filter { $0.path == "/login" }
            #expect(logins.map(\.body) == [#"{"user":"ann"}"#])
            #expect(
                server.requests.filter { $0.path == "/things" }.allSatisfy { $0.headers["x-session"] == "Token abc" })
        }
    }
}

/// Counts calls.
private final class Tally: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }
    func add() { number.withLock { $0 += 1 } }
}
