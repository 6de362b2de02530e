import HTTPTypes
import Hummingbird
import JSON

/// JSON that stays the same as long as the process runs: written once, answered from memory.
struct Document: Sendable {
    private let bytes: [UInt8]
    private let tag: String

    init(_ json: JSONObject) {
        bytes = JSONValue.object(json).serialized()
        tag = "\"\(String(Self.hash(bytes), radix: 16))\""
    }

    /// The document, or that the client has it (RFC 9110 section 13.1.2).
    func answer(to request: Request) throws -> Answer {
        let isKnown = try EntityTag.names(request.headers, .ifNoneMatch, tag)
        var answer = isKnown ? Answer.empty(.notModified) : Answer(status: .ok, body: bytes)
        if !isKnown { answer.headers[.contentType] = "application/json" }
        return answer.with(.eTag, tag).with(.cacheControl, "public, max-age=300")
    }

    /// FNV-1a of 64 bits: tells versions of one document apart, no more.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 }
    }
}
