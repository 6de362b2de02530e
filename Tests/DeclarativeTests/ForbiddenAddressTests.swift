import CannedServer
import Domain
import JSON
import Testing

@testable import Declarative

/// Every way in which a manifest, its config or a source can name an address, each with forms of addresses that nobody may
/// reach from here.
@Suite("Addresses that a manifest may not reach")
struct ForbiddenAddressTests {
    static let forms = [
        "http://10.0.0.1", "http://192.168.1.1:8080", "http://172.16.0.1", "http://169.254.169.254/latest/meta-data",
        "http://100.64.0.1", "http://0.0.0.0", "http://[::1]", "http://[::]", "http://[fe80::1]", "http://[fd00::1]",
        "http://[::ffff:10.0.0.1]", "http://[::ffff:a9fe:a9fe]", "http://[64:ff9b::a00:1]", "http://[2002:a00:1::]",
        "http://2852039166", "http://0xa9fea9fe", "http://0251.0376.0251.0376", "http://169.254.43518", "http://10.1",
        "http://user@10.0.0.1", "http://10.0.0.1.", "http://224.0.0.1", "http://255.255.255.255", "ftp://example.com",
        "file:///etc/passwd", "http://inner.example", "http://rebound.example",
    ]

    private static let retriever = """
              requester:
                type: HttpRequester
                url_base: "{{ config['at'] }}"
                path: "{{ config.get('path', '/things') }}"
              paginator:
                type: DefaultPaginator
                page_token_option: {type: RequestPath}
                pagination_strategy: {type: CursorPagination, cursor_value: "{{ response.next }}"}
        """
    private static let oauth = """
              requester:
                type: HttpRequester
                url_base: SERVER
                path: /things
                authenticator:
                  type: OAuthAuthenticator
                  token_refresh_endpoint: "{{ config['at'] }}"
                  client_id: i
                  client_secret: s
                  refresh_token: r
        """

    @Test("are refused in a config before anything is connected to", arguments: forms)
    func config(_ form: String) async throws {
        try await refused(Self.retriever, form, requests: 0) { _, _ in .init(200, "{}") }
    }

    @Test("are refused in a token endpoint before anything is connected to", arguments: forms)
    func tokenEndpoint(_ form: String) async throws {
        try await refused(Self.oauth, form, requests: 0) { _, _ in .init(200, "{}") }
    }

    @Test("are refused in a redirect", arguments: forms)
    func redirect(_ form: String) async throws {
        try await refused(Self.retriever, nil, requests: 1) { _, _ in .init(302, headers: [("Location", form)]) }
    }

    @Test("are refused in a link to the next page", arguments: forms)
    func nextPage(_ form: String) async throws {
        let next = JSONValue.string(form).description
        try await refused(Self.retriever, nil, requests: 1) { _, _ in
            .init(200, #"{"items":[{"id":1}],"next":\#(next)}"#)
        }
    }

    /// Reads; `at` nil names the server itself, which then may be asked so often.
    private func refused(
        _ retriever: String, _ at: String?, requests: Int,
        _ answer: @escaping @Sendable (CannedServer.Request, String) -> CannedServer.Answer
    ) async throws {
        try await CannedServer.with(answering: { answer($0, "") }) { server in
            let stage = try ManifestStage(ManifestStage.things(retriever), server: server)
            let outcome = try await stage.read("things", config: ["at": .string(at ?? server.url)])
            #expect(!outcome.isWell && outcome.statuses.last == "INCOMPLETE")
            #expect(outcome.errors.count == 1, "\(outcome.errors)")
            #expect(server.requests.count == requests)
        }
    }
}
