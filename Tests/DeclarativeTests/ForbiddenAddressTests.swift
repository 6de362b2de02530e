import CannedServer
import Domain
import Egress
import JSON
import Synchronization
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

    /// A job whose requests go where the config, the answer to its creation and its state say.
    private static let job = """
              status_mapping: {running: [run], completed: [done], failed: [bad], timeout: [late]}
              status_extractor: {type: DpathExtractor, field_path: [status]}
              download_target_extractor: {type: DpathExtractor, field_path: [urls]}
              creation_requester:
                {type: HttpRequester, url_base: "{{ config['at'] }}", path: /jobs, http_method: POST}
              polling_requester:
                {type: HttpRequester, url_base: "{{ creation_response['job'] }}", http_method: GET}
              download_requester:
                {type: HttpRequester, url_base: "{{ download_target }}", http_method: GET}
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

    @Test("are refused where a job is asked for", arguments: forms)
    func jobCreation(_ form: String) async throws {
        try await refused(Self.job, form, requests: 0) { _, _ in .init(200, "{}") }
    }

    @Test("are refused where the state of a job is asked for", arguments: forms)
    func jobPolling(_ form: String) async throws {
        let job = JSONValue.string(form).description
        try await refused(Self.job, nil, requests: 1) { _, _ in .init(200, #"{"job":\#(job)}"#) }
    }

    @Test("are refused in what a job made, and where that redirects to", arguments: forms, [false, true])
    func jobDownload(_ form: String, isRedirect: Bool) async throws {
        try await refused(Self.job, nil, requests: isRedirect ? 3 : 2) { request, server in
            switch request.path {
            case "/jobs": return .init(200, #"{"job":"\#(server)/state"}"#)
            case "/state":
                let target = JSONValue.string(isRedirect ? server + "/file" : form).description
                return .init(200, #"{"status":"done","urls":[\#(target)]}"#)
            default: return .init(302, headers: [("Location", form)])
            }
        }
    }

    @Test(
        "are refused though the name had another address before, at the next page as in a job",
        arguments: [false, true])
    func rebinding(_ isJob: Bool) async throws {
        let lookUps = Mutex(0)
        let resolver = HostResolver { _ in
            let isFirst = lookUps.withLock {
                $0 += 1; return $0 == 1
            }
            return [IPAddress(isFirst ? "127.0.0.1" : "10.0.0.7")].compactMap { $0 }
        }
        try await CannedServer.with(answering: { _ in
            .init(200, #"{"items":[{"id":1}],"next":"/more","job":"http://name.example:1/state"}"#)
        }) { server in
            let stage = try ManifestStage(
                ManifestStage.things(isJob ? Self.job : Self.retriever, isJob: isJob), resolver: resolver)
            let at = server.url.replacing("127.0.0.1", with: "name.example")
            let outcome = try await stage.read("things", config: ["at": .string(at)])
            #expect(outcome.errors == ["egress.address_forbidden"] && server.requests.count == 1)
            // One look-up a request: what was checked is what is connected to.
            #expect(lookUps.withLock { $0 } == 2)
        }
    }

    /// A name of this network, and one that has an address of it beside one that may be reached.
    private static let names = HostResolver { name in
        (name == "inner.example" ? ["10.0.0.7"] : ["127.0.0.1", "10.0.0.7"]).compactMap { IPAddress($0) }
    }

    /// Reads; `at` nil names the server itself, which then may be asked so often.
    private func refused(
        _ retriever: String, _ at: String?, requests: Int,
        _ answer: @escaping @Sendable (CannedServer.Request, String) -> CannedServer.Answer
    ) async throws {
        let url = Mutex("")
        try await CannedServer.with(answering: { answer($0, url.withLock { $0 }) }) { server in
            url.withLock { $0 = server.url }
            let stage = try ManifestStage(
                ManifestStage.things(retriever, isJob: retriever == Self.job), server: server, resolver: Self.names)
            let outcome = try await stage.read("things", config: ["at": .string(at ?? server.url)])
            #expect(!outcome.isWell && outcome.statuses.last == "INCOMPLETE")
            #expect(outcome.errors.count == 1 && outcome.errors[0].hasPrefix("egress."), "\(outcome.errors)")
            #expect(server.requests.count == requests)
        }
    }
}
