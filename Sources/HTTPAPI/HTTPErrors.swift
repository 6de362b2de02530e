public import Domain

extension ErrorCode {
    /// The body isn't JSON (RFC 8259); the message says at which byte.
    public static let bodyMalformed = ErrorCode("body.malformed", .malformed, "The body isn't valid JSON.")
    /// Arrays and objects are nested too deeply.
    public static let bodyTooDeep = ErrorCode(
        "body.too_deep", .malformed, "The body is nested more deeply than 32 levels.")
    /// An object names a member twice.
    public static let bodyDuplicateMember = ErrorCode(
        "body.duplicate_member", .malformed, "An object of the body has two members of the same name.")
    /// A string of the body isn't UTF-8.
    public static let bodyInvalidUTF8 = ErrorCode("body.invalid_utf8", .malformed, "The body isn't valid UTF-8.")
    /// A route that needs a body got none.
    public static let bodyMissing = ErrorCode("body.missing", .malformed, "This route needs a JSON body.")
    /// The body is larger than the limit.
    public static let bodyTooLarge = ErrorCode(
        "body.too_large", .tooLarge, "The body is larger than the route takes: 1 MiB, or 16 MiB of records.")
    /// The body took too long to arrive.
    public static let bodyTooSlow = ErrorCode(
        "body.too_slow", .tooSlow, "The body took longer than a minute to arrive.")
    /// Bodies that are being received hold all the memory that there is for them.
    public static let bodyBusy = ErrorCode(
        "body.busy", .throttled, "Too many large bodies are being received; try again shortly.")
    /// The body's media type isn't JSON.
    public static let bodyUnsupported = ErrorCode(
        "body.unsupported_type", .unsupportedMediaType, "The body must be application/json, without a content coding.")
    /// The body ended before its time, or its framing is broken.
    public static let bodyBroken = ErrorCode(
        "body.broken", .malformed, "The body ended too early, or isn't framed as HTTP says.")
    /// What came isn't HTTP as RFC 9112 has it.
    public static let requestMalformed = ErrorCode(
        "request.malformed", .malformed, "The request isn't valid HTTP.")
    /// Too long a path and query.
    public static let targetTooLong = ErrorCode(
        "request.target_too_long", .targetTooLong, "The path and query are longer than 8 KiB.")
    /// Too many or too long header fields.
    public static let headersTooLarge = ErrorCode(
        "request.headers_too_large", .headersTooLarge,
        "A header field is longer than 8 KiB, all together are longer than 32 KiB, or there are more than 100.")
    /// An Expect header that isn't 100-continue.
    public static let expectationUnknown = ErrorCode(
        "request.expectation_unknown", .expectationFailed, "The only expectation that is met is 100-continue.")
    /// A query parameter that the route doesn't have.
    public static let queryUnknown = ErrorCode("query.unknown", .malformed, "The route has no such query parameter.")
    /// A query parameter's value isn't one that it can have.
    public static let queryInvalid = ErrorCode(
        "query.invalid", .malformed, "A query parameter has a value that it can't have.")
    /// A header's value hasn't its form.
    public static let headerInvalid = ErrorCode(
        "header.invalid", .malformed, "A header hasn't the form that it must have.")
    /// Nothing is at this path.
    public static let routeNotFound = ErrorCode("route.not_found", .notFound, "Nothing is at this path.")
    /// The path doesn't take this method; `Allow` says which it takes.
    public static let methodNotAllowed = ErrorCode(
        "route.method_not_allowed", .methodNotAllowed, "The path doesn't take this method; see the Allow header.")
    /// Answers are JSON, which the client doesn't accept.
    public static let notAcceptable = ErrorCode(
        "route.not_acceptable", .notAcceptable,
        "The Accept header excludes what the route answers: application/json, or text/event-stream for events.")
    /// The process isn't ready for requests.
    public static let notReady = ErrorCode(
        "server.not_ready", .unavailable, "The server isn't ready yet; try again shortly.")
    /// The request was given up, most often because the server stops.
    public static let interrupted = ErrorCode(
        "server.interrupted", .unavailable, "The request was interrupted; try again.")
    /// A fault of the server's own.
    public static let internalFault = ErrorCode(
        "server.internal", .bug, "A fault of the server's own; its log has more under this request id.")
}
