import ConnectorAPI
import Domain
import HTTPFetch
import Interpolation
import Synchronization

/// An `HTTPAPIBudget`: how many requests may be sent, and when; the first policy that a request matches counts.
final class CallBudget: Sendable {
    private let policies: [CallPolicy]
    private let limitStatuses: Set<Int>
    private let remainingHeader: String
    private let resetHeader: String
    private let states: Mutex<[CallPolicy.State]>
    private let clock: MonotonicClock
    private let now: @Sendable () -> DateTime

    /// A budget without limits where there is no node.
    init(_ node: ComponentNode?, config: Mapping, surroundings: RunSurroundings) throws {
        clock = surroundings.clock
        now = surroundings.templateSources.now
        let context = Context(
            config: .mapping(config), parameters: .mapping(node?.parameters ?? [:]),
            sources: surroundings.templateSources)
        policies = try node?.children("policies").map { try CallPolicy($0, context: context) } ?? []
        let statuses = try node?.list("status_codes_for_ratelimit_hit")?.compactMap(\.int)
        limitStatuses = Set(statuses ?? [429])
        remainingHeader = try node?.text("ratelimit_remaining_header") ?? "ratelimit-remaining"
        resetHeader = try node?.text("ratelimit_reset_header") ?? "ratelimit-reset"
        states = Mutex(policies.map { _ in CallPolicy.State() })
    }

    /// Waits until the request may be sent, and counts it.
    func take(_ request: HTTPRequest) async throws {
        guard let place = policies.firstIndex(where: { $0.matches(request) }) else { return }
        let time = clock.now()
        let wait = states.withLock { policies[place].take(request, at: time, &$0[place]) }
        guard let wait else { return }
        try await clock.sleep(wait)
    }

    /// Takes note of what the source says about what is left.
    func learn(from head: ResponseHead, to request: HTTPRequest) {
        guard let place = policies.firstIndex(where: { $0.matches(request) }) else { return }
        var left = head.first(remainingHeader).flatMap { Int($0) }
        if limitStatuses.contains(head.status) { left = 0 }
        let time = clock.now()
        let reset = head.first(resetHeader).flatMap { BackoffNumber.number(.string($0)) }.map { epoch in
            // A source may write any number.
            time + .milliseconds(Int64(min(max(epoch - now().unixSeconds, -1e10), 1e10) * 1000))
        }
        states.withLock { policies[place].learn(left: left, reset: reset, at: time, &$0[place]) }
    }
}

/// One policy of a budget.
struct CallPolicy: Sendable {
    struct Rate: Sendable {
        let limit: Int
        let interval: Duration
    }

    private enum Kind: Sendable {
        case fixedWindow(Rate)
        case movingWindow([Rate])
        case unlimited
    }

    struct State: Sendable {
        /// When the calls that still count were made.
        var calls: [Duration] = []
        var windowEnd: Duration?
        var used = 0
    }

    private let kind: Kind
    private let matchers: [CallMatcher]

    init(_ node: ComponentNode, context: Context) throws {
        func limit(_ node: ComponentNode, _ field: String) throws -> Int {
            let text = try node.template(field)?.string(in: context)
            guard let number = text?.int ?? text?.string.flatMap({ Int($0) }), number > 0 else {
                throw node.invalid("must come to a positive integer", at: field)
            }
            return number
        }
        func interval(_ node: ComponentNode, _ field: String) throws -> Duration {
            let text = try node.template(field)?.string(in: context).text
            guard let text, let span = TimeText.span(in: text) else {
                throw node.invalid("must be an ISO 8601 duration", at: field)
            }
            return .microseconds(span.microseconds + span.months * 30 * 86_400_000_000)
        }
        switch node.type {
        case "FixedWindowCallRatePolicy":
            kind = .fixedWindow(Rate(limit: try limit(node, "call_limit"), interval: try interval(node, "period")))
        case "MovingWindowCallRatePolicy":
            kind = .movingWindow(
                try node.children("rates").map {
                    Rate(limit: try limit($0, "limit"), interval: try interval($0, "interval"))
                })
        case "UnlimitedCallRatePolicy": kind = .unlimited
        default: throw node.unknownType()
        }
        matchers = try node.children("matchers").map { try CallMatcher($0) }
    }

    func matches(_ request: HTTPRequest) -> Bool {
        matchers.isEmpty || matchers.contains { $0.matches(request) }
    }

    /// Counts a request; how long to wait before it is sent, nil = not at all.
    func take(_ request: HTTPRequest, at time: Duration, _ state: inout State) -> Duration? {
        let weight = matchers.first { $0.matches(request) }?.weight ?? 1
        switch kind {
        case .unlimited: return nil
        case .fixedWindow(let rate):
            let end = state.windowEnd ?? time + rate.interval
            state.windowEnd = end
            if time > end { begin(&state, at: time, rate) }
            if state.used + weight <= rate.limit {
                state.used += weight
                return nil
            }
            let wait = (state.windowEnd ?? end) - time
            begin(&state, at: max(state.windowEnd ?? end, time), rate)
            state.used = weight
            return wait
        case .movingWindow(let rates):
            let longest = rates.map(\.interval).max() ?? .zero
            state.calls.removeAll { $0 <= time - longest }
            var start = time
            for rate in rates {
                let recent = state.calls.filter { $0 > time - rate.interval }
                let over = recent.count + weight - rate.limit
                if over > 0, recent.count >= over { start = max(start, recent[over - 1] + rate.interval) }
            }
            state.calls += Array(repeating: start, count: weight)
            return start > time ? start - time : nil
        }
    }

    private func begin(_ state: inout State, at time: Duration, _ rate: Rate) {
        state.used = 0
        state.windowEnd = time + rate.interval
    }

    /// Adjusts to what the source says: fewer calls than were thought to be left, another end of the window.
    func learn(left: Int?, reset: Duration?, at time: Duration, _ state: inout State) {
        switch kind {
        case .unlimited: break
        case .fixedWindow(let rate):
            if let left, left < rate.limit - state.used { state.used = rate.limit - left }
            if let reset { state.windowEnd = reset }
        case .movingWindow(let rates):
            guard left == 0, reset == nil else { return }
            let free = rates.map { rate in rate.limit - state.calls.count { $0 > time - rate.interval } }.min() ?? 0
            if free > 0 { state.calls += Array(repeating: time, count: free) }
        }
    }
}

/// An `HttpRequestRegexMatcher`: which requests a policy is for.
struct CallMatcher: Hashable, Sendable {
    private let method: String?
    private let base: String?
    private let path: String?
    private let parameters: [[String]]
    private let headers: [HTTPField]
    let weight: Int?

    init(_ node: ComponentNode) throws {
        method = try node.text("method")?.uppercased()
        base = try node.text("url_base").map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        path = try node.text("url_path_pattern")
        parameters = try node.child("params")?.fields.map { [$0.key.text, $0.value.text] } ?? []
        headers = try node.child("headers")?.fields.map { HTTPField($0.key.text.lowercased(), $0.value.text) } ?? []
        weight = try node.integer("weight")
    }

    func matches(_ request: HTTPRequest) -> Bool {
        if let method, method != request.method { return false }
        let target = request.url.prefix { $0 != "?" }
        let origin = URLReference.origin(of: request.url)
        if let base, base.lowercased() != origin { return false }
        if let path {
            let text = String(target.dropFirst(origin.count))
            guard PatternText.occurs(path, in: text.hasSuffix("/") ? String(text.dropLast()) : text) else {
                return false
            }
        }
        let query = request.url.dropFirst(target.count + 1).split(separator: "&").map { pair in
            pair.split(separator: "=", maxSplits: 1).map { PercentText.plain($0) }
        }
        guard parameters.allSatisfy({ wanted in query.contains(wanted) }) else {
            return false
        }
        return headers.allSatisfy { wanted in
            request.headers.contains { $0.name.lowercased() == wanted.name && $0.value == wanted.value }
        }
    }
}
