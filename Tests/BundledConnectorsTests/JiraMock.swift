import CannedServer

/// Jira Cloud's REST API as its reference describes it, with two records a page at most.
final class JiraMock: Sendable {
    /// `admin@acme.example:right`
    static let basic = "Basic YWRtaW5AYWNtZS5leGFtcGxlOnJpZ2h0"

    let issues = MockTable((1...5).map { JiraMock.issue($0, day: $0) })
    private let limit: Hiccup
    private let isQuietAboutLogins: Bool

    /// - Parameters:
    ///   - limitedAt: The request that is refused once.
    ///   - isQuietAboutLogins: Whether wrong credentials are answered as if nobody had signed in.
    init(limitedAt: Int = -1, isQuietAboutLogins: Bool = false) {
        limit = Hiccup(at: limitedAt)
        self.isQuietAboutLogins = isQuietAboutLogins
    }

    static func issue(_ id: Int, day: Int) -> MockTable.Row {
        let time = "2025-03-0\(day)T10:00:00.500+0000"
        return .init(
            id: "\(id)", changed: time,
            body: #"{"id":"\#(id)","key":"P1-\#(id)","fields":{"summary":"s","updated":"\#(time)"}}"#)
    }

    func answer(_ request: CannedServer.Request) -> CannedServer.Answer {
        guard request.headers["authorization"] == Self.basic else {
            guard isQuietAboutLogins else { return .init(401, "Client must be authenticated") }
            return .init(
                200, #"{"startAt":0,"isLast":true,"values":[]}"#,
                headers: [("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")])
        }
        if limit.isNow() { return .init(429, "", headers: [("Retry-After", "7")]) }
        guard let query = request.query, let size = query["maxResults"].flatMap({ Int($0) }), size > 0 else {
            return .init(400)
        }
        let start = query["startAt"].flatMap { Int($0) } ?? 0
        switch request.path {
        case "/rest/api/3/project/search":
            let values = (1...5).dropFirst(start).prefix(2).map { #"{"id":"\#($0)","key":"P\#($0)"}"# }
            return .init(
                200,
                #"{"startAt":\#(start),"maxResults":2,"total":5,"isLast":\#(start + 2 >= 5),"values":["#
                    + values.joined(separator: ",") + "]}")
        case "/rest/api/3/users/search":
            let users = (1...5).dropFirst(start).prefix(2).map { #"{"accountId":"a\#($0)","active":true}"# }
            return .init(200, "[" + users.joined(separator: ",") + "]")
        case "/rest/api/3/search/jql": return search(query, size: size)
        default: return .init(404)
        }
    }

    /// Issues changed since the minute that the query names, in UTC; a query without a bound is refused.
    private func search(_ query: [String: String], size: Int) -> CannedServer.Answer {
        guard let jql = query["jql"], let bound = jql.firstMatch(of: /updated >= "(\d{4}-\d\d-\d\d) (\d\d:\d\d)"/),
            jql.hasSuffix(" order by updated desc"), query["fields"] == "*all", size <= 100
        else { return .init(400, #"{"errorMessages":["Unbounded JQL queries are not allowed here."]}"#) }
        if jql.hasPrefix("project in"), !jql.contains(#""P1""#) { return .init(200, #"{"issues":[],"isLast":true}"#) }
        let rows = issues.newestFirst.filter { $0.changed >= "\(bound.1)T\(bound.2)" }
        let start = query["nextPageToken"].flatMap { Int($0.dropFirst()) } ?? 0
        let next = start + 2
        let more = next < rows.count ? #","nextPageToken":"t\#(next)","isLast":false"# : #","isLast":true"#
        return .init(200, #"{"issues":\#(rows.dropFirst(start).prefix(2).json)\#(more)}"#)
    }
}
