import CannedServer

/// Okta's management API as its reference describes it, with two records a page at most.
final class OktaMock: Sendable {
    let users = MockTable((1...5).map { OktaMock.user($0, day: $0) })
    let groups = MockTable(
        (1...3).map { number in
            let time = "2025-02-0\(number)T00:00:00.000Z"
            return .init(
                id: "g\(number)", changed: time, body: #"{"id":"g\#(number)","lastUpdated":"\#(time)","profile":{}}"#)
        })
    /// Users of each group; that of `g3` is gone by the time that it is asked for.
    static let members = ["g1": [1, 2, 3], "g2": [3, 4]]
    private let limit: Hiccup

    /// - Parameter limitedAt: The request that is refused once.
    init(limitedAt: Int = -1) { limit = Hiccup(at: limitedAt) }

    static func user(_ number: Int, day: Int) -> MockTable.Row {
        let time = "2025-03-0\(day)T10:00:00.000Z"
        return .init(
            id: "u\(number)", changed: time,
            body:
                #"{"id":"u\#(number)","status":"ACTIVE","lastUpdated":"\#(time)","profile":{"login":"l"},"_links":{}}"#)
    }

    func answer(_ request: CannedServer.Request) -> CannedServer.Answer {
        guard request.headers["authorization"] == "SSWS right" else {
            return .init(401, #"{"errorCode":"E0000011","errorSummary":"Invalid token provided"}"#)
        }
        let reset = ("X-Rate-Limit-Reset", "\(ConnectorStage.now + 20)")
        if limit.isNow() {
            return .init(429, #"{"errorCode":"E0000047"}"#, headers: [("X-Rate-Limit-Remaining", "0"), reset])
        }
        guard let query = request.query, query["limit"] == "200", var rows = rows(request.parts) else {
            return .init(404, #"{"errorCode":"E0000007"}"#)
        }
        if let filter = query["filter"] {
            guard let bound = filter.wholeMatch(of: /lastUpdated gt "([0-9T:.Z-]{24})"/) else {
                return .init(400, #"{"errorCode":"E0000031","errorSummary":"Invalid search criteria."}"#)
            }
            rows = rows.filter { $0.changed > String(bound.1) }
        }
        let start = query["after"].flatMap { after in rows.firstIndex { $0.id == after } }.map { $0 + 1 } ?? 0
        let shown = rows.dropFirst(start).prefix(2)
        var headers = [
            ("X-Rate-Limit-Remaining", "99"), reset, ("Link", "<\(request.origin)\(request.target)>; rel=\"self\""),
        ]
        if let last = shown.last, last.id != rows.last?.id {
            let target = request.target.replacing(#/&?after=[^&]*/#, with: "")
            headers.append(("Link", "<\(request.origin)\(target)&after=\(last.id)>; rel=\"next\""))
        }
        return .init(200, shown.json, headers: headers)
    }

    private func rows(_ parts: [String]) -> [MockTable.Row]? {
        switch parts.dropFirst(2).joined(separator: "/") {
        case "users": users.rows
        case "groups": groups.rows
        case "apps": (1...3).map { .init(id: "a\($0)", changed: "", body: #"{"id":"a\#($0)","label":"App"}"#) }
        default:
            parts.count == 5 && parts[4] == "users"
                ? Self.members[parts[3]]?.map { Self.user($0, day: $0) } : nil
        }
    }
}
