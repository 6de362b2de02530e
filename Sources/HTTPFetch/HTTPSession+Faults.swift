import AsyncHTTPClient
import Domain
import NIOCore
import NIOPosix

extension HTTPSession {
    /// What a fault of the library is to callers. Its own words may hold the URL, which may hold a secret.
    static func fault(_ error: any Error) -> any Error {
        if error is AppError { return error }
        if Task.isCancelled || error is CancellationError { return CancellationError() }
        let timeouts: [HTTPClientError] = [
            .readTimeout, .writeTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout,
        ]
        if let error = error as? HTTPClientError, timeouts.contains(error) {
            return AppError(.fetchTimeout, recovery: .retry)
        }
        return AppError(.fetchUnreachable, recovery: .retry)
    }

    /// Whether no connection came about, so that another address may do.
    static func isRefusedConnection(_ error: any Error) -> Bool {
        if let error = error as? HTTPClientError { return error == .connectTimeout }
        return error is NIOConnectionError || error is ChannelError || error is IOError
    }

    /// The next answer won't be smaller by itself: a person must ask for less at a time.
    static func tooLarge(_ bytes: Int) -> AppError {
        let limit = bytes % (1 << 20) == 0 ? "\(bytes >> 20) MiB" : "\(bytes) bytes"
        return AppError(
            .fetchTooLarge,
            "The source's answer is larger than \(limit), the most that is read at once; ask it for less at a time.",
            recovery: .fixConfig)
    }
}
