import ConnectorAPI
import Domain
import HTTPFetch
import Interpolation
import Synchronization

/// An access token that is got when it is first needed and again once it has expired, by one request at a time.
final class OAuthToken: Authenticator {
    /// What is known of the token.
    struct State {
        var token: String?
        var expiry: DateTime?
        var refreshToken: String?
        /// How often the endpoint gave a new one.
        var renewals = 0
    }

    private let grant: OAuthGrant
    private let assertion: JWTAuthenticator?
    private let surroundings: RunSurroundings
    private let config: Mapping
    private let state: Mutex<State>
    private let flight = SingleFlight<String>()
    private let keeper: TokenKeeping

    /// - Parameter fields: What the manifest says of the authenticator; tells its tokens from another's.
    init(
        _ grant: OAuthGrant, assertion: JWTAuthenticator?, fields: Mapping, config: Mapping,
        surroundings: RunSurroundings
    ) {
        keeper = TokenKeeping(fields)
        self.grant = grant
        self.assertion = assertion
        self.config = config
        self.surroundings = surroundings
        state = Mutex(State(token: grant.firstToken, expiry: grant.firstExpiry, refreshToken: grant.firstRefreshToken))
    }

    func credentials() async throws -> RequestOptions {
        let token = try await token()
        var options = RequestOptions()
        options.headers["Authorization"] = .string("Bearer " + token)
        return options
    }

    func renew(after refused: RequestOptions) async throws -> Bool {
        guard grant.endpoint != nil else { return false }
        _ = try await flight.run { [self] in
            let current = state.withLock { $0.token }
            // Another request has a new one already.
            if let current, refused.headers["Authorization"] != .string("Bearer " + current) { return current }
            state.withLock { $0.expiry = nil }
            return try await renewed()
        }
        return true
    }

    private func token() async throws -> String {
        if let token = valid { return token }
        return try await flight.run { [self] in
            if let token = valid { return token }
            return try await renewed()
        }
    }

    /// A new token; one whose refresh token is used up with it is renewed by one process at a time, and kept before it
    /// is used.
    private func renewed() async throws -> String {
        guard grant.keeping != nil else { return try await newToken() }
        let (refused, renewals) = state.withLock { ($0.token, $0.renewals) }
        var known = try await surroundings.credentials.current()
        // Another authenticator of the same source may be renewed instead; then this one has its turn.
        for _ in 0..<4 {
            if let token = adopted(known, unless: refused) { return token }
            known = try await surroundings.credentials.renew(after: known) { [self] kept in
                if let kept, adopted(kept, unless: refused) != nil { return kept.values }
                _ = try await newToken()
                return keeper.adding(state, to: kept?.values ?? [:])
            }
            let current = state.withLock { $0.renewals > renewals ? $0.token : nil }
            if let current { return current }
        }
        throw TokenFailure.missing
    }

    /// A token that was kept, unless it is the refused one or has expired.
    private func adopted(_ kept: Credentials?, unless refused: String?) -> String? {
        guard let kept, keeper.adopt(kept, into: state), let token = valid, token != refused else { return nil }
        return token
    }

    /// The token, unless it has expired; one that can't be renewed never has.
    private var valid: String? {
        let now = surroundings.now
        return state.withLock { state in
            guard let token = state.token else { return nil }
            if grant.endpoint == nil { return token }
            guard let expiry = state.expiry, expiry.unixMicroseconds >= now.unixMicroseconds else { return nil }
            return token
        }
    }

    private func newToken() async throws -> String {
        guard let endpoint = grant.endpoint else { throw TokenFailure.missing }
        let answer = try await ask(endpoint)
        guard let token = Self.find(grant.accessTokenName, in: answer), token.isTrue else { throw TokenFailure.missing }
        let expiry = try expiry(in: answer)
        var next = state.withLock { $0 }
        next.token = token.text
        next.renewals += 1
        next.expiry = expiry
        if grant.keeping != nil, let rotated = Self.find(grant.refreshTokenName, in: answer) {
            next.refreshToken = rotated.text
        }
        // What was rotated is kept before it is used: the old one is worth nothing any more.
        try await keep(next.token, next.refreshToken, expiry)
        state.withLock { [next] in $0 = next }
        return token.text
    }

    private func keep(_ token: String?, _ refreshToken: String?, _ expiry: DateTime) async throws {
        guard let keeping = grant.keeping else { return }
        var config = Value.mapping(config)
        config = config.setting(.string(token ?? ""), at: keeping.accessToken[...])
        config = config.setting(.string(refreshToken ?? ""), at: keeping.refreshToken[...])
        config = config.setting(.string(expiry.isoFormat()), at: keeping.expiry[...])
        try await surroundings.keepConfig(config.mapping ?? [:])
    }

    private func form() async throws -> Mapping {
        guard let assertion else { return grant.form(refreshToken: state.withLock { $0.refreshToken }) }
        return [
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": .string(try assertion.signedToken()),
        ]
    }

    /// The endpoint's answer; it is asked again for five minutes while it is overloaded or can't be reached.
    private func ask(_ endpoint: String) async throws -> Value {
        var options = RequestOptions()
        options.headers = grant.headers
        if grant.sendsQuery { options.parameters = try await form() } else { options.bodyData = try await form() }
        let request = try RequestBuilding.request("POST", endpoint, options)
        let start = surroundings.clock.now()
        var attempt = 0
        while true {
            attempt += 1
            let result = try await send(request)
            if case .success(let value) = result { return value }
            guard case .failure(let error) = result, attempt < 10,
                surroundings.clock.now() - start < .seconds(300)
            else { throw TokenFailure.unreachable }
            surroundings.log(.retrying(status: error.status, after: .seconds(1 << attempt)))
            try await surroundings.clock.sleep(.seconds(1 << attempt))
        }
    }

    private struct PassingTrouble: Error { let status: Int? }

    /// A failure is one that may pass; what will not is thrown.
    private func send(_ request: HTTPRequest) async throws -> Result<Value, PassingTrouble> {
        let status: Int
        let bytes: [UInt8]
        do {
            let answer = try await surroundings.http.send(request)
            status = answer.status
            bytes = try await answer.body.collected()
        } catch let error as AppError where error.recovery == .retry {
            return .failure(PassingTrouble(status: nil))
        }
        if status == 429 || status >= 500 { return .failure(PassingTrouble(status: status)) }
        guard status < 400 else { throw TokenFailure.refused(status) }
        // Whatever isn't JSON has no token in it.
        guard let value = try? Value(json: bytes) else { throw TokenFailure.missing }
        return .success(value)
    }

    private func expiry(in answer: Value) throws -> DateTime {
        let now = surroundings.now
        guard let found = Self.find(grant.expiresInName, in: answer) else {
            let known = state.withLock { $0.expiry }
            if let known, known.unixMicroseconds >= now.unixMicroseconds { return known }
            return now.adding(TimeSpan(microseconds: 3_600_000_000)) ?? now
        }
        if grant.expiryIsTime {
            guard let time = TimeText.time(in: found.text) else { throw TokenFailure.expiry }
            return time
        }
        guard let seconds = BackoffNumber.number(found), abs(seconds) < 1e10 else { throw TokenFailure.expiry }
        return now.adding(TimeSpan(microseconds: Int(seconds) * 1_000_000)) ?? now
    }

    /// The member of that name, searched for through nested objects and arrays.
    private static func find(_ name: String, in value: Value, depth: Int = 0) -> Value? {
        guard depth <= 5 else { return nil }
        if let mapping = value.mapping {
            if let found = mapping[name] { return found.isNone ? nil : found }
            return mapping.lazy.compactMap { find(name, in: $0.value, depth: depth + 1) }.first
        }
        return value.elements?.lazy.compactMap { find(name, in: $0, depth: depth + 1) }.first
    }
}

/// Why there is no access token.
enum TokenFailure {
    static func refused(_ status: Int) -> AppError {
        .source(
            .declarativeDenied,
            "the token endpoint answered with status \(status): the credentials aren't valid any more",
            recovery: .reauthorise)
    }

    static var missing: AppError {
        .source(.declarativeDenied, "the token endpoint's answer has no access token", recovery: .reauthorise)
    }

    static var expiry: AppError {
        .source(
            .declarativeDenied, "the token endpoint doesn't say in a known form when the token expires",
            recovery: .reauthorise)
    }

    static var unreachable: AppError {
        .source(.declarativeSourceFailed, "the token endpoint can't be reached or fails", recovery: .retry)
    }
}

extension ComponentBuilder {
    func oauth(_ node: ComponentNode) throws -> any Authenticator {
        try tokens.value(for: node.fields) {
            var assertion: JWTAuthenticator?
            if let profile = try node.child("profile_assertion"), try usesAssertion(node) {
                assertion = try JWTAuthenticator(profile, builder: self)
            }
            return OAuthToken(
                try OAuthGrant(node, builder: self), assertion: assertion, fields: node.fields, config: config,
                surroundings: surroundings)
        }
    }

    private func usesAssertion(_ node: ComponentNode) throws -> Bool {
        switch node["use_profile_assertion"] {
        case .bool(let flag): flag
        case .string(let text): try Template(text).isTrue(in: context(node))
        default: false
        }
    }
}
