import CannedServer
import Synchronization

/// Microsoft Graph and the sign-in as their references describe them, with two records a page at most.
final class AzureMock: Sendable {
    private struct State {
        var tokens = 0
        var asked = 0
    }

    private let state = Mutex(State())
    private let limit: Hiccup
    private let expiresAt: Hiccup

    /// - Parameters:
    ///   - limitedAt: The request that is refused once.
    ///   - expiresAt: The request from which on the token that is known isn't taken any more.
    init(limitedAt: Int = -1, expiresAt: Int = -1) {
        limit = Hiccup(at: limitedAt)
        self.expiresAt = Hiccup(at: expiresAt)
    }

    /// How many tokens were given.
    var tokens: Int { state.withLock { $0.tokens } }

    func answer(_ request: CannedServer.Request) -> CannedServer.Answer {
        if request.method == "POST" { return token(request) }
        if expiresAt.isNow() { state.withLock { $0.asked = $0.tokens } }
        let isKnown = state.withLock { state in
            state.tokens > state.asked && request.headers["authorization"] == "Bearer token\(state.tokens)"
        }
        guard isKnown else { return .init(401, #"{"error":{"code":"InvalidAuthenticationToken"}}"#) }
        if limit.isNow() {
            return .init(429, #"{"error":{"code":"TooManyRequests"}}"#, headers: [("Retry-After", "9")])
        }
        guard let query = request.query, query["$top"] == "999", query["$select"]?.hasPrefix("id,") == true,
            !(query["$select"] ?? " ").contains(" ")
        else { return .init(400, #"{"error":{"code":"BadRequest"}}"#) }
        let letter = request.parts.last?.prefix(1) ?? "?"
        let start = query["$skiptoken"].flatMap { Int($0) } ?? 0
        let shown = (1...5).dropFirst(start).prefix(2).map { #"{"id":"\#(letter)\#($0)"}"# }
        var more = ""
        if start + 2 < 5 {
            let kept = request.target.split(separator: "&").filter { !$0.contains("skiptoken") }.joined(separator: "&")
            more = #""@odata.nextLink":"\#(request.origin)\#(kept)&$skiptoken=\#(start + 2)","#
        }
        return .init(200, #"{"@odata.context":"…",\#(more)"value":[\#(shown.joined(separator: ","))]}"#)
    }

    private func token(_ request: CannedServer.Request) -> CannedServer.Answer {
        let form = request.form ?? [:]
        guard request.path == "/acme.example/oauth2/v2.0/token", form["grant_type"] == "client_credentials",
            form["client_id"] == "app", form["scope"] == request.origin + "/.default"
        else { return .init(400, #"{"error":"invalid_request"}"#) }
        guard form["client_secret"] == "right" else { return .init(401, #"{"error":"invalid_client"}"#) }
        let number = state.withLock { state in
            state.tokens += 1
            return state.tokens
        }
        return .init(200, #"{"token_type":"Bearer","expires_in":3599,"access_token":"token\#(number)"}"#)
    }
}
