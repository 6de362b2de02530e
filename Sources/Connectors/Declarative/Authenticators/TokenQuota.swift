import ConnectorAPI
import Domain
import Interpolation

/// A `TokenQuota`: a kind of requests of which each token may make so many until a time, and where the source says how many.
struct TokenQuota: Hashable, Sendable {
    let name: String
    /// The requests that count; empty = all that no other quota takes.
    let matchers: [CallMatcher]
    private let remainingPath: [String]
    private let resetPath: [String]
    private let limitPath: [String]
    private let remainingHeader: String?
    private let resetHeader: String?
    private let limitHeader: String?
    private let spentStatuses: Set<Int>

    init(_ node: ComponentNode) throws {
        func path(_ field: String) throws -> [String] {
            guard let path = try node.texts(field) else { throw node.invalid("is missing", at: field) }
            return path
        }
        name = try node.requiredText("name")
        matchers = try node.children("matchers").map { try CallMatcher($0) }
        remainingPath = try path("remaining_path")
        resetPath = try path("reset_path")
        limitPath = try node.texts("limit_path") ?? []
        remainingHeader = try node.text("remaining_header")
        resetHeader = try node.text("reset_header")
        limitHeader = try node.text("limit_header")
        spentStatuses = try node.integers("exhaustion_status_codes")
    }

    /// What an answer about quotas says of this one; throws `declarative.refused` where it isn't there.
    func state(in answer: Value) throws -> QuotaState {
        let remaining = try number(at: remainingPath, in: answer)
        guard let reset = answer.text(at: resetPath).flatMap({ TimeText.time(in: $0) }) else { throw lacking("a time") }
        let limit = limitPath.isEmpty ? remaining : try number(at: limitPath, in: answer)
        return QuotaState(remaining: remaining, reset: reset, limit: limit)
    }

    private func number(at path: [String], in answer: Value) throws -> Int {
        guard let text = answer.text(at: path), let number = BackoffNumber.number(.string(text)), abs(number) < 1e15
        else {
            throw lacking("a number")
        }
        return Int(number)
    }

    private func lacking(_ kind: String) -> AppError {
        .source(
            .declarativeRefused,
            "the answer about the tokens' quotas has not \(kind) where the manifest says for the quota \(name)",
            recovery: .fixConfig)
    }

    /// What the head of an answer says of the token that was used; nil where it says nothing.
    func report(in head: ResponseHead) -> QuotaReport? {
        func number(_ header: String?) -> Int? { header.flatMap { head.first($0) }.flatMap { Int($0) } }
        let isRefusal = spentStatuses.contains(head.status)
        let report = QuotaReport(
            remaining: number(remainingHeader) ?? (isRefusal ? 0 : nil),
            reset: resetHeader.flatMap { head.first($0) }.flatMap { TimeText.time(in: $0) },
            limit: number(limitHeader), isRefusal: isRefusal)
        return report.remaining == nil && report.reset == nil && report.limit == nil ? nil : report
    }
}

/// What an answer says of a quota.
struct QuotaReport: Sendable {
    var remaining: Int?
    var reset: DateTime?
    var limit: Int?
    /// Whether the answer's status means that the quota is used up.
    var isRefusal = false
}

/// What is known of one quota of one token.
struct QuotaState: Sendable {
    var remaining: Int
    var reset: DateTime
    var limit: Int
    /// False where the source counts nothing.
    var isTracked = true

    /// Whether nothing is left until the reset.
    var isSpent: Bool { isTracked && remaining <= 0 }

    /// So much later may the known reset be than the one of an answer that still counts for the same window.
    private static let skew = 60_000_000

    /// Takes over what an answer says. In a window that is known the number only falls, since answers come in any order; what
    /// belongs to a window that is over doesn't count, but for a refusal.
    mutating func learn(_ report: QuotaReport) {
        guard isTracked else { return }
        let ahead = report.reset.map { $0.unixMicroseconds - reset.unixMicroseconds }
        if let limit = report.limit, limit > 0, ahead ?? 0 >= 0 { self.limit = limit }
        if let next = report.reset, ahead ?? 0 > 0 {
            reset = next
            remaining = report.remaining ?? limit
        } else if let left = report.remaining, left <= 0 && report.isRefusal || ahead ?? 0 >= -Self.skew {
            remaining = min(remaining, left)
        }
    }
}
