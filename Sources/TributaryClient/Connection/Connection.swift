import WireAPI

/// Sends calls with a token, again where that may help, and reads answers.
final class Connection: Sendable, CustomReflectable {
    let limits: ClientLimits
    let surroundings: ClientSurroundings
    private let transport: Transport
    private let tokens: TokenSource

    init(base: String, credential: Credential, limits: ClientLimits, surroundings: ClientSurroundings) {
        self.limits = limits
        self.surroundings = surroundings
        let transport = Transport(base: base, limits: limits)
        self.transport = transport
        tokens = TokenSource(credential, transport, limits, surroundings)
    }

    func close() async { await transport.close() }

    /// The server's address; nil where it is none.
    var address: String? { transport.address }

    /// Only the address. Below are sockets in use, with requests and their tokens in their buffers.
    var customMirror: Mirror { Mirror(self, children: ["address": address as Any]) }

    /// Sends a call and reads the answer's body; throws `TributaryError` for anything but success.
    func send<Shape: WireValue>(_ call: Call, as shape: Shape.Type = Shape.self) async throws -> Shape {
        try await succeed(call).decoded(as: shape)
    }

    /// Sends a call and reads the answer's body and its tag.
    func sendTagged<Shape: WireValue>(_ call: Call, as shape: Shape.Type = Shape.self) async throws -> Tagged<Shape> {
        let answer = try await succeed(call)
        return Tagged(body: try answer.decoded(as: shape), tag: answer.tag)
    }

    /// Sends a call whose answer may have no body worth reading.
    @discardableResult
    func succeed(_ call: Call) async throws -> Answer {
        let answer = try await exchange(call)
        guard answer.isSuccess else { throw answer.refusal }
        return answer
    }

    /// Sends a call for events; throws `ConnectionError` (`unreadable`) where the answer is something else.
    func stream(_ call: Call) async throws -> AnswerStream {
        guard let stream = try await succeed(call).stream else {
            throw ConnectionError(.unreadable, "The server's answer isn't a stream of events.", mayHaveArrived: true)
        }
        return stream
    }

    /// Sends a call, renewing the token once where the server refuses it, and returns whatever came back.
    func exchange(_ call: Call) async throws -> Answer {
        try call.check()
        let attempts = Attempts(transport: transport, limits: limits, surroundings: surroundings)
        guard call.isAuthorized else { return try await attempts.exchange(call, token: nil) }
        let token = try await tokens.current()
        let answer = try await attempts.exchange(call, token: token?.text)
        // Whoever is refused for the token has done nothing, so any call can be sent again.
        guard answer.status == 401, let token, await tokens.renew(after: token) else { return answer }
        return try await attempts.exchange(call, token: try await tokens.current()?.text)
    }

    /// A key for one call that changes something, kept over its retries.
    func key(_ own: String?) -> String { own ?? surroundings.key() }
}

/// Sends one call as often as its retry rules allow.
struct Attempts: Sendable {
    let transport: Transport
    let limits: ClientLimits
    let surroundings: ClientSurroundings

    func exchange(_ call: Call, token: HiddenText?) async throws -> Answer {
        var retries = Retries(call, limits)
        let start = surroundings.now()
        while true {
            let outcome = try await attempt(call, token)
            let spent = surroundings.now() - start
            if let pause = retries.pause(after: outcome, spent: spent, chance: surroundings.chance()) {
                try await surroundings.sleep(pause)
                continue
            }
            switch outcome {
            case .lost(let error): throw error
            case .answered(let answer):
                // What an attempt that was lost has removed already isn't there: that is what was asked for.
                let isDone = call.repetition == .removesOnce && retries.mayBeDone && answer.status == 404
                return isDone ? Answer(status: 204, headers: answer.headers, body: []) : answer
            }
        }
    }

    private func attempt(_ call: Call, _ token: HiddenText?) async throws -> Retries.Outcome {
        do {
            return .answered(try await transport.exchange(call, token: token))
        } catch let error as ConnectionError {
            return .lost(error)
        }
    }
}
