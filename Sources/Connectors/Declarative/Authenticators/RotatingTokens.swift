import ConnectorAPI
import Domain
import HTTPFetch
import Interpolation
import JSON
import Synchronization

/// Several tokens of equal worth: one is used until none of its calls are left, then the next; when all are used up, requests
/// wait until the first may be used again.
///
/// A token's calls are counted here, from what the source says before the first request and after each such wait on; answers
/// correct the count where the manifest names their headers.
final class RotatingTokens: Authenticator {
    private struct State {
        /// The token in use.
        var active = 0
        /// By token, then by quota; empty until the source was asked.
        var quotas: [[QuotaState]] = []
    }

    private enum Turn {
        case go(token: Int, after: Duration)
        case wait(Duration)
    }

    /// The least that is waited for a reset: one that is over already mustn't make the source be asked without a pause.
    private static let leastWait = Duration.seconds(5)
    /// The longest pause before a request that is put off so that the last calls suffice.
    private static let longestPause = 10.0
    private static let leastPause = Duration.milliseconds(100)

    private let rotation: TokenRotation
    private let surroundings: RunSurroundings
    private let sender: RequestSender
    private let state = Mutex(State())
    private let flight = SingleFlight<Void>()

    init(_ rotation: TokenRotation, builder: ComponentBuilder, pointer: JSONPointer) throws {
        self.rotation = rotation
        surroundings = builder.surroundings
        var errors = StatusErrorHandler()
        if !rotation.uncountedStatuses.isEmpty {
            let statuses = rotation.uncountedStatuses.sorted().map { Value.int($0) }
            let filter = ComponentNode(fields: ["action": "IGNORE", "http_codes": .list(statuses)], pointer: pointer)
            errors.filters = [try ResponseFilter(filter, builder: builder)]
        }
        sender = RequestSender(
            surroundings: surroundings, authenticator: NoAuthenticator(), errors: errors,
            budget: try CallBudget(nil, config: [:], surroundings: surroundings), cache: nil, isStreaming: false)
    }

    func credentials() throws -> RequestOptions { RequestOptions() }

    func credentials(for request: () throws -> HTTPRequest) async throws -> RequestOptions {
        let quota = rotation.quota(of: try request())
        var options = RequestOptions()
        options.headers[.string(rotation.header)] = .string(rotation.credential(try await token(for: quota)))
        return options
    }

    func learn(from head: ResponseHead, to request: HTTPRequest) {
        let quota = rotation.quota(of: request)
        guard let report = rotation.quotas[quota].report(in: head), let token = rotation.token(of: request) else {
            return
        }
        state.withLock { state in
            if !state.quotas.isEmpty { state.quotas[token][quota].learn(report) }
        }
    }

    /// Whether the request's token is used up and another isn't. A refusal of one that isn't used up says nothing against
    /// it that wouldn't hold for the others.
    func hasOther(than request: HTTPRequest) -> Bool {
        guard let sender = rotation.token(of: request) else { return false }
        let quota = rotation.quota(of: request)
        return state.withLock { state in
            !state.quotas.isEmpty && state.quotas[sender][quota].isSpent
                && state.quotas.contains { $0[quota].remaining > 0 }
        }
    }

    /// The token that a call of a quota is counted for, once it may be made.
    private func token(for quota: Int) async throws -> Int {
        try await count { $0.quotas.isEmpty }
        let clock = surroundings.clock
        var deadline: Duration?
        while true {
            let time = clock.now()
            let left = (deadline ?? time + rotation.longestWait) - time
            switch try state.withLock({ try turn(&$0, quota, left) }) {
            case .go(let token, let pause):
                if pause >= Self.leastPause { try await clock.sleep(pause) }
                return token
            case .wait(let wait):
                deadline = time + left
                surroundings.log(.outOfCalls(wait: wait))
                try await clock.sleep(wait)
                try await count { $0.quotas.allSatisfy { $0[quota].isSpent } }
            }
        }
    }

    /// Takes a call from the first token that has one, beginning with the one in use.
    ///
    /// - Parameter left: How long may still be waited.
    private func turn(_ state: inout State, _ quota: Int, _ left: Duration) throws -> Turn {
        for _ in rotation.tokens.indices {
            let token = state.active
            guard state.quotas[token][quota].isTracked else {
                // Nothing tells the tokens apart, so each has its turn.
                advance(&state)
                return .go(token: token, after: .zero)
            }
            if state.quotas[token][quota].remaining > 0 {
                state.quotas[token][quota].remaining -= 1
                return .go(token: token, after: pause(state, quota))
            }
            advance(&state)
        }
        let now = surroundings.now.unixMicroseconds
        let first = state.quotas.map { $0[quota].reset.unixMicroseconds }.min() ?? now
        let wait = Duration.microseconds(first - now)
        guard left > .zero, wait < left else { throw exhausted(quota, until: wait) }
        return .wait(min(max(wait, Self.leastWait), left))
    }

    private func advance(_ state: inout State) { state.active = (state.active + 1) % rotation.tokens.count }

    /// How long a request is put off: once all tokens are down to their reserve, what is left is spread over the time.
    private func pause(_ state: State, _ quota: Int) -> Duration {
        let all = state.quotas.map { $0[quota] }
        guard all.allSatisfy({ $0.isTracked && Double($0.remaining) <= rotation.reserve($0) }) else { return .zero }
        let calls = all.reduce(0.0) { $0 + Double(max($1.remaining, 0)) }
        let seconds = all[state.active].reset.unixSeconds - surroundings.now.unixSeconds
        guard calls > 0, seconds > 0 else { return .zero }
        return .milliseconds(Int64(min(seconds / calls, Self.longestPause) * 1000))
    }

    private func exhausted(_ quota: Int, until wait: Duration) -> AppError {
        .source(
            .declarativeRateLimited,
            "none of the \(rotation.tokens.count) tokens has calls left in the quota \(rotation.quotas[quota].name)",
            recovery: .waitForSource, retryAfter: min(max(wait, .seconds(1)), .seconds(86_400)))
    }

    /// Asks the source what each token has left where that is needed; one request of many asks for all.
    private func count(where isNeeded: @escaping @Sendable (State) -> Bool) async throws {
        guard state.withLock({ isNeeded($0) }) else { return }
        try await flight.run { [self] in
            guard state.withLock({ isNeeded($0) }) else { return }
            var quotas: [[QuotaState]] = []
            for token in rotation.tokens.indices { quotas.append(try await quotasNow(of: token)) }
            state.withLock { [quotas] in $0.quotas = quotas }
        }
    }

    private func quotasNow(of token: Int) async throws -> [QuotaState] {
        let answer = try await sender.send(
            rotation.statusMethod, rotation.statusURL, own: rotation.statusOptions(token), extra: RequestOptions())
        if rotation.uncountedStatuses.contains(answer.head.status) {
            let uncounted = QuotaState(remaining: 0, reset: surroundings.now, limit: 0, isTracked: false)
            return rotation.quotas.map { _ in uncounted }
        }
        let value = answer.json
        return try rotation.quotas.map { try $0.state(in: value) }
    }
}

extension ComponentBuilder {
    func rotatingTokens(_ node: ComponentNode) throws -> any Authenticator {
        let rotation = try TokenRotation(node, builder: self)
        return try rotations.value(for: rotation) {
            try RotatingTokens(rotation, builder: self, pointer: node.pointer)
        }
    }
}
