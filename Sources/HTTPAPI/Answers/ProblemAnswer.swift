import Domain
import HTTPTypes
import Hummingbird
import JSON
import Registry
import WireAPI

/// Turns errors into problem bodies: the one place where a category becomes a status.
enum ProblemAnswer {
    /// Path of the page that explains codes.
    static let docs = "/docs/errors#"
    /// What a client is told to wait when nobody knows better.
    private static let usualRetrySeconds = 2

    /// The answer to an error; one that only the log may tell of becomes a bare `server.internal`.
    static func answer(to error: any Error, requestID: String) -> Answer {
        let known = shown(error)
        let status = status(of: known)
        let problem = Problem(
            type: docs + known.code, title: title(of: known), status: status.code, detail: known.message,
            code: known.code, requestID: requestID,
            errors: known.faults.map { FaultBody(pointer: $0.pointer, code: $0.code, detail: $0.detail) },
            extensions: extensions(of: known))
        var answer = Answer(status: status, body: problem.serialized())
        answer.headers[.contentType] = Problem.mediaType
        if known.category == .unauthenticated {
            let isClient = known.code == ErrorCode.authInvalidClient.code
            answer.headers[.wwwAuthenticate] = isClient ? #"Basic realm="tributary""# : "Bearer"
        }
        if let seconds = retrySeconds(known) { answer.headers[.retryAfter] = String(seconds) }
        return answer
    }

    /// Whether an error is a fault of the server's own, which belongs in the log.
    static func isFault(_ error: any Error) -> Bool { shown(error).category == .bug }

    private static func shown(_ error: any Error) -> AppError {
        switch error {
        case var error as AppError:
            // What went wrong inside is for the log; the code alone tells nothing.
            if error.category == .bug { error = AppError(error.code, fault: .internalFault) }
            return error
        case is CancellationError: return AppError(.interrupted)
        default: return AppError(.internalFault)
        }
    }

    private static func status(of error: AppError) -> HTTPResponse.Status {
        switch error.code {
        case ErrorCode.methodNotAllowed.code: .methodNotAllowed
        case ErrorCode.notAcceptable.code: .notAcceptable
        case ErrorCode.bodyTooSlow.code: .requestTimeout
        case ErrorCode.targetTooLong.code: .uriTooLong
        case ErrorCode.headersTooLarge.code: .requestHeaderFieldsTooLarge
        case ErrorCode.expectationUnknown.code: .expectationFailed
        default: status(of: error.category, isTransient: error.recovery?.isTransient ?? false)
        }
    }

    private static func status(of category: ErrorCategory, isTransient: Bool) -> HTTPResponse.Status {
        switch category {
        case .malformed: .badRequest
        case .invalid: .unprocessableContent
        case .unauthenticated: .unauthorized
        case .denied: .forbidden
        case .notFound: .notFound
        case .conflict: .conflict
        case .preconditionFailed: .preconditionFailed
        case .tooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .gone: .gone
        case .throttled: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .full: .init(code: 507, reasonPhrase: "Insufficient Storage")
        // A source that a person must see to is a conflict with the DataSource's state; one that is down may come back.
        case .source: isTransient ? .serviceUnavailable : .conflict
        case .bug: .internalServerError
        }
    }

    private static func title(of error: AppError) -> String {
        if error.code == ErrorCode.authInvalidClient.code { return "No valid credentials" }
        return switch error.category {
        case .malformed: "The request can't be read"
        case .invalid: "The request's content isn't valid"
        case .unauthenticated: "No valid token"
        case .denied: "Not allowed"
        case .notFound: "Not found"
        case .conflict: "In conflict with the present state"
        case .preconditionFailed: "A precondition doesn't hold"
        case .tooLarge: "Too large"
        case .unsupportedMediaType: "Unsupported media type"
        case .gone: "Gone"
        case .throttled: "Too many requests"
        case .unavailable: "Not available now"
        case .full: "Out of space"
        case .source: "The source failed"
        case .bug: "A fault of the server"
        }
    }

    private static func extensions(of error: AppError) -> JSONObject {
        var members = JSONObject()
        for (name, value) in error.details.sorted(by: { $0.key < $1.key }) { members[name] = .string(value) }
        if let recovery = error.recovery { members["recovery"] = .string(recovery.rawValue) }
        return members
    }

    private static func retrySeconds(_ error: AppError) -> Int? {
        if let wait = error.retryAfter { return Int(max(1, (wait.wholeMilliseconds + 999) / 1000)) }
        let status = status(of: error)
        return status == .serviceUnavailable || status == .tooManyRequests ? usualRetrySeconds : nil
    }
}

extension AppError {
    /// The fault's sentence under another fault's code.
    fileprivate init(_ code: String, fault: ErrorCode) {
        self.init(ErrorCode(code, fault.category, fault.summary))
    }
}
