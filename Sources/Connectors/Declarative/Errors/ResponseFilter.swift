import Interpolation

/// An `HttpResponseFilter`: which answers it means and what to do about them.
struct ResponseFilter: Sendable {
    private let action: Resolution.Action?
    private let failure: Resolution.Failure?
    private let statuses: Set<Int>
    private let part: String?
    private let predicate: Template?
    private let message: Template?
    private let context: Context
    private let predicateContext: Context

    /// Whether it looks into bodies, of good answers too.
    var readsBodies: Bool { predicate != nil || part != nil }

    init(_ node: ComponentNode, builder: ComponentBuilder) throws {
        action = try node.text("action").map { text in
            guard let action = Resolution.Action(rawValue: text) else {
                throw node.invalid("is no action that is known", at: "action")
            }
            return action
        }
        failure = try node.text("failure_type").map { text in
            guard let failure = Resolution.Failure(rawValue: text) else {
                throw node.invalid("must be config_error, system_error or transient_error", at: "failure_type")
            }
            return failure
        }
        statuses = try node.integers("http_codes")
        part = try node.text("error_message_contains").flatMap { $0.isEmpty ? nil : $0 }
        predicate = try node.template("predicate").flatMap { $0.source.isEmpty ? nil : $0 }
        message = try node.template("error_message").flatMap { $0.source.isEmpty ? nil : $0 }
        context = builder.context(node)
        // A predicate sees no config.
        var predicateContext = context
        predicateContext[.config] = Value.none
        self.predicateContext = predicateContext
    }

    /// What to do where the filter means the outcome; nil where it doesn't.
    func resolution(of outcome: Outcome) throws -> Resolution? {
        guard let action, let response = outcome.response, try matches(response) else { return nil }
        let usual = Resolution.usual(for: outcome)
        let failure = action == .fail ? failure : nil
        return Resolution(
            action: action, failure: failure ?? usual?.failure ?? .system, message: try text(for: response))
    }

    private func matches(_ response: SourceResponse) throws -> Bool {
        if statuses.contains(response.head.status) { return true }
        if let predicate, try predicate.isTrue(in: shown(response, predicateContext)) { return true }
        guard let part, let text = ErrorText.text(of: response) else { return false }
        return text.contains(part)
    }

    private func text(for response: SourceResponse) throws -> String? {
        guard let message else { return nil }
        let text = try message.string(in: shown(response, context)).text
        return text.isEmpty ? nil : text
    }

    private func shown(_ response: SourceResponse, _ context: Context) -> Context {
        var context = context
        context[.response] = response.json
        context[.headers] = response.headers
        context[.requestURL] = .string(String(response.url.prefix { $0 != "?" && $0 != "#" }))
        return context
    }
}

/// The words of an answer that say what went wrong.
enum ErrorText {
    /// In the order in which they are looked for.
    private static let names = [
        "message", "messages", "error", "errors", "failures", "failure", "detail", "err", "error_message", "msg",
        "reason", "status_message",
    ]

    /// What a JSON body says under the usual names, else the body as a text; nil where neither can be.
    static func text(of response: SourceResponse) -> String? {
        guard let value = try? Value(json: response.bytes) else {
            return String(validating: response.bytes, as: UTF8.self)
        }
        return text(in: value)
    }

    private static func text(in value: Value) -> String? {
        switch value {
        case .string(let text): return text
        case .list(let elements): return elements.compactMap { text(in: $0) }.joined(separator: ", ")
        case .mapping(let mapping):
            for name in names {
                if let found = mapping[name], found.isTrue { return text(in: found) }
            }
            return nil
        default: return nil
        }
    }
}
