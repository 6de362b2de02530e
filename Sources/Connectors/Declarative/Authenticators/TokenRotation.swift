import Domain
import HTTPFetch
import Interpolation

/// What a `RateLimitedMultipleTokenAuthenticator` node says, rendered with the config.
struct TokenRotation: Hashable, Sendable {
    /// Each once, at least one.
    let tokens: [String]
    /// At least one.
    let quotas: [TokenQuota]
    let header: String
    /// For how long at most one request waits until a token may be used again.
    let longestWait: Duration
    /// Which statuses of the endpoint mean that the source counts nothing.
    let uncountedStatuses: Set<Int>
    /// Where it is asked what a token has left.
    let statusURL: String
    let statusMethod: String
    private let statusHeaders: [String: String]
    private let prefix: String
    private let reserveFraction: Double
    private let leastReserve: Double

    init(_ node: ComponentNode, builder: ComponentBuilder) throws {
        let context = Context(config: .mapping(builder.config), sources: builder.surroundings.templateSources)
        tokens = try Self.tokens(node, context)
        quotas = try node.children("quotas").map { try TokenQuota($0) }
        guard !quotas.isEmpty else { throw node.invalid("must name at least one quota", at: "quotas") }
        header = try node.text("header").flatMap { $0.isEmpty ? nil : $0 } ?? "Authorization"
        prefix = try node.text("auth_method").flatMap { $0.isEmpty ? nil : $0 } ?? "Bearer"
        let wait = try node.template("max_wait_time")?.string(in: context).text ?? "PT2H"
        guard let span = TimeText.span(in: wait), span.months == 0, span.microseconds >= 0 else {
            throw node.invalid("must be an ISO 8601 duration without months and years", at: "max_wait_time")
        }
        longestWait = .microseconds(span.microseconds)
        reserveFraction = try node.number("budget_reserve_fraction") ?? 0.1
        leastReserve = Double(try node.integer("budget_min_reserve") ?? 50)
        let status = try node.requiredChild("quota_status_source")
        guard let url = try status.template("url") else { throw status.invalid("is missing", at: "url") }
        statusURL = try url.string(in: context).text
        statusMethod = try status.text("http_method") ?? "GET"
        guard ["GET", "POST"].contains(statusMethod) else {
            throw status.invalid("must be GET or POST", at: "http_method")
        }
        uncountedStatuses = try status.integers("unavailable_status_codes")
        var headers: [String: String] = [:]
        if let given = try status.child("request_headers") {
            for name in given.fields.keys.map(\.text) {
                headers[name] = try given.template(name)?.string(in: context).text
            }
        }
        statusHeaders = headers
    }

    /// A list of templates, or one whose text has several tokens.
    private static func tokens(_ node: ComponentNode, _ context: Context) throws -> [String] {
        guard let given = node["tokens"] else { throw node.invalid("is missing", at: "tokens") }
        var found: [String] = []
        if given.elements != nil {
            found = try (node.texts("tokens") ?? []).map { try Template($0).string(in: context).text }
        } else if let text = try node.template("tokens")?.string(in: context).text {
            let delimiter = try node.text("token_delimiter").flatMap { $0.isEmpty ? nil : $0 } ?? ","
            found = text.split(separator: delimiter).map(String.init)
        }
        var tokens: [String] = []
        for token in found.map(bare) where !token.isEmpty && !tokens.contains(token) {
            tokens.append(token)
        }
        guard !tokens.isEmpty else { throw node.invalid("comes to no token", at: "tokens") }
        return tokens
    }

    /// The text without white space at its ends.
    private static func bare(_ text: String) -> String {
        let start = text.drop(while: \.isWhitespace)
        return String(start.prefix(start.reversed().drop(while: \.isWhitespace).count))
    }

    /// A header's value with a token.
    func credential(_ token: Int) -> String { "\(prefix) \(tokens[token])" }

    /// The token that a request was sent with; nil for a request of another's.
    func token(of request: HTTPRequest) -> Int? {
        let value = request.headers.last { $0.name.lowercased() == header.lowercased() }?.value
        return tokens.indices.first { credential($0) == value }
    }

    /// The quota that a request counts for: the first that names it, else the first that names none.
    func quota(of request: HTTPRequest) -> Int {
        quotas.firstIndex { $0.matchers.contains { $0.matches(request) } } ?? usualQuota
    }

    private var usualQuota: Int { quotas.firstIndex { $0.matchers.isEmpty } ?? 0 }

    /// What the request says that asks for a token's quotas.
    func statusOptions(_ token: Int) -> RequestOptions {
        var options = RequestOptions()
        for (name, value) in statusHeaders where name.lowercased() != header.lowercased() {
            options.headers[name] = .string(value)
        }
        options.headers[header] = .string(credential(token))
        return options
    }

    /// How many calls of a token are kept for the time until the reset, and used evenly.
    func reserve(_ state: QuotaState) -> Double { max(leastReserve, Double(state.limit) * reserveFraction) }
}
