import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import WireAPI

/// What a route answers, before it is put on the wire.
struct Answer: Sendable {
    var status: HTTPResponse.Status
    var headers = HTTPFields()
    /// nil for an answer without a body.
    var body: [UInt8]?
    /// A body that comes bit by bit, in place of ``body``.
    var stream: ResponseBody?

    /// An answer whose body comes bit by bit.
    static func stream(_ mediaType: String, _ body: ResponseBody) -> Answer {
        var answer = Answer(status: .ok, stream: body)
        answer.headers[.contentType] = mediaType
        return answer
    }

    /// An answer with a JSON body.
    static func json(_ value: some WireValue, status: HTTPResponse.Status = .ok, capacity: Int = 1024) -> Answer {
        json(value.serialized(capacity: capacity), status: status)
    }

    /// An answer with a body that is JSON already.
    static func json(_ text: [UInt8], status: HTTPResponse.Status = .ok) -> Answer {
        var answer = Answer(status: status, body: text)
        answer.headers[.contentType] = "application/json"
        return answer
    }

    /// An answer with text that is another at every moment.
    static func text(_ text: String, _ mediaType: String) -> Answer {
        var answer = Answer(status: .ok, body: Array(text.utf8))
        answer.headers[.contentType] = mediaType
        answer.headers[.cacheControl] = "no-store"
        return answer
    }

    static func empty(_ status: HTTPResponse.Status) -> Answer { Answer(status: status) }

    consuming func with(_ name: HTTPField.Name, _ value: String) -> Answer {
        var answer = self
        answer.headers[name] = value
        return answer
    }

    /// The response; one to a HEAD request says how long the body would be and leaves it out.
    consuming func response(toHead isHead: Bool) -> Response {
        if let body { headers[.contentLength] = String(body.count) }
        var content = ResponseBody()
        if !isHead { content = stream ?? body.map { ResponseBody(byteBuffer: ByteBuffer(bytes: $0)) } ?? content }
        var response = Response(status: status, headers: headers, body: content)
        // RFC 9110 section 8.6: 204 must not have it, and in 304 it would tell of the missing body.
        if body == nil, status == .noContent || status == .notModified { response.headers[.contentLength] = nil }
        return response
    }
}
