import Logging

/// The names of what the access log tells of a request.
enum LogKey: String {
    case requestID = "request_id"
    case method, route, status, code
    case duration = "duration_ms"
    case errorType = "error_type"
    case message
}

extension Logger.Metadata {
    /// Metadata of pairs.
    init(_ pairs: [LogKey: String]) {
        self = Dictionary(uniqueKeysWithValues: pairs.map { ($0.key.rawValue, .string($0.value)) })
    }
}
