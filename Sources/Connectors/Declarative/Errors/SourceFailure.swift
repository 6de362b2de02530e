import ConnectorAPI
public import Domain

/// What a source's bad answer is to a run: who must act, and a sentence without the answer's body.
enum SourceFailure {
    /// The longest message of a manifest that is passed on, in characters.
    private static let longestMessage = 500

    static func error(of response: SourceResponse, _ resolution: Resolution) -> AppError {
        let status = response.head.status
        var text = "the source answered with status \(status)"
        if let message = resolution.message { text += ": " + String(message.prefix(longestMessage)) }
        // Some sources tell a limit by 403.
        switch resolution.action == .rateLimited ? 429 : status {
        case 401, 403: return .source(.declarativeDenied, text, recovery: .reauthorise)
        case 429:
            return .source(
                .declarativeRateLimited, text, recovery: .waitForSource, retryAfter: retryAfter(response.head))
        case 500...: return .source(.declarativeSourceFailed, text, recovery: .retry)
        default:
            let recovery: Recovery = resolution.failure == .transient ? .retry : .fixConfig
            return .source(.declarativeRefused, text, recovery: recovery)
        }
    }

    /// `Retry-After` in seconds, at most a day.
    static func retryAfter(_ head: ResponseHead) -> Duration? {
        head.first("Retry-After").flatMap { Int($0) }.map { .seconds(min(max($0, 0), 86_400)) }
    }
}

extension ErrorCode {
    /// The source refused the credentials.
    public static let declarativeDenied = ErrorCode(
        "declarative.denied", .source, "the source refuses the credentials, or they lack a permission")
    /// The source asks to slow down for longer than a run waits.
    public static let declarativeRateLimited = ErrorCode(
        "declarative.rate_limited", .source, "the source allows no more requests for now")
    /// The source has a fault.
    public static let declarativeSourceFailed = ErrorCode(
        "declarative.source_failed", .source, "the source fails, again and again")
    /// The source doesn't take the request.
    public static let declarativeRefused = ErrorCode(
        "declarative.refused", .source, "the source doesn't take a request as the manifest and the config make it")
}
