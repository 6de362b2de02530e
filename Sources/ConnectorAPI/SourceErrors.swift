public import Domain

extension AppError {
    /// A failure of the source, with who must act.
    public static func source(
        _ code: ErrorCode, _ message: String, recovery: Recovery, retryAfter: Duration? = nil
    ) -> AppError {
        AppError(code, message, recovery: recovery, retryAfter: retryAfter)
    }
}
