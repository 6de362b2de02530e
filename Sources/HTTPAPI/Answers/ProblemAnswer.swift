import Domain
import HTTPTypes
import Hummingbird
import JSON
import Registry
import WireAPI

/// Turns errors into problem bodies.
enum ProblemAnswer {
    /// What a client is told to wait when nobody knows better.
    private static let usualRetrySeconds = 2

    /// The answer to an error; one that only the log may tell of becomes a bare `server.internal`.
    static func answer(to error: any Error, requestID: String) -> Answer {
        let known = shown(error)
        let status = status(of: known)
        let problem = Problem(
            type: ErrorCatalog.page(of: known.code), title: title(of: known), status: status.code,
            detail: known.message,
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
        let code = error.category.status(isTransient: error.recovery?.isTransient ?? false)
        // The one status that the HTTP library has no reason phrase for (RFC 4918 section 11.5).
        return code == 507 ? .init(code: code, reasonPhrase: "Insufficient Storage") : .init(code: code)
    }

    private static func title(of error: AppError) -> String {
        error.code == ErrorCode.authInvalidClient.code ? "No valid credentials" : error.category.title
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
