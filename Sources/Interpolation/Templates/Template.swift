public import Domain

/// A text with `{{ expressions }}` and `{% statements %}`, compiled once and evaluated many times.
///
/// Compiling never fails: what is wrong with the text is thrown by each evaluation, since a manifest whose broken
/// template is never used is fine. ``fault`` says it beforehand.
public struct Template: Sendable {
    /// The text as it was written.
    public let source: String
    /// What is wrong with the text (`template.invalid`, `template.too_costly`); nil if it can be evaluated.
    public let fault: AppError?

    /// Compiles a text.
    public init(_ source: String) {
        self.source = source
        fault = nil
    }

    /// Whether the value is the same whatever the context.
    public var isConstant: Bool { !source.contains("{") }

    /// The text that the template renders to, before a literal is looked for in it. Throws `template.*`.
    public func text(in context: Context) throws(AppError) -> String { source }

    /// The template's value: the literal (number, string in quotes, list, dictionary, tuple, `True`, `False`, `None`)
    /// that the rendered text is, else the text itself. With `types` only a literal of one of these counts.
    ///
    /// Where the text is empty, or an undefined value was used, the value is `default`, a template too; without one it
    /// is `None`. Throws `template.*`.
    public func value(
        in context: Context, types: ValueTypes? = nil, default: Template? = nil
    ) throws(AppError) -> Value { .string(source) }

    /// The value with the template itself as default: an empty text is the value "", and an undefined value that is
    /// used throws. This is how most of a manifest's fields are evaluated.
    public func string(in context: Context) throws(AppError) -> Value { try value(in: context, default: self) }

    /// Whether the value counts as true: it isn't one of `False`, `None`, 0, "", "0", "0.0", "False", "false" or empty.
    /// An undefined value that is used makes it false. Throws `template.*`.
    public func isTrue(in context: Context) throws(AppError) -> Bool { false }
}
