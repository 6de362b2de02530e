import Interpolation

/// A text, or a mapping whose keys and values may be templates: what a request's parts are written as in a manifest.
enum RenderedInput: Sendable {
    case constant(Value)
    case template(Template)
    case list([RenderedInput])
    case mapping([(key: Template, value: RenderedInput)])

    /// Compiles what a manifest has. Templates are looked for in texts at any depth where `isNested`, else in the texts of
    /// the outermost mapping only.
    init(_ value: Value, isNested: Bool, depth: Int = 0) {
        switch value {
        case .string(let text): self = .template(Template(text))
        case .mapping(let mapping) where isNested || depth == 0:
            self = .mapping(
                mapping.map { (Template($0.key.text), RenderedInput($0.value, isNested: isNested, depth: depth + 1)) })
        case .list(let elements) where isNested:
            self = .list(elements.map { RenderedInput($0, isNested: true, depth: depth + 1) })
        default: self = .constant(value)
        }
    }

    /// The value in a context. Entries of a mapping that come to `None` are left out.
    ///
    /// - Parameter types: Which literals count in values; a key is always a text.
    func value(in context: Context, types: ValueTypes? = nil) throws -> Value {
        switch self {
        case .constant(let value): return value
        case .template(let template): return try template.value(in: context, types: types)
        case .list(let elements): return .list(try elements.map { try $0.value(in: context) })
        case .mapping(let entries):
            var result = Mapping()
            result.reserveCapacity(entries.count)
            for entry in entries {
                let value = try entry.value.value(in: context, types: types)
                let key = try entry.key.value(in: context, types: .string)
                if !value.isNone { result[key] = value }
            }
            return .mapping(result)
        }
    }
}
