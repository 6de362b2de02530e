import JSON
import NIOHTTP1
import WireAPI

/// What came back, read whole unless it is a stream.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    var body: [UInt8]
    /// The body of an answer that comes bit by bit, where the call asked for one; then `body` is empty.
    var stream: AnswerStream?

    var isSuccess: Bool { (200..<300).contains(status) }

    /// Whether the body is a stream of events (the HTML Standard, section 9.2.5).
    var isEvents: Bool {
        let type = (header("Content-Type") ?? "").prefix { $0 != ";" && $0 != " " }
        return status == 200 && type.lowercased() == "text/event-stream"
    }

    /// The header's first value; nil where there is none.
    func header(_ name: String) -> String? { headers.first(name: name) }

    /// The version of what the body shows.
    var tag: EntityTag? { header("ETag").map { EntityTag(rawValue: $0) } }

    /// Reads the body; throws `ConnectionError` where it hasn't that form.
    func decoded<Shape: WireValue>(as shape: Shape.Type = Shape.self) throws -> Shape {
        try Self.decoded(body, as: shape)
    }

    /// Reads a body; throws `ConnectionError` where it hasn't that form.
    static func decoded<Shape: WireValue>(_ body: [UInt8], as _: Shape.Type) throws -> Shape {
        do throws(WireError) {
            return try Shape(parsing: body)
        } catch {
            throw ConnectionError(
                .unreadable, "The server's answer can't be understood: \(error)", mayHaveArrived: true)
        }
    }

    /// What the server refused and why; makes do with the status where the body isn't a problem of Tributary's.
    var refusal: TributaryError {
        let requestID = header("X-Request-Id")
        // A proxy in between answers in its own words; then the status is all there is to tell.
        guard let problem = try? Problem(parsing: body) else {
            return TributaryError(
                status: status, code: TributaryError.Code(rawValue: "http.\(status)"),
                message: "The server answered with status \(status).", requestID: requestID, retryAfter: retryAfter)
        }
        return TributaryError(
            status: status, code: TributaryError.Code(rawValue: problem.code),
            message: problem.detail.isEmpty ? problem.title : problem.detail,
            requestID: problem.requestID ?? requestID, errors: problem.errors, retryAfter: retryAfter,
            details: problem.extensions)
    }

    /// `Retry-After` in its form of seconds (RFC 9110 section 10.2.3); at most a day is believed. The form of a date
    /// counts as none: it would need this machine's clock to agree with the server's.
    var retryAfter: Duration? {
        header("Retry-After").flatMap { Int($0) }.map { .seconds(min(max($0, 0), 86_400)) }
    }
}
