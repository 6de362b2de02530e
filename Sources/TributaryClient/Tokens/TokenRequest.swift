import JSON
import WireAPI

/// Asks the server for a token by client credentials (RFC 6749 section 4.4), with a JSON body.
struct TokenRequest: Sendable {
    private static let path = "/api/v1/auth/token"

    let id: String
    let secret: HiddenText
    let scope: String?

    /// One token; throws `TributaryError` without the secret in it, or `ConnectionError`.
    func send(over attempts: Attempts) async throws -> AccessToken {
        var body: JSONObject = [
            "grant_type": "client_credentials", "client_id": .string(id), "client_secret": .string(secret.exposed),
        ]
        if let scope { body["scope"] = .string(scope) }
        // A second token does no harm.
        let answer = try await attempts.exchange(.ask(Self.path, body: body), token: nil)
        guard answer.isSuccess else { throw answer.refusal.hiding(secret) }
        return try token(answer)
    }

    private func token(_ answer: Answer) throws -> AccessToken {
        let json = try answer.decoded(as: JSONObject.self)
        guard let text = json["access_token"]?.stringValue,
            json["token_type"]?.stringValue?.lowercased() == "bearer"
        else {
            throw ConnectionError(.unreadable, "The server's answer to the request for a token has no bearer token.")
        }
        let seconds = json["expires_in"]?.int64Value
        return AccessToken(text, lifetime: seconds.map { .seconds(max($0, 0)) })
    }
}
