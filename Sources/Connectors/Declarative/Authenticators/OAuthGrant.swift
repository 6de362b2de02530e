import Interpolation

/// What an `OAuthAuthenticator` node says, rendered with the config.
struct OAuthGrant: Sendable {
    /// Where tokens come from; nil = the config has one that isn't renewed.
    let endpoint: String?
    let accessTokenName: String
    let expiresInName: String
    let refreshTokenName: String
    /// Whether `expires_in` is a time rather than a number of seconds.
    let expiryIsTime: Bool
    let headers: Mapping
    let sendsQuery: Bool
    /// Which answers of the endpoint mean that the refresh token is of no use any more.
    let refusals: Refusals
    /// Where in the config rotated tokens are kept; nil where they aren't.
    let keeping: Keeping?
    /// A token that the config has already, and when it expires.
    let firstToken: String?
    let firstExpiry: DateTime?
    private let form: Mapping
    let firstRefreshToken: String?

    struct Refusals: Sendable {
        var statuses: Set<Int> = []
        var key = ""
        var values: [String] = []
    }

    /// Paths of a config.
    struct Keeping: Sendable {
        let accessToken: [String]
        let refreshToken: [String]
        let expiry: [String]
    }

    init(_ node: ComponentNode, builder: ComponentBuilder) throws {
        let context = builder.context(node)
        func text(_ field: String) throws -> String? { try node.template(field)?.string(in: context).text }
        func name(_ field: String, _ usual: String) throws -> String {
            let found = try text(field)
            return found?.isEmpty == false ? found ?? usual : usual
        }
        let updater = try node.child("refresh_token_updater")
        let config = Value.mapping(builder.config)
        keeping = try updater.map { try Self.keeping($0) }
        endpoint = try text("token_refresh_endpoint")
        guard endpoint?.isEmpty != true else { throw node.invalid("comes to nothing", at: "token_refresh_endpoint") }
        accessTokenName = try name("access_token_name", "access_token")
        expiresInName = try name("expires_in_name", "expires_in")
        let sentName = try name("refresh_token_name", "refresh_token")
        refreshTokenName = try updater?.text("refresh_token_name") ?? sentName
        expiryIsTime = node["token_expiry_date_format"] != nil
        headers = try Self.mapping(node["refresh_request_headers"], context)
        sendsQuery = try node.flag("send_refresh_request_as_query_params") ?? false
        refusals = try Self.refusals(updater?["refresh_token_error_status_codes"] == nil ? node : updater ?? node)
        var refreshToken = try text("refresh_token")
        var (token, expiry) = (try text("access_token_value"), try text("token_expiry_date"))
        if let keeping {
            refreshToken = config.text(at: keeping.refreshToken) ?? ""
            token = config.text(at: keeping.accessToken).flatMap { $0.isEmpty ? nil : $0 }
            expiry = config.text(at: keeping.expiry)
        }
        firstRefreshToken = refreshToken
        firstToken = token
        firstExpiry = expiry.flatMap { TimeText.time(in: $0) }
        form = try Self.form(node, context, sentName: sentName, refreshToken: refreshToken, headers: headers)
        sentRefreshTokenName = sentName
    }

    /// The name under which the refresh token is sent.
    private let sentRefreshTokenName: String

    /// The form that asks for a token.
    func form(refreshToken: String?) -> Mapping {
        var form = form
        if let refreshToken { form[sentRefreshTokenName] = .string(refreshToken) }
        return form
    }

    private static func form(
        _ node: ComponentNode, _ context: Context, sentName: String, refreshToken: String?, headers: Mapping
    ) throws -> Mapping {
        func text(_ field: String, _ usual: String) throws -> String {
            let found = try node.template(field)?.string(in: context).text ?? ""
            return found.isEmpty ? usual : found
        }
        var form: Mapping = [
            .string(try text("grant_type_name", "grant_type")): .string(try text("grant_type", "refresh_token"))
        ]
        if headers["Authorization"] == nil {
            let id = try text("client_id", "")
            guard !id.isEmpty else { throw node.invalid("comes to nothing", at: "client_id") }
            form[try text("client_id_name", "client_id")] = .string(id)
            form[try text("client_secret_name", "client_secret")] = .string(try text("client_secret", ""))
        }
        form[sentName] = refreshToken.map { .string($0) } ?? Value.none
        if let scopes = try node.list("scopes"), !scopes.isEmpty { form["scopes"] = .list(scopes) }
        for entry in try mapping(node["refresh_request_body"], context) where form[entry.key] == nil {
            form[entry.key] = entry.value
        }
        return form
    }

    private static func mapping(_ value: Value?, _ context: Context) throws -> Mapping {
        guard let value else { return [:] }
        return try RenderedInput(value, isNested: false).value(in: context).mapping ?? [:]
    }

    private static func keeping(_ node: ComponentNode) throws -> Keeping {
        Keeping(
            accessToken: try node.texts("access_token_config_path") ?? ["credentials", "access_token"],
            refreshToken: try node.texts("refresh_token_config_path") ?? ["credentials", "refresh_token"],
            expiry: try node.texts("token_expiry_date_config_path") ?? ["credentials", "token_expiry_date"])
    }

    private static func refusals(_ node: ComponentNode) throws -> Refusals {
        Refusals(
            statuses: Set((try node.list("refresh_token_error_status_codes") ?? []).compactMap(\.int)),
            key: try node.text("refresh_token_error_key") ?? "",
            values: try node.texts("refresh_token_error_values") ?? [])
    }
}

extension Value {
    /// The text of what is at a path of mappings; nil where there is nothing.
    func text(at path: [String]) -> String? {
        var value = self
        for name in path {
            guard let next = value[name] else { return nil }
            value = next
        }
        return value.isNone ? nil : value.text
    }

    /// A copy with a value at a path of mappings, which are made where they are missing.
    func setting(_ value: Value, at path: ArraySlice<String>) -> Value {
        guard let name = path.first else { return value }
        var mapping = mapping ?? [:]
        mapping[name] = (mapping[name] ?? [:]).setting(value, at: path.dropFirst())
        return .mapping(mapping)
    }
}
