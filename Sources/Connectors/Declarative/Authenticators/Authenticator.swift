import HTTPFetch
import Interpolation

/// Gives requests their credentials.
protocol Authenticator: Sendable {
    /// What belongs into a request now; asked for each try. May send requests of its own.
    func credentials() async throws -> RequestOptions

    /// The same for one that gives different requests different credentials. The request has none yet.
    func credentials(for request: () throws -> HTTPRequest) async throws -> RequestOptions

    /// Takes note of what the source says in answer to a request with credentials.
    func learn(from head: ResponseHead, to request: HTTPRequest)

    /// Whether the request would have other credentials if it were sent again at once, and these are used up.
    func hasOther(than request: HTTPRequest) -> Bool

    /// Gets new credentials after a source refused these, unless another request did so meanwhile; false where there is
    /// nothing that could be renewed.
    func renew(after refused: RequestOptions) async throws -> Bool
}

extension Authenticator {
    func credentials(for request: () throws -> HTTPRequest) async throws -> RequestOptions { try await credentials() }
    func learn(from head: ResponseHead, to request: HTTPRequest) {}
    func hasOther(than request: HTTPRequest) -> Bool { false }
    func renew(after refused: RequestOptions) async throws -> Bool { false }
}

/// No credentials.
struct NoAuthenticator: Authenticator {
    func credentials() -> RequestOptions { RequestOptions() }
}

/// Gives a token, from the config or from a login.
protocol TokenProvider: Sendable {
    func token() async throws -> String
}

/// A token that is a template over the config, and over a session's token where there is one.
struct TemplateToken: TokenProvider {
    let template: Template
    let context: Context
    var session: (any TokenProvider)?

    func token() async throws -> String {
        var context = context
        if let session { context[.sessionToken] = .string(try await session.token()) }
        return try template.string(in: context).text
    }
}

/// A token in a place of the request: API key, bearer token.
struct TokenAuthenticator: Authenticator {
    let option: RequestOption
    let provider: any TokenProvider
    var prefix = ""

    func credentials() async throws -> RequestOptions {
        var options = RequestOptions()
        try option.put(.string(prefix + (try await provider.token())), into: &options)
        return options
    }
}

/// User name and password (RFC 7617).
struct BasicAuthenticator: Authenticator {
    let username: Template
    let password: Template
    let context: Context

    func credentials() throws -> RequestOptions {
        let pair = try username.string(in: context).text + ":" + password.string(in: context).text
        var options = RequestOptions()
        try options.add(.string("Basic " + Base64Text.encoded(Array(pair.utf8))), at: "Authorization", in: \.headers)
        return options
    }
}

extension ComponentBuilder {
    /// The authenticator of a node; one without credentials where there is none.
    ///
    /// - Parameter base: The requester's `url_base`, below which some log in.
    func authenticator(_ node: ComponentNode?, base: Template? = nil) throws -> any Authenticator {
        guard let node else { return NoAuthenticator() }
        let context = context(node)
        switch node.type {
        case "NoAuth": return NoAuthenticator()
        case "ApiKeyAuthenticator": return try apiKey(node, token: node.template("api_token") ?? Template(""))
        case "BearerAuthenticator":
            guard let token = try node.template("api_token") else { throw node.invalid("is missing", at: "api_token") }
            return TokenAuthenticator(
                option: .header(Template("Authorization"), context: context),
                provider: TemplateToken(template: token, context: context), prefix: "Bearer ")
        case "BasicHttpAuthenticator":
            guard let username = try node.template("username") else { throw node.invalid("is missing", at: "username") }
            return BasicAuthenticator(
                username: username, password: try node.template("password") ?? Template(""), context: context)
        case "OAuthAuthenticator": return try oauth(node)
        case "SessionTokenAuthenticator": return try sessionToken(node)
        case "LegacySessionTokenAuthenticator": return try legacySessionToken(node, base: base)
        case "JwtAuthenticator": return try JWTAuthenticator(node, builder: self)
        case "RateLimitedMultipleTokenAuthenticator": return try rotatingTokens(node)
        case "SelectiveAuthenticator": return try selected(node, base: base)
        default: throw node.unknownType()
        }
    }

    /// A token under a name of the manifest's own, in a header or elsewhere.
    func apiKey(
        _ node: ComponentNode, token: Template, session: (any TokenProvider)? = nil
    ) throws -> TokenAuthenticator {
        let context = context(node)
        let option: RequestOption
        if let inject = try node.child("inject_into") {
            option = try RequestOption(inject, builder: self)
        } else {
            option = .header(try node.template("header") ?? Template(""), context: context)
        }
        return TokenAuthenticator(
            option: option, provider: TemplateToken(template: token, context: context, session: session))
    }

    private func selected(_ node: ComponentNode, base: Template?) throws -> any Authenticator {
        guard let path = try node.texts("authenticator_selection_path"), let choices = try node.child("authenticators")
        else { throw node.invalid("must have authenticator_selection_path and authenticators") }
        var value = Value.mapping(config)
        for name in path {
            guard let next = value[name] else {
                throw node.invalid("names a path that the config doesn't have", at: "authenticator_selection_path")
            }
            value = next
        }
        guard let chosen = try choices.child(value.text) else {
            throw node.invalid("has no authenticator for what the config chooses", at: "authenticators")
        }
        return try authenticator(chosen, base: base)
    }
}
