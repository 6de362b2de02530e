import ConnectorAPI
import Domain
import Interpolation

/// Says how long to wait before a request is tried again.
protocol BackoffStrategy: Sendable {
    /// Seconds; nil or 0 = the next strategy is asked. Throws where the wait would be longer than allowed.
    ///
    /// - Parameter attempt: How many times the request was sent.
    func seconds(after outcome: Outcome, attempt: Int) throws -> Double?
}

/// A `ConstantBackoffStrategy`, or an `ExponentialBackoffStrategy` whose wait doubles with each attempt.
struct CalculatedBackoff: BackoffStrategy {
    let seconds: Template
    let doubles: Bool
    let context: Context

    func seconds(after outcome: Outcome, attempt: Int) throws -> Double? {
        guard let base = BackoffNumber.number(try seconds.string(in: context)) else {
            throw RequestBuilding.invalid("the time to wait before another try isn't a number")
        }
        return doubles ? base * Double(1 << min(attempt, 30)) : base
    }
}

/// A `WaitTimeFromHeader`: the header says how many seconds; or a `WaitUntilTimeFromHeader`: it says until when.
struct HeaderBackoff: BackoffStrategy {
    let header: Template
    let pattern: Template?
    /// Whether the header is a time, in seconds since 1970, rather than a length.
    let isTime: Bool
    let atLeast: Template?
    let atMost: Template?
    let context: Context
    let now: @Sendable () -> DateTime

    func seconds(after outcome: Outcome, attempt: Int) throws -> Double? {
        let value = try outcome.response.flatMap { try number(in: $0) }
        guard isTime else { return try value.flatMap { $0 == 0 ? $0 : try bounded($0) } }
        let minimum = try atLeast.flatMap { BackoffNumber.number(try $0.string(in: context)) }
        guard let value, value != 0 else { return try minimum.map { try bounded($0) } }
        let wait = value - now().unixSeconds
        if let minimum, minimum != 0 { return try bounded(max(wait, minimum)) }
        return wait < 0 ? nil : try bounded(wait)
    }

    private func number(in response: SourceResponse) throws -> Double? {
        guard var text = response.head.first(try header.string(in: context).text) else { return nil }
        if let pattern {
            text = PatternText.prefix(of: text, matching: try pattern.string(in: context).text) ?? text
        }
        return BackoffNumber.number(.string(text))
    }

    private func bounded(_ seconds: Double) throws -> Double {
        guard let atMost, let limit = BackoffNumber.number(try atMost.string(in: context)), seconds >= limit else {
            return seconds
        }
        throw AppError.source(
            .declarativeRateLimited, "the source asks to wait longer than the manifest allows",
            recovery: .waitForSource, retryAfter: .milliseconds(Int64(min(seconds, 1e7) * 1000)))
    }
}

/// A `WaitTimeFromResponse`: a template over body and headers says how many seconds.
struct ResponseBackoff: BackoffStrategy {
    let wait: Template
    let atMost: Template?
    let context: Context

    func seconds(after outcome: Outcome, attempt: Int) throws -> Double? {
        var context = context
        context[.response] = outcome.response?.json ?? [:]
        context[.headers] = outcome.response?.headers ?? [:]
        // An answer of another shape than the expression was written for leaves the wait to the next strategy.
        guard let value = try? wait.string(in: context), let seconds = BackoffNumber.number(value), seconds > 0 else {
            return nil
        }
        if let limit = try atMost.flatMap({ BackoffNumber.number(try $0.string(in: context)) }), seconds >= limit {
            throw AppError.source(
                .declarativeRateLimited, "the source asks to wait longer than the manifest allows",
                recovery: .waitForSource)
        }
        return seconds
    }
}

enum BackoffNumber {
    /// The finite number that a value is or says; nil for anything else.
    static func number(_ value: Value) -> Double? {
        let number: Double? =
            switch value {
            case .int(let number): Double(number)
            case .float(let number): number
            case .string(let text): Double(text.filter { $0 != " " })
            default: nil
            }
        return number.flatMap { $0.isFinite ? $0 : nil }
    }
}

extension ComponentBuilder {
    func backoffStrategy(_ node: ComponentNode) throws -> any BackoffStrategy {
        let context = context(node)
        let now = surroundings.templateSources.now
        switch node.type {
        case "ConstantBackoffStrategy":
            guard let seconds = try node.template("backoff_time_in_seconds") else {
                throw node.invalid("is missing", at: "backoff_time_in_seconds")
            }
            return CalculatedBackoff(seconds: seconds, doubles: false, context: context)
        case "ExponentialBackoffStrategy":
            return CalculatedBackoff(
                seconds: try node.template("factor") ?? Template("5"), doubles: true, context: context)
        case "WaitTimeFromHeader", "WaitUntilTimeFromHeader":
            return HeaderBackoff(
                header: Template(try node.requiredText("header")), pattern: try node.template("regex"),
                isTime: node.type == "WaitUntilTimeFromHeader", atLeast: try node.template("min_wait"),
                atMost: try node.template("max_waiting_time_in_seconds"), context: context, now: now)
        case "WaitTimeFromResponse":
            return ResponseBackoff(
                wait: Template(try node.requiredText("wait_time_in_seconds")),
                atMost: try node.template("max_waiting_time_in_seconds"), context: context)
        default: throw node.unknownType()
        }
    }
}
