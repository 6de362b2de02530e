/// Where a client's calls get their token.
struct TokenSource: Sendable {
    private enum Kind: Sendable {
        case none
        case fixed(AccessToken)
        case kept(TokenKeeper)
    }

    private let kind: Kind

    init(
        _ credential: Credential, _ transport: Transport, _ limits: ClientLimits, _ surroundings: ClientSurroundings
    ) {
        switch credential {
        case .none: kind = .none
        case .token(let text): kind = .fixed(AccessToken(text.exposed))
        case .secret(let id, let secret, let scope):
            let request = TokenRequest(id: id, secret: secret, scope: scope)
            let attempts = Attempts(transport: transport, limits: limits, surroundings: surroundings)
            kind = .kept(TokenKeeper(now: surroundings.now) { try await request.send(over: attempts) })
        case .provider(let provide): kind = .kept(TokenKeeper(now: surroundings.now, fetch: provide))
        }
    }

    /// The token for the next call; nil where the client has none.
    func current() async throws -> TokenKeeper.Held? {
        switch kind {
        case .none: nil
        case .fixed(let token): TokenKeeper.Held(number: 0, token: try token.checked(), fetchedAt: .zero)
        case .kept(let keeper): try await keeper.current()
        }
    }

    /// Takes note that the server refused a token; false where there is no other to try.
    func renew(after refused: TokenKeeper.Held) async -> Bool {
        guard case .kept(let keeper) = kind else { return false }
        await keeper.drop(refused)
        return true
    }
}
