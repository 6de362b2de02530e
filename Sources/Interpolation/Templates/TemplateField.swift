public import Domain
import Synchronization

/// A string field of a manifest that is evaluated for each record: a template whose default is itself.
///
/// Where the first evaluation gives the template's own text, as it does for plain text and after an operation on the
/// wrong types, the field is that text from then on and isn't evaluated again.
public final class TemplateField: Sendable {
    /// The field's template.
    public let template: Template
    private let state = Atomic<UInt8>(State.unknown)

    private enum State {
        static let unknown: UInt8 = 0
        static let plain: UInt8 = 1
        static let evaluated: UInt8 = 2
    }

    /// Makes a field of a template.
    public init(_ template: Template) { self.template = template }

    /// The field's value; see ``Template/value(in:types:default:)``. Throws `template.*`.
    public func value(in context: Context, types: ValueTypes? = nil) throws(AppError) -> Value {
        let before = state.load(ordering: .relaxed)
        if before == State.plain { return .string(template.source) }
        let value = try template.value(in: context, types: types, default: template)
        if before == State.unknown {
            let isPlain = value == .string(template.source)
            _ = state.compareExchange(
                expected: State.unknown, desired: isPlain ? State.plain : State.evaluated, ordering: .relaxed)
        }
        return value
    }
}
