public import Domain

extension AppError {
    /// A failure of the source, with who must act.
    public static func source(
        _ code: ErrorCode, _ message: String, recovery: Recovery, retryAfter: Duration? = nil
    ) -> AppError {
        AppError(code, message, recovery: recovery, retryAfter: retryAfter)
    }
}

extension ErrorCode {
    /// A connector broke its contract: it threw what no connector should throw, or gave what wasn't asked for.
    public static let connectorFault = ErrorCode(
        "connector.fault", .source, "The connector failed in a way that it never should; report it.")
}
