import ConnectorAPI
import Domain
import HTTPFetch
import Interpolation
import Synchronization

/// A token that a login gives; asked for anew for each request where it isn't said how long it lasts.
final class SessionToken: TokenProvider {
    private struct Known {
        let token: String
        let until: DateTime
    }

    private let login: Requester
    private let path: [String]
    private let duration: TimeSpan?
    private let decoder: any BodyDecoder
    private let now: @Sendable () -> DateTime
    private let known = Mutex<Known?>(nil)
    private let flight = SingleFlight<String>()

    init(_ node: ComponentNode, builder: ComponentBuilder) throws {
        login = try Requester(node.requiredChild("login_requester"), builder: builder)
        path = try node.texts("session_token_path") ?? []
        duration = try node.text("expiration_duration").map { text in
            guard let span = TimeText.span(in: text) else {
                throw node.invalid("must be an ISO 8601 duration", at: "expiration_duration")
            }
            return span
        }
        decoder = try builder.bodyDecoder(node.child("decoder"))
        now = builder.surroundings.templateSources.now
    }

    func token() async throws -> String {
        guard duration != nil else { return try await loggedIn() }
        if let token = current { return token }
        return try await flight.run { [self] in
            if let token = current { return token }
            return try await loggedIn()
        }
    }

    private var current: String? {
        let now = now()
        return known.withLock { known in
            known.flatMap { $0.until.unixMicroseconds < now.unixMicroseconds ? nil : $0.token }
        }
    }

    private func loggedIn() async throws -> String {
        let response = try await login.send(PageContext(slice: .whole))
        var value = try response.firstElement(by: decoder)
        for name in path {
            let next = value.elements.flatMap { list in Int(name).flatMap { list.indices.contains($0) ? list[$0] : nil }
            }
            guard let found = next ?? value[name] else {
                throw AppError.source(
                    .declarativeDenied, "the answer to the login has no token where the manifest says",
                    recovery: .reauthorise)
            }
            value = found
        }
        let token = value.text
        if let duration, let until = now().adding(duration) {
            known.withLock { $0 = Known(token: token, until: until) }
        }
        return token
    }
}

/// A session's token in a header, kept as long as the source takes it, else got by user name and password.
final class LegacySessionToken: TokenProvider {
    private let node: [String: Template]
    private let context: Context
    private let http: HTTPSession
    private let known = Mutex<String?>(nil)
    private let flight = SingleFlight<String>()

    init(_ node: ComponentNode, base: Template?, builder: ComponentBuilder) throws {
        var templates: [String: Template] = [:]
        for field in [
            "header", "login_url", "password", "session_token", "session_token_response_key", "username",
            "validate_session_url",
        ] {
            templates[field] = try node.template(field)
        }
        templates["base"] = base
        self.node = templates
        context = builder.context(node)
        http = builder.surroundings.http
    }

    func token() async throws -> String {
        if let token = known.withLock({ $0 }) { return token }
        return try await flight.run { [self] in
            if let token = known.withLock({ $0 }) { return token }
            let token = try await newToken()
            known.withLock { $0 = token }
            return token
        }
    }

    private func text(_ field: String) throws -> String { try node[field]?.string(in: context).text ?? "" }

    private var base: String { get throws { try text("base") } }

    private func newToken() async throws -> String {
        let given = try text("session_token")
        if !given.isEmpty, try await isValid(given) { return given }
        let (username, password) = (try text("username"), try text("password"))
        guard !username.isEmpty, !password.isEmpty else { throw Self.refused }
        let body: Value = ["username": .string(username), "password": .string(password)]
        let answer = try await http.send(
            HTTPRequest(
                "POST", base + text("login_url"), headers: [HTTPField("Content-Type", "application/json")],
                body: body.json))
        let bytes = try await answer.body.collected()
        // Whatever isn't JSON has no token in it.
        guard answer.status < 400, let token = (try? Value(json: bytes))?[try text("session_token_response_key")] else {
            throw Self.refused
        }
        return token.text
    }

    private func isValid(_ token: String) async throws -> Bool {
        let answer = try await http.send(
            HTTPRequest("GET", base + text("validate_session_url"), headers: [HTTPField(text("header"), token)]))
        if answer.status == 401 { return false }
        guard answer.status < 400 else { throw Self.refused }
        return true
    }

    private static var refused: AppError {
        .source(.declarativeDenied, "the source gives no session for the config's credentials", recovery: .reauthorise)
    }
}

extension ComponentBuilder {
    func sessionToken(_ node: ComponentNode) throws -> any Authenticator {
        let session = try SessionToken(node, builder: self)
        let way = try node.requiredChild("request_authentication")
        let plain = Template("{{ session_token }}")
        switch way.type {
        case "Bearer":
            let template = try way.template("api_token") ?? plain
            return TokenAuthenticator(
                option: .header(Template("Authorization"), context: context(way)),
                provider: TemplateToken(template: template, context: context(way), session: session),
                prefix: "Bearer ")
        case "ApiKey": return try apiKey(way, token: way.template("api_token") ?? plain, session: session)
        default: throw way.unknownType()
        }
    }

    func legacySessionToken(_ node: ComponentNode, base: Template?) throws -> any Authenticator {
        TokenAuthenticator(
            option: .header(try node.template("header") ?? Template(""), context: context(node)),
            provider: try LegacySessionToken(node, base: base, builder: self))
    }
}
