import Domain

/// What to do about an answer, or about there being none.
struct Resolution: Sendable {
    /// The actions that manifests name.
    enum Action: String, Sendable {
        case success = "SUCCESS"
        case retry = "RETRY"
        case fail = "FAIL"
        case ignore = "IGNORE"
        case resetPagination = "RESET_PAGINATION"
        case rateLimited = "RATE_LIMITED"
        case refreshTokenThenRetry = "REFRESH_TOKEN_THEN_RETRY"
        case reducePageSize = "REDUCE_PAGE_SIZE"
        case splitRequestWindow = "SPLIT_REQUEST_WINDOW"
    }

    /// Who must act, in the words of the protocol.
    enum Failure: String, Sendable {
        case config = "config_error"
        case system = "system_error"
        case transient = "transient_error"
    }

    var action: Action
    var failure: Failure = .system
    /// A sentence for people; nil = there is no better one than the usual.
    var message: String?

    /// What is done where a manifest says nothing of the answer; nil for a status that has no rule.
    static func usual(for outcome: Outcome) -> Resolution? {
        switch outcome {
        case .answer(let response):
            switch response.head.status {
            case 401, 403: Resolution(action: .fail, failure: .config)
            case 400, 404, 405: Resolution(action: .fail)
            case 408, 500, 502, 503, 504: Resolution(action: .retry, failure: .transient)
            case 429: Resolution(action: .rateLimited, failure: .transient)
            default: nil
            }
        case .failure: Resolution(action: .retry, failure: .transient)
        }
    }

    /// What is done where nothing else says it.
    static let fallback = Resolution(action: .retry, failure: .system)
}

/// What became of a request.
enum Outcome: Sendable {
    case answer(SourceResponse)
    /// No answer, or one that broke off.
    case failure(AppError)

    var response: SourceResponse? {
        if case .answer(let response) = self { response } else { nil }
    }
}

/// Signals to whoever asked for a page that it must be asked for in another way.
enum PageSignal: Error {
    case resetPagination
    case reducePageSize
    case splitRequestWindow
}
