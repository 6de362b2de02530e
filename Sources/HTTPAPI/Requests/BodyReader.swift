import Domain
import HTTPTypes
import Hummingbird
import JSON
import NIOCore

/// Reads the JSON body of a request within its limits.
struct BodyReader {
    /// The longest body in bytes.
    static let mostBytes = 1 << 20
    /// The longest time that a client may take to send it; the gaps between its parts are the idle timeout's business.
    static let timeLimit = Duration.seconds(60)
    private static let jsonTypes = ["application/json"]
    private static let patchTypes = ["application/json", "application/merge-patch+json"]

    let request: Request
    let clock: MonotonicClock

    /// Refuses at once what says of itself that it is too large; throws `body.too_large`.
    static func checkLength(of request: Request) throws {
        guard let text = request.headers[.contentLength] else { return }
        guard let length = Int(text), length >= 0 else {
            throw AppError(.headerInvalid, "Content-Length must be a whole number.")
        }
        if length > mostBytes { throw AppError(.bodyTooLarge) }
    }

    /// The body as JSON; nil when there is none.
    ///
    /// Throws `body.too_large`, `body.too_slow`, `body.unsupported_type`, `body.malformed`, `body.too_deep`, `body.duplicate_member`,
    /// `body.invalid_utf8`.
    func json() async throws -> JSONValue? {
        let bytes = try await bytes()
        if bytes.isEmpty { return nil }
        try checkType()
        do throws(JSONError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw AppError(Self.code(of: error), "\(error)", details: ["offset": String(error.offset)])
        }
    }

    /// The body's media type without parameters, in lower case; nil where none is given.
    var mediaType: String? {
        request.headers[.contentType]?.lowercased().split(separator: ";").first.map { $0.filter { !$0.isWhitespace } }
    }

    /// The body as it is. Throws `body.too_large`, `body.too_slow`.
    func bytes() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        let start = clock.now()
        for try await chunk in request.body {
            guard bytes.count + chunk.readableBytes <= Self.mostBytes else { throw AppError(.bodyTooLarge) }
            guard clock.now() - start <= Self.timeLimit else { throw AppError(.bodyTooSlow) }
            bytes.append(contentsOf: chunk.readableBytesView)
        }
        return bytes
    }

    private func checkType() throws {
        let coding = request.headers[.contentEncoding]?.lowercased() ?? "identity"
        let type = request.headers[.contentType]?.lowercased() ?? ""
        let parts = type.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
        let allowed = request.method == .patch ? Self.patchTypes : Self.jsonTypes
        let hasGoodCharset = parts.dropFirst().allSatisfy {
            !$0.hasPrefix("charset=") || $0 == "charset=utf-8" || $0 == "charset=\"utf-8\""
        }
        guard coding == "identity", let first = parts.first, allowed.contains(first), hasGoodCharset else {
            throw AppError(
                .bodyUnsupported, "The body must be \(allowed.joined(separator: " or ")), without a content coding.")
        }
    }

    private static func code(of error: JSONError) -> ErrorCode {
        switch error.code {
        case .malformed, .truncated, .trailing: .bodyMalformed
        case .tooDeep: .bodyTooDeep
        case .duplicateName: .bodyDuplicateMember
        case .invalidUTF8: .bodyInvalidUTF8
        case .tooLarge: .bodyTooLarge
        }
    }
}
