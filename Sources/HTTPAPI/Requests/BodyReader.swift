import Domain
import HTTPTypes
import Hummingbird
import JSON
import NIOCore

/// Reads the body of a request within its limits.
struct BodyReader {
    /// The longest body of a route that says nothing of it, and of any route.
    static let usualBytes = 1 << 20
    static let mostBytes = Contract.operations.compactMap { $0.body?.mostBytes }.reduce(usualBytes, max)

    let request: Request
    /// What the contract says of it; nil for one that isn't looked at.
    let rules: Operation.Body?
    /// What this body may take of the memory for bodies.
    let share: BodyMemory.Share

    private var mostBytes: Int { rules?.mostBytes ?? Self.usualBytes }
    private var tooLarge: AppError { AppError(.bodyTooLarge, "The body is larger than \(mostBytes >> 20) MiB.") }

    /// Refuses at once what says of itself that it is too large; throws `body.too_large`.
    func checkLength() throws {
        guard let text = request.headers[.contentLength] else { return }
        guard let length = Int(text), length >= 0 else {
            throw AppError(.headerInvalid, "Content-Length must be a whole number.")
        }
        if length > mostBytes { throw tooLarge }
    }

    /// The body as JSON; nil when there is none.
    ///
    /// Throws `body.too_large`, `body.too_slow`, `body.busy`, `body.unsupported_type`, `body.malformed`, `body.too_deep`,
    /// `body.duplicate_member`, `body.invalid_utf8`.
    func json() async throws -> JSONValue? { try json(of: await bytes()) }

    /// The bytes of the body as JSON; nil where there are none. Throws as ``json()`` does.
    func json(of bytes: [UInt8]) throws -> JSONValue? {
        if bytes.isEmpty { return nil }
        try checkType()
        do throws(JSONError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw Self.refusal(error)
        }
    }

    /// The body's media type without parameters, in lower case; nil where none is given.
    var mediaType: String? {
        request.headers[.contentType]?.lowercased().split(separator: ";").first.map { $0.filter { !$0.isWhitespace } }
    }

    /// The body as it came, and its media type; throws as ``json()`` does, but for what is in it.
    func raw() async throws -> RawBody {
        let bytes = try await bytes()
        return RawBody(bytes: bytes, mediaType: try checkType())
    }

    /// The body as it is, of any type. Throws `body.too_large`, `body.too_slow`, `body.busy`, `body.broken`.
    func bytes() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await chunk in request.body {
                guard bytes.count + chunk.readableBytes <= mostBytes else { throw tooLarge }
                guard share.take(chunk.readableBytes) else { throw AppError(.bodyBusy, retryAfter: .seconds(1)) }
                bytes.append(contentsOf: chunk.readableBytesView)
            }
        } catch  where !(error is AppError || error is CancellationError) {
            // The decoder's: half a body is none.
            throw AppError(.bodyBroken)
        }
        return bytes
    }

    @discardableResult
    private func checkType() throws -> String {
        let coding = request.headers[.contentEncoding]?.lowercased() ?? "identity"
        let type = request.headers[.contentType]?.lowercased() ?? ""
        let parts = type.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
        let allowed = rules?.mediaTypes ?? ["application/json"]
        let hasGoodCharset = parts.dropFirst().allSatisfy {
            !$0.hasPrefix("charset=") || $0 == "charset=utf-8" || $0 == "charset=\"utf-8\""
        }
        guard coding == "identity", let first = parts.first, allowed.contains(first), hasGoodCharset else {
            throw AppError(
                .bodyUnsupported, "The body must be \(allowed.joined(separator: " or ")), without a content coding.")
        }
        return first
    }

    /// What the client is told of a body that isn't JSON.
    static func refusal(_ error: JSONError) -> AppError {
        AppError(code(of: error), "\(error)", details: ["offset": String(error.offset)])
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

/// A body as it came.
struct RawBody: Sendable {
    let bytes: [UInt8]
    /// Without its parameters, in lower case.
    let mediaType: String

    /// Whether it is JSON line by line.
    var isLines: Bool { mediaType != "application/json" }
}
