import NIOHTTP1
import WireAPI

/// What came back, read whole.
struct Answer {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    var isSuccess: Bool { (200..<300).contains(status) }

    /// The header's first value; nil where there is none.
    func header(_ name: String) -> String? { headers.first(name: name) }

    /// Reads the body; throws `ConnectionError` where it hasn't that form.
    func decoded<Shape: WireValue>(as _: Shape.Type = Shape.self) throws -> Shape {
        do throws(WireError) {
            return try Shape(parsing: body)
        } catch {
            throw ConnectionError(.unreadable, "The server's answer can't be understood: \(error)")
        }
    }

    /// What the server refused and why; makes do with the status where the body isn't a problem of Tributary's.
    var refusal: TributaryError {
        let requestID = header("X-Request-Id")
        // A proxy in between answers in its own words; then the status is all there is to tell.
        guard let problem = try? Problem(parsing: body) else {
            return TributaryError(
                status: status, code: "http.\(status)", message: "The server answered with status \(status).",
                requestID: requestID, retryAfter: retryAfter)
        }
        return TributaryError(
            status: status, code: problem.code, message: problem.detail.isEmpty ? problem.title : problem.detail,
            requestID: problem.requestID ?? requestID, errors: problem.errors, retryAfter: retryAfter)
    }

    /// `Retry-After` in its form of seconds (RFC 9110 section 10.2.3); at most a day is believed.
    private var retryAfter: Duration? {
        header("Retry-After").flatMap { Int($0) }.map { .seconds(min(max($0, 0), 86_400)) }
    }
}
