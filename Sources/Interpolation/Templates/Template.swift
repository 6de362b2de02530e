public import Domain

/// A text with `{{ expressions }}` and `{% statements %}`, compiled once and evaluated many times.
///
/// Compiling never fails: what is wrong with the text is thrown by each evaluation, since a manifest whose broken
/// template is never used is fine. ``fault`` says it beforehand.
///
/// Whatever the text says, an evaluation takes a bounded number of steps, bytes and levels; beyond them it throws
/// `template.too_costly`.
public struct Template: Sendable {
    /// The text as it was written.
    public let source: String
    /// What is wrong with the text (`template.invalid`, `template.too_costly`); nil if it can be evaluated.
    public let fault: AppError?
    private let code: Code

    /// What is done at an evaluation.
    private enum Code: Sendable {
        /// The text is always the same.
        case text(String, literal: Value?)
        /// One expression is all there is.
        case expression(Expression)
        case statements([Statement])
        case failing(Fault)
    }

    /// Names that must be there, whether or not they come to be used.
    private let slots: [Context.Name]
    private let extras: [String]

    /// Compiles a text.
    public init(_ source: String) {
        self.source = source
        do throws(Fault) {
            guard !source.contains("stream_state") else {
                throw Fault(.undeclared, "'stream_state' is no longer there, use 'stream_interval'")
            }
            let (body, names) = try Parser.parse(source)
            code = try Self.code(of: body)
            slots = names.slots.sorted { $0.rawValue < $1.rawValue }
            extras = names.extras.sorted()
            fault = nil
        } catch {
            code = .failing(error)
            (slots, extras) = ([], [])
            fault = error.appError
        }
    }

    private static func code(of body: [Statement]) throws(Fault) -> Code {
        if case .output(let expression)? = body.first, body.count == 1 { return .expression(expression) }
        var text = ""
        for statement in body {
            guard case .text(let plain) = statement else { return .statements(body) }
            text += plain
        }
        var budget = Budget()
        return .text(text, literal: try LiteralReader.value(of: text, &budget))
    }

    /// Whether the value is the same whatever the context: the text has no expressions and no statements.
    public var isConstant: Bool { if case .text = code { true } else { false } }

    /// The names of the top level that must be in a context: each use of the template throws `template.undeclared`
    /// where one isn't.
    public var names: [String] { slots.map(\.word) + extras }

    /// The text that the template renders to, before a literal is looked for in it. Throws `template.*`; an undefined
    /// value that is used makes it throw too.
    public func text(in context: Context) throws(AppError) -> String {
        do throws(Fault) {
            var evaluation = Evaluation(context)
            return try result(&evaluation).text(&evaluation.budget)
        } catch {
            throw error.appError
        }
    }

    /// The template's value: the literal (number, string in quotes, list, dictionary, tuple, `True`, `False`, `None`)
    /// that the rendered text is, else the text itself. With `types` only a literal of one of these counts.
    ///
    /// Where the text is empty, or an undefined value was used, the value is `default`, a template too; without one it
    /// is `None`. Throws `template.*`.
    public func value(
        in context: Context, types: ValueTypes? = nil, default standard: Template? = nil
    ) throws(AppError) -> Value {
        do throws(Fault) {
            if let value = try literal(in: context, types) { return value }
            guard let standard else { return .none }
            guard let value = try standard.literal(in: context, types, isStandard: true) else { return "" }
            return value
        } catch {
            throw error.appError
        }
    }

    /// The value with the template itself as default: an empty text is the value "", and an undefined value that is
    /// used throws. This is how most of a manifest's fields are evaluated.
    public func string(in context: Context) throws(AppError) -> Value { try value(in: context, default: self) }

    /// Whether the value counts as true: it isn't one of `False`, `None`, 0, "", "0", "0.0", "False", "false" or empty.
    /// An undefined value that is used makes it false. Throws `template.*`.
    public func isTrue(in context: Context) throws(AppError) -> Bool {
        do throws(Fault) {
            return try literal(in: context, nil)?.isCondition ?? false
        } catch {
            throw error.appError
        }
    }
}

// MARK: Evaluating

extension Template {
    /// The value of the text; nil where it is empty or an undefined value was used, which a standard value throws on.
    private func literal(
        in context: Context, _ types: ValueTypes?, isStandard: Bool = false
    ) throws(Fault) -> Value? {
        if case .text(let text, let literal) = code { return text.isEmpty ? nil : Self.chosen(literal, text, types) }
        var evaluation = Evaluation(context)
        let result: Value
        do throws(Fault) {
            result = try self.result(&evaluation)
        } catch {
            guard error.kind == .undefined, !isStandard else { throw error }
            return nil
        }
        return try Self.literal(of: result, types, &evaluation.budget)
    }

    /// What is rendered: a text, or the one expression's value, which stands for its text.
    private func result(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        try checkNames(in: evaluation.context)
        do throws(Fault) {
            switch code {
            case .text(let text, _): return .string(text)
            case .expression(let expression): return try evaluation.evaluate(expression).printable(&evaluation.budget)
            case .statements(let statements):
                var text = ""
                try evaluation.render(statements, to: &text)
                guard text.utf8.count <= Budget.outputBytes else { throw Fault.tooLarge }
                return .string(text)
            case .failing(let fault): throw fault
            }
        } catch {
            // An operation on the wrong types leaves the template's own text.
            guard error.kind == .type else { throw error }
            return .string(source)
        }
    }

    private func checkNames(in context: Context) throws(Fault) {
        for slot in slots where context[slot] == nil && context.extras[slot.word] == nil {
            throw Fault(.undeclared, "there is no '\(slot.word)' here")
        }
        for name in extras where context.extras[name] == nil {
            throw Fault(.undeclared, "there is no '\(name)' here")
        }
    }

    /// The literal that a result's text is, without making the text where the answer is plain.
    private static func literal(
        of result: Value, _ types: ValueTypes?, _ budget: inout Budget
    ) throws(Fault) -> Value? {
        let text: String
        switch result {
        case .string(let string): text = string
        case .none, .bool, .int:
            if types.map({ $0.contains(typeOf: result) }) ?? true { return result }
            return .string(try result.text(&budget))
        case .list, .tuple, .mapping:
            // What prints as the literal that it is needn't be printed and read.
            if types.map({ $0.contains(typeOf: result) }) ?? true, try result.isLiteral(&budget) { return result }
            text = try result.text(&budget)
        default: text = try result.text(&budget)
        }
        guard text.utf8.count <= Budget.outputBytes else { throw .tooLarge }
        guard !text.isEmpty else { return nil }
        return chosen(try LiteralReader.value(of: text, &budget), text, types)
    }

    private static func chosen(_ literal: Value?, _ text: String, _ types: ValueTypes?) -> Value {
        guard let literal, types.map({ $0.contains(typeOf: literal) }) ?? true else { return .string(text) }
        return literal
    }
}

extension Value {
    /// Undefined values print as nothing.
    fileprivate func printable(_ budget: inout Budget) throws(Fault) -> Value {
        guard undefined != nil else { return self }
        return .string("")
    }

    /// Whether Python's literals can say it. Everything in it is counted, since parts may be shared and so be many more
    /// than were made.
    fileprivate func isLiteral(_ budget: inout Budget, level: Int = 0) throws(Fault) -> Bool {
        switch self {
        case .none, .bool, .int: return true
        case .float(let number): return number.isFinite
        case .string(let text):
            try budget.take(bytes: text.utf8.count)
            return true
        case .list(let elements), .tuple(let elements):
            try budget.step(elements.count)
            guard level < Parser.mostDepth else { return false }
            for element in elements { guard try element.isLiteral(&budget, level: level + 1) else { return false } }
            return true
        case .mapping(let mapping):
            try budget.step(mapping.count)
            guard level < Parser.mostDepth else { return false }
            for entry in mapping.entries {
                guard try entry.key.isLiteral(&budget, level: level + 1),
                    try entry.value.isLiteral(&budget, level: level + 1)
                else { return false }
            }
            return true
        default: return false
        }
    }

    /// Whether it counts as true where a manifest has a condition.
    public var isCondition: Bool {
        switch self {
        case .string(let text): !["False", "false", "{}", "[]", "()", "", "0", "0.0", "set()"].contains(text)
        case .list(let elements), .tuple(let elements): !elements.isEmpty
        case .mapping(let mapping): !mapping.isEmpty
        case .none: false
        default: Number(self).map { $0.double != 0 } ?? true
        }
    }
}
