import Domain
import HTTPTypes
import Hummingbird
import Registry

extension Exchange {
    /// Answers a request with an idempotency key: by the handler the first time, by what was answered then every time
    /// after. Only answers of success are kept, since an error had no effect.
    func once(
        _ key: String, body: [UInt8], grant: Grant?, _ handler: @Sendable (Exchange) async throws -> Answer
    ) async throws -> Answer {
        let keyed = KeyedRequest(
            key: key, method: request.method.rawValue, path: request.uri.path, query: request.uri.query ?? "",
            body: body)
        switch try await useCases.idempotency.begin(keyed, grant: grant, as: caller) {
        case .answered(let kept): return Answer(replaying: kept)
        case .first(let attempt):
            defer { attempt.end() }
            var exchange = self
            exchange.attempt = attempt
            do {
                let answer = try await handler(exchange)
                if !attempt.isKept {
                    try await useCases.idempotency.keep(KeptAnswer(answer), for: attempt, as: caller)
                }
                return answer
            } catch let before as AnsweredBefore {
                return Answer(replaying: before.answer)
            }
        }
    }
}

extension KeptAnswer {
    /// What is kept of an answer.
    init(_ answer: Answer) {
        let headers = answer.headers.map { Header(name: $0.name.rawName, value: $0.value) }
        self.init(status: answer.status.code, headers: headers, body: answer.body)
    }
}

extension Answer {
    /// An answer of before, marked as one.
    init(replaying kept: KeptAnswer) {
        self.init(status: HTTPResponse.Status(code: kept.status), body: kept.body)
        for header in kept.headers {
            if let name = HTTPField.Name(header.name) { headers.append(HTTPField(name: name, value: header.value)) }
        }
        headers[.idempotentReplayed] = "true"
    }
}
