import CannedServer

/// GitHub's REST API as its reference describes it, with two records a page at most.
final class GitHubMock: Sendable {
    static let token = "ghp_right"

    let tables: [String: MockTable]
    private let limit: Hiccup
    private let limitAnswer: CannedServer.Answer

    /// - Parameters:
    ///   - limitedAt: The request that is refused once.
    ///   - limited: How.
    init(limitedAt: Int = -1, limited: CannedServer.Answer = CannedServer.Answer(429)) {
        limit = Hiccup(at: limitedAt)
        limitAnswer = limited
        let repositories = (1...5).map { number in
            MockTable.Row(
                id: "\(number)", changed: "2025-01-01T00:00:00Z",
                body:
                    #"{"id":\#(number),"full_name":"acme/r\#(number)","owner":{"login":"acme","type":"Organization"}}"#)
        }
        tables = [
            "/orgs/acme/repos": MockTable(repositories),
            "/orgs/acme/members": MockTable(
                (1...3).map { .init(id: "\($0)", changed: "", body: #"{"id":\#($0),"login":"u\#($0)"}"#) }),
            "/repos/acme/r1/issues": MockTable(
                (1...5).map { Self.issue($0, "2025-03-0\($0)T10:00:00Z", isPull: $0 == 3) }),
            "/repos/acme/r2/issues": MockTable([Self.issue(21, "2025-04-01T00:00:00Z")]),
            "/repos/acme/r1/pulls": MockTable((1...5).map { Self.pull($0, "2025-03-0\($0)T10:00:00Z") }),
            "/repos/acme/r2/pulls": MockTable([Self.pull(22, "2025-04-02T00:00:00Z")]),
            "/repos/acme/r4/issues": MockTable([]), "/repos/acme/r4/pulls": MockTable([]),
            "/repos/acme/r3/pulls": MockTable([]), "/repos/acme/r5/pulls": MockTable([]),
        ]
    }

    static func issue(_ id: Int, _ changed: String, isPull: Bool = false) -> MockTable.Row {
        let mark = isPull ? #","pull_request":{"url":"…"}"# : ""
        return .init(
            id: "\(id)", changed: changed, body: #"{"id":\#(id),"title":"t","updated_at":"\#(changed)"\#(mark)}"#)
    }

    static func pull(_ id: Int, _ changed: String) -> MockTable.Row {
        .init(
            id: "\(id)", changed: changed,
            body:
                #"{"id":\#(id),"updated_at":"\#(changed)","head":{"ref":"b","repo":{"id":1}},"base":{"repo":{"id":1}}}"#
        )
    }

    func answer(_ request: CannedServer.Request) -> CannedServer.Answer {
        guard request.headers["authorization"] == "Bearer \(Self.token)" else {
            return .init(401, #"{"message":"Bad credentials"}"#)
        }
        if limit.isNow() { return limitAnswer }
        guard let query = request.query, let size = query["per_page"].flatMap({ Int($0) }), (1...100).contains(size),
            request.headers["x-github-api-version"] == "2022-11-28", request.headers["user-agent"] != nil,
            request.headers["accept"] == "application/vnd.github+json"
        else { return .init(400, #"{"message":"Bad request"}"#) }
        if request.path == "/repos/acme/r3/issues" { return .init(410, #"{"message":"Issues are disabled"}"#) }
        guard let table = tables[request.path] else { return .init(404, #"{"message":"Not Found"}"#) }
        var rows = query["sort"] == "updated" && query["direction"] == "desc" ? table.newestFirst : table.rows
        if let since = query["since"] { rows = rows.filter { $0.changed >= since } }
        let page = query["page"].flatMap { Int($0) } ?? 1
        let shown = rows.dropFirst((page - 1) * 2).prefix(2)
        var headers = [("X-RateLimit-Remaining", "4999"), ("X-RateLimit-Reset", "\(ConnectorStage.now + 3_000)")]
        if rows.count > page * 2 {
            let others = query.filter { $0.key != "page" }.sorted { $0.key < $1.key }
                .map { "\($0.key)=" + $0.value.replacing(":", with: "%3A") }
            let url = request.origin + request.path + "?" + (others + ["page=\(page + 1)"]).joined(separator: "&")
            headers.append(("Link", "<\(url)>; rel=\"next\", <\(url)9>; rel=\"last\""))
        }
        return .init(200, shown.json, headers: headers)
    }
}
