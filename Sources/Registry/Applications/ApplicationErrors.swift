public import Domain

extension ErrorCode {
    /// An Application that the caller can't see, or that isn't there: never told apart.
    public static let applicationNotFound = ErrorCode(
        "application.not_found", .notFound, "There is no such Application.")
    /// A body that doesn't make a valid Application; `errors` has each fault.
    public static let applicationInvalid = ErrorCode(
        "application.invalid", .invalid, "The body doesn't make a valid Application.")
    /// Somebody would give what they don't have.
    public static let applicationScopeExceeded = ErrorCode(
        "application.scope_exceeded", .denied,
        "An Application can't be given what your own token's scope doesn't hold.")
    /// An Application's token can't register others, which it couldn't see.
    public static let applicationForeign = ErrorCode(
        "application.foreign", .denied,
        "A token of an Application manages that one alone; use a token for the whole tenant.")
    /// No such key of this Application.
    public static let keyNotFound = ErrorCode(
        "api_key.not_found", .notFound, "There is no such API key of this Application.")
    /// As many keys as an Application may have are live.
    public static let keyTooMany = ErrorCode(
        "api_key.too_many", .conflict,
        "The Application has \(APIKey.mostLive) live API keys, the most that it can have; revoke one first.")
    /// The one answer to a wrong, expired, revoked or deleted client or secret (RFC 6749 section 5.2, `invalid_client`).
    public static let authInvalidClient = ErrorCode(
        "auth.invalid_client", .unauthenticated, "No live API key of an Application has this id and secret.")
    /// RFC 6749 section 5.2, `invalid_scope`.
    public static let authInvalidScope = ErrorCode(
        "auth.invalid_scope", .malformed,
        "The scope asks for something that isn't a grant or that the Application doesn't have.")
    /// Too many wrong credentials in a short time.
    public static let authTooManyAttempts = ErrorCode(
        "auth.too_many_attempts", .throttled, "Too many wrong credentials; wait before the next try.")
}
