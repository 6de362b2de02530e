import Domain
import HTTPTypes
import Hummingbird

/// What kinds of answers a client takes (RFC 9110 section 12.5.1).
enum Acceptance {
    private static let jsonRanges = ["application/json", "application/problem+json", "application/*", "*/*"]

    private static let eventRanges = [EventStream.mediaType, "text/*", "*/*"]

    /// Whether the Accept header lets through what the operation answers; it does when it isn't there. Problems are JSON
    /// whatever it says.
    static func allows(_ operation: Operation, _ headers: HTTPFields) -> Bool {
        allows(operation.isStream ? eventRanges : jsonRanges, headers)
    }

    private static func allows(_ ranges: [String], _ headers: HTTPFields) -> Bool {
        guard let header = headers[.accept], header.contains(where: { !$0.isWhitespace }) else { return true }
        return header.lowercased().split(separator: ",").contains { range in
            let parts = range.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let type = parts.first, ranges.contains(type) else { return false }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return weight > 0
        }
    }
}
