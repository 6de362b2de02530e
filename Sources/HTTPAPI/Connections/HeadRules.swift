import Domain
import NIOHTTP1
import WireAPI

/// What the head of a request must be beyond what its decoder looks at (RFC 9112): one meaning of where it ends, one host,
/// and a target that names the same thing to everyone who reads it.
enum HeadRules {
    /// The longest target in bytes.
    static let longestTarget = ServerSettings.mostFieldBytes

    /// What is wrong with it; nil = nothing.
    static func fault(of head: HTTPRequestHead) -> AppError? {
        framingFault(of: head) ?? hostFault(of: head) ?? targetFault(head.uri) ?? expectationFault(of: head)
    }

    /// Whether a body follows.
    static func hasBody(_ head: HTTPRequestHead) -> Bool {
        if head.headers.contains(name: "Transfer-Encoding") { return true }
        return head.headers.first(name: "Content-Length").map { $0 != "0" } ?? false
    }

    /// Whether the client waits for leave to send its body (RFC 9110 section 10.1.1). One that says of itself that it is
    /// too long gets none, but the answer at once.
    static func waitsForLeave(_ head: HTTPRequestHead) -> Bool {
        guard head.version == .http1_1, head.headers.contains(name: "Expect"), hasBody(head) else { return false }
        let length = head.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
        return length <= BodyReader.mostBytes
    }

    /// Two readers that disagree on where a request ends can be made to see different requests (RFC 9112 section 11.2).
    private static func framingFault(of head: HTTPRequestHead) -> AppError? {
        guard head.version == .http1_1 || head.version == .http1_0 else { return malformed("only HTTP/1.1 is spoken") }
        let lengths = head.headers["Content-Length"]
        let codings = head.headers["Transfer-Encoding"]
        if lengths.count > 1 || lengths.contains(where: { !$0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) {
            return malformed("Content-Length must be one whole number")
        }
        if codings.isEmpty { return nil }
        guard lengths.isEmpty else { return malformed("Content-Length and Transfer-Encoding exclude each other") }
        guard codings.count == 1, codings[0].lowercased() == "chunked", head.version == .http1_1 else {
            return malformed("the only Transfer-Encoding is chunked, in HTTP/1.1")
        }
        return nil
    }

    private static func hostFault(of head: HTTPRequestHead) -> AppError? {
        let hosts = head.headers["Host"]
        guard hosts.count == 1 || (hosts.isEmpty && head.version == .http1_0) else {
            return malformed("one Host is needed")
        }
        let isPlain = hosts.allSatisfy { host in
            host.utf8.count <= 255 && host.utf8.allSatisfy { isUnreservedOrDelimiter($0) || $0 == 0x5B || $0 == 0x5D }
        }
        return isPlain ? nil : malformed("Host must be a name or an address, with or without a port")
    }

    private static func targetFault(_ target: String) -> AppError? {
        if target.utf8.count > longestTarget { return AppError(.targetTooLong) }
        guard target.utf8.first == UInt8(ascii: "/") || target.lowercased().hasPrefix("http://") else {
            return malformed("the target must be a path")
        }
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
            return malformed("the target may hold visible ASCII characters only, others percent-encoded")
        }
        // What is visible as it stands is so decoded, too.
        guard target.utf8.contains(UInt8(ascii: "%")) else { return nil }
        let path = Substring(target.utf8.prefix { $0 != UInt8(ascii: "?") })
        guard let decoded = PercentCoding.decode(path) else {
            return malformed("the path must be percent-encoded UTF-8")
        }
        return decoded.utf8.contains { $0 < 0x20 || $0 == 0x7F } ? malformed("the path holds control characters") : nil
    }

    private static func expectationFault(of head: HTTPRequestHead) -> AppError? {
        let expected = head.headers["Expect"]
        return expected.allSatisfy { $0.lowercased() == "100-continue" } ? nil : AppError(.expectationUnknown)
    }

    private static func isUnreservedOrDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._~%!$&'()*+,;=:".utf8.contains(byte)
        }
    }

    private static func malformed(_ reason: String) -> AppError {
        AppError(.requestMalformed, "The request isn't valid HTTP: \(reason).")
    }
}
