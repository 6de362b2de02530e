public import JSON
public import WireAPI

/// The server answered and refused.
public struct TributaryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The HTTP status.
    public let status: Int
    /// What a program decides by.
    public let code: Code
    /// One sentence for people.
    public let message: String
    /// Finds the call in the server's log; nil where the answer had none.
    public let requestID: String?
    /// Faults of the body that was sent; mostly empty.
    public let errors: [FaultBody]
    /// When the same call may succeed; nil where the server didn't say.
    public let retryAfter: Duration?
    /// What else the answer tells, such as `run_id` of the run that is in the way; mostly empty.
    public let details: JSONObject

    /// Makes an error.
    public init(
        status: Int, code: Code, message: String, requestID: String? = nil, errors: [FaultBody] = [],
        retryAfter: Duration? = nil, details: JSONObject = JSONObject()
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.requestID = requestID
        self.errors = errors
        self.retryAfter = retryAfter
        self.details = details
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
        /// The call can't be sent as it is: an id, a key or a token has characters that it can't have.
        case badArgument
        /// No connection could be opened, or it broke.
        case unreachable
        /// The answer took longer than the limit.
        case timedOut
        /// The answer is longer than the limit.
        case tooLarge
        /// The answer hasn't the form that was expected: another program may listen there.
        case unreadable
        /// The client was closed.
        case closed
    }

    /// Why there is no answer.
    public let reason: Reason
    /// One sentence for people, with the address.
    public let message: String
    /// Whether the server may have got the call, and done what it asks.
    public let mayHaveArrived: Bool

    /// Makes an error.
    public init(_ reason: Reason, _ message: String, mayHaveArrived: Bool = false) {
        self.reason = reason
        self.message = message
        self.mayHaveArrived = mayHaveArrived
    }

    /// The message.
    public var description: String { message }

    /// Whether the same call may succeed later.
    var isPassing: Bool { reason == .unreachable || reason == .timedOut }
}
