public import WireAPI

/// The server answered and refused.
public struct TributaryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The HTTP status.
    public let status: Int
    /// Stable and dotted, such as `datasource.not_found`; `http.<status>` where the answer wasn't Tributary's own.
    public let code: String
    /// One sentence for people.
    public let message: String
    /// Finds the call in the server's log; nil where the answer had none.
    public let requestID: String?
    /// Faults of the body that was sent; mostly empty.
    public let errors: [FaultBody]
    /// When the same call may succeed; nil where the server didn't say.
    public let retryAfter: Duration?

    /// Makes an error.
    public init(
        status: Int, code: String, message: String, requestID: String? = nil, errors: [FaultBody] = [],
        retryAfter: Duration? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.requestID = requestID
        self.errors = errors
        self.retryAfter = retryAfter
    }

    /// The message, the code and the request's id in one line.
    public var description: String {
        let request = requestID.map { ", request \($0)" } ?? ""
        return "\(message) (\(code)\(request))"
    }
}

/// No answer came, or none that can be used.
public struct ConnectionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The closed set of reasons.
    public enum Reason: String, Sendable, CaseIterable {
        /// The address can't be used.
        case badAddress
        /// No connection could be opened, or it broke.
        case unreachable
        /// The answer took longer than the limit.
        case timedOut
        /// The answer is longer than the limit.
        case tooLarge
        /// The answer hasn't the form that was expected: another program may listen there.
        case unreadable
    }

    /// Why there is no answer.
    public let reason: Reason
    /// One sentence for people, with the address.
    public let message: String

    /// Makes an error.
    public init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
