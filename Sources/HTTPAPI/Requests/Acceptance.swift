import HTTPTypes
import Hummingbird

/// What kinds of answers a client takes (RFC 9110 section 12.5.1).
enum Acceptance {
    private static let jsonRanges = ["application/json", "application/problem+json", "application/*", "*/*"]

    /// Whether the Accept header lets JSON through; it does when it isn't there.
    static func allowsJSON(_ headers: HTTPFields) -> Bool {
        guard let header = headers[.accept], header.contains(where: { !$0.isWhitespace }) else { return true }
        return header.lowercased().split(separator: ",").contains { range in
            let parts = range.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let type = parts.first, jsonRanges.contains(type) else { return false }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return weight > 0
        }
    }
}
