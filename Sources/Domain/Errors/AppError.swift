/// What went wrong, who must act and what to do next: the one error that use cases throw.
///
/// `code` is stable and dotted (`datasource.not_found`); every code is declared once, in an ``ErrorCode`` of the target
/// that raises it. `message` holds ids and field names, never a value that came from outside.
public struct AppError: Error, Sendable, Equatable {
    public var code: String
    public var category: ErrorCategory
    /// One sentence for the person who reads the answer.
    public var message: String
    /// Where in the request's body the fault lies, one entry a fault; empty when it isn't about a body.
    public var faults: [Fault]
    /// What to do about it; for a failure of a source.
    public var recovery: Recovery?
    /// How long to wait before the same call can succeed.
    public var retryAfter: Duration?
    /// Named values that a program may act on, such as the id of the active run.
    public var details: [String: String]

    /// One fault of a body: RFC 6901 pointer, dotted code, sentence.
    public struct Fault: Sendable, Hashable {
        public var pointer: String
        public var code: String
        public var detail: String

        public init(pointer: String, code: String, detail: String) {
            self.pointer = pointer
            self.code = code
            self.detail = detail
        }
    }

    public init(
        _ code: ErrorCode, _ message: String? = nil, faults: [Fault] = [], recovery: Recovery? = nil,
        retryAfter: Duration? = nil, details: [String: String] = [:]
    ) {
        self.code = code.code
        self.category = code.category
        self.message = message ?? code.summary
        self.faults = faults
        self.recovery = recovery
        self.retryAfter = retryAfter
        self.details = details
    }
}

/// A stable error code with what it means; targets declare theirs as static members in an extension.
///
/// The documentation of errors is generated from these.
public struct ErrorCode: Sendable, Hashable {
    /// Dotted and stable: `datasource.not_found`.
    public let code: String
    public let category: ErrorCategory
    /// One sentence that holds for every occurrence.
    public let summary: String

    public init(_ code: String, _ category: ErrorCategory, _ summary: String) {
        self.code = code
        self.category = category
        self.summary = summary
    }
}

/// What kind of failure it is; HTTP status, exit code and retry follow from it by one table each.
public enum ErrorCategory: String, Sendable, CaseIterable {
    /// The request can't be read (HTTP 400).
    case malformed
    /// The request reads well but its content isn't valid (422).
    case invalid
    /// No valid token (401).
    case unauthenticated
    /// The token may not do this (403).
    case denied
    /// Nothing of that name that the caller may see (404).
    case notFound
    /// The path doesn't take the method (405).
    case methodNotAllowed
    /// The caller accepts no form in which there is an answer (406).
    case notAcceptable
    /// The caller took too long to send the request (408).
    case tooSlow
    /// The request's target is longer than the limit (414).
    case targetTooLong
    /// The request expects what this server doesn't do (417).
    case expectationFailed
    /// The request's headers are larger than the limit (431).
    case headersTooLarge
    /// The state of the thing forbids it now (409).
    case conflict
    /// A precondition sent by the caller doesn't hold (412).
    case preconditionFailed
    /// The body is larger than the limit (413).
    case tooLarge
    /// The body's media type isn't one that is read here (415).
    case unsupportedMediaType
    /// The thing was here and is gone for good (410).
    case gone
    /// Too many requests (429).
    case throttled
    /// A part that is needed can't be reached now (503).
    case unavailable
    /// The disk is full (507).
    case full
    /// The source, not the caller and not Tributary, failed: carried by runs and checks.
    case source
    /// A fault of Tributary's own (500).
    case bug
}

/// What a failed run needs before the next one can succeed.
public enum Recovery: String, Sendable, CaseIterable, Codable {
    /// Nothing: the next attempt may succeed by itself.
    case retry
    /// A person must change the config.
    case fixConfig = "fix_config"
    /// A person must give new credentials or permissions.
    case reauthorise
    /// A person must confirm that so many records are really gone.
    case reviewDeletes = "review_deletes"
    /// The source is down or refuses on its own account; wait for it.
    case waitForSource = "wait_for_source"
    /// A bug of a connector or of Tributary.
    case reportBug = "report_bug"

    /// Whether a later run is worth a try without a person's doing.
    public var isTransient: Bool { self == .retry || self == .waitForSource }
}
