import Interpolation

/// A `JwtAuthenticator`: signs a token of its own for each request (RFC 7519).
struct JWTAuthenticator: Authenticator {
    private let key: Template
    private let algorithm: SigningAlgorithm
    private let encodesKey: Bool
    private let duration: Int
    private let prefix: Template?
    private let headers: [(name: String, value: Template)]
    private let claims: [(name: String, value: Template)]
    private let moreHeaders: RenderedInput
    private let moreClaims: RenderedInput
    private let option: RequestOption
    private let context: Context

    init(_ node: ComponentNode, builder: ComponentBuilder) throws {
        context = builder.context(node)
        guard let key = try node.template("secret_key") else { throw node.invalid("is missing", at: "secret_key") }
        guard let algorithm = SigningAlgorithm(rawValue: try node.requiredText("algorithm")) else {
            throw node.invalid("isn't an algorithm that is known", at: "algorithm")
        }
        guard node["passphrase"] == nil else {
            throw node.invalid("isn't supported: use a key without one", at: "passphrase")
        }
        self.key = key
        self.algorithm = algorithm
        encodesKey =
            switch node["base64_encode_secret_key"] {
            case .bool(let flag): flag
            case .string(let text): try Template(text).isTrue(in: context)
            default: false
            }
        duration = try node.integer("token_duration") ?? 1_200
        prefix = try node.template("header_prefix").flatMap { $0.source.isEmpty ? nil : $0 }
        headers = try Self.templates(node.child("jwt_headers"), ["kid", "typ", "cty"])
        claims = try Self.templates(node.child("jwt_payload"), ["iss", "sub", "aud"])
        moreHeaders = RenderedInput(node["additional_jwt_headers"] ?? [:], isNested: false)
        moreClaims = RenderedInput(node["additional_jwt_payload"] ?? [:], isNested: false)
        option =
            try node.child("request_option").map { try RequestOption($0, builder: builder) }
            ?? .header(Template("Authorization"), context: context)
    }

    private static func templates(
        _ node: ComponentNode?, _ names: [String]
    ) throws -> [(name: String, value: Template)] {
        try names.compactMap { name in
            guard let template = try node?.template(name), !template.source.isEmpty else { return nil }
            return (name, template)
        }
    }

    func credentials() throws -> RequestOptions {
        let prefix = try prefix?.string(in: context).text ?? ""
        var options = RequestOptions()
        try option.put(.string((prefix.isEmpty ? "" : prefix + " ") + signedToken()), into: &options)
        return options
    }

    /// A new token. Throws `declarative.request_invalid` for a key that isn't one of the algorithm.
    func signedToken() throws -> String {
        let header = try header()
        let payload = try payload()
        let text = Base64Text.urlEncoded(header.json) + "." + Base64Text.urlEncoded(payload.json)
        var secret = try key.string(in: context).text
        if encodesKey { secret = Base64Text.encoded(Array(secret.utf8)) }
        let signature = try algorithm.signature(of: Array(text.utf8), key: secret)
        return text + "." + Base64Text.urlEncoded(signature)
    }

    private func header() throws -> Value {
        var header: Mapping = ["typ": "JWT", "alg": .string(algorithm.rawValue)]
        let more = try moreHeaders.value(in: context).mapping ?? [:]
        try Self.refuse(["kid", "alg", "typ", "cty"], in: more)
        header.merge(more)
        for (name, template) in headers { header[name] = try template.string(in: context) }
        return .mapping(header)
    }

    private func payload() throws -> Value {
        var payload = try moreClaims.value(in: context).mapping ?? [:]
        try Self.refuse(["iss", "sub", "aud", "iat", "exp", "nbf"], in: payload)
        for (name, template) in claims { payload[name] = try template.string(in: context) }
        let now = Int(context.sources.now().unixSeconds)
        payload["iat"] = .int(now)
        payload["exp"] = .int(now + duration)
        payload["nbf"] = .int(now)
        return .mapping(payload)
    }

    private static func refuse(_ names: [String], in mapping: Mapping) throws {
        for name in names where mapping[name] != nil {
            throw RequestBuilding.invalid(
                "\(name) is set by the authenticator itself and can't be an additional member")
        }
    }
}
