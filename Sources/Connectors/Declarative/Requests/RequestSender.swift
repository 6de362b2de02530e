import ConnectorAPI
import Domain
import HTTPFetch
import Interpolation

/// Sends requests with credentials, within a budget, and again after a wait where an error handler says so.
struct RequestSender: Sendable {
    let surroundings: RunSurroundings
    let authenticator: any Authenticator
    let errors: any ErrorHandler
    let budget: CallBudget
    let cache: ResponseCache?
    let isStreaming: Bool

    /// The answer to a request, by way of as many tries as it takes.
    func send(
        _ method: String, _ url: String, own: RequestOptions, extra: RequestOptions
    ) async throws -> SourceResponse {
        let clock = surroundings.clock
        let start = clock.now()
        var hasRefreshed = false
        var attempt = 0
        while true {
            attempt += 1
            let credentials = try await authenticator.credentials(for: {
                var options = own
                try options.add(extra)
                return try RequestBuilding.request(method, url, options)
            })
            var options = own
            try options.add(credentials)
            try options.add(extra)
            let request = try RequestBuilding.request(method, url, options)
            let outcome = try await outcome(of: request)
            let resolution = try errors.resolution(of: outcome)
            if let response = try finished(outcome, resolution) { return response }
            if resolution.action == .refreshTokenThenRetry {
                guard !hasRefreshed else { throw failure(outcome, Resolution(action: .fail, failure: .config)) }
                hasRefreshed = try await authenticator.renew(after: credentials)
            }
            let isOthersTurn = resolution.action == .rateLimited && authenticator.hasOther(than: request)
            let wait = isOthersTurn ? Self.turnPause : try self.wait(after: outcome, attempt: attempt)
            let elapsed = (clock.now() - start).wholeMilliseconds / 1000
            let isLate = resolution.action != .rateLimited && elapsed >= Int64(errors.maxTime)
            guard attempt <= max(0, errors.maxRetries), !isLate else { throw failure(outcome, resolution) }
            surroundings.log(.retrying(status: outcome.response?.head.status, after: wait))
            try await clock.sleep(wait)
        }
    }

    /// The answer that ends the tries; nil where there must be another.
    private func finished(_ outcome: Outcome, _ resolution: Resolution) throws -> SourceResponse? {
        switch resolution.action {
        // A filter may call any answer good; whoever reads it stops at a status that isn't.
        case .success, .ignore: return outcome.response ?? SourceResponse.none
        case .fail: throw failure(outcome, resolution)
        case .resetPagination: throw PageSignal.resetPagination
        case .reducePageSize: throw PageSignal.reducePageSize
        case .splitRequestWindow: throw PageSignal.splitRequestWindow
        case .retry, .rateLimited, .refreshTokenThenRetry: return nil
        }
    }

    /// One try.
    private func outcome(of request: HTTPRequest) async throws -> Outcome {
        if let kept = cache?.answer(to: request) { return .answer(kept) }
        try await budget.take(request)
        do {
            let answer = try await surroundings.http.send(request)
            watch(request, answer.status)
            let head = ResponseHead(status: answer.status, headers: answer.headers)
            budget.learn(from: head, to: request)
            authenticator.learn(from: head, to: request)
            let response = SourceResponse(head: head, url: answer.url, streaming: answer.body)
            if !isStreaming || !response.isGood || errors.readsGoodBodies { try await response.load() }
            if !isStreaming { cache?.keep(response, to: request) }
            return .answer(response)
        } catch let error as AppError where error.recovery == .retry {
            watch(request, nil)
            return .failure(error)
        }
    }

    private func watch(_ request: HTTPRequest, _ status: Int?) {
        surroundings.watch?(
            WatchedRequest(method: request.method, url: request.url, body: request.body, status: status))
    }

    /// For longer a run doesn't wait where the manifest doesn't ask for it; another run goes on then.
    private static let longestUnasked = Duration.seconds(300)

    /// Before a request that a token is used up for is sent with another.
    private static let turnPause = Duration.milliseconds(100)

    /// How long to wait: what the manifest says and a second, else 1, 2, 4, 8, 16 … seconds, or as long as the source asks.
    ///
    /// Throws `declarative.rate_limited` where the source asks for more than a run waits of itself.
    private func wait(after outcome: Outcome, attempt: Int) throws -> Duration {
        for strategy in errors.backoff {
            if let seconds = try strategy.seconds(after: outcome, attempt: attempt), seconds != 0 {
                return .milliseconds(Int64(min(max(seconds, 0), 1e7) * 1000) + 1000)
            }
        }
        let usual = Duration.seconds(1 << min(attempt - 1, 20))
        guard let response = outcome.response, let asked = SourceFailure.retryAfter(response.head) else { return usual }
        guard asked <= Self.longestUnasked else {
            throw failure(outcome, Resolution(action: .rateLimited, failure: .transient))
        }
        return max(usual, asked)
    }

    private func failure(_ outcome: Outcome, _ resolution: Resolution) -> AppError {
        switch outcome {
        case .failure(let error): return error
        case .answer(let response): return SourceFailure.error(of: response, resolution)
        }
    }
}
