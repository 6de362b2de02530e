public import Domain

/// A tree of lists and dictionaries whose strings are templates, keys too: the body of a request.
public struct TemplateTree: Sendable {
    private indirect enum Node: Sendable {
        case constant(Value)
        case template(Template)
        case list([Node])
        case mapping([(key: Node, value: Node)])
    }

    private let root: Node

    /// Compiles a tree.
    public init(_ value: Value) { root = Self.node(value) }

    private static func node(_ value: Value) -> Node {
        switch value {
        case .string(let text): return .template(Template(text))
        case .list(let elements): return .list(elements.map(node))
        case .mapping(let mapping): return .mapping(mapping.entries.map { (node($0.key), node($0.value)) })
        default: return .constant(value)
        }
    }

    /// The tree with each string's value, from which members of dictionaries that are `None` are left out. Throws
    /// `template.*`.
    public func value(in context: Context) throws(AppError) -> Value { try Self.value(of: root, context) }

    private static func value(of node: Node, _ context: Context) throws(AppError) -> Value {
        switch node {
        case .constant(let value): return value
        case .template(let template): return try template.value(in: context)
        case .list(let nodes):
            var elements: [Value] = []
            for node in nodes { elements.append(try value(of: node, context)) }
            return .list(elements)
        case .mapping(let nodes):
            var mapping = Mapping()
            for node in nodes {
                let key = try value(of: node.key, context)
                guard key.isHashable else { throw Fault(.type, "a \(key.typeName) can't be a key").appError }
                mapping[key] = try value(of: node.value, context)
            }
            for entry in mapping where entry.value.isNone { mapping.remove(entry.key) }
            return .mapping(mapping)
        }
    }
}

/// A dictionary whose keys and values are templates where they are strings: the parameters or headers of a request.
public struct TemplateMapping: Sendable {
    private let entries: [(key: Template, template: Template?, value: Value)]

    /// Compiles a dictionary; keys that aren't strings are taken as they print.
    public init(_ mapping: Mapping) {
        entries = mapping.entries.map { entry in
            (Template(entry.key.text), entry.value.string.map { Template($0) }, entry.value)
        }
    }

    /// Whether there is no entry.
    public var isEmpty: Bool { entries.isEmpty }

    /// The dictionary with each value, in which `types` says which literals count (nil: all). Keys are always strings,
    /// or `None` where their text is empty. Values that came out empty or undefined are `None`. Throws `template.*`.
    public func value(in context: Context, types: ValueTypes? = nil) throws(AppError) -> Mapping {
        var mapping = Mapping()
        for entry in entries {
            let key = try entry.key.value(in: context, types: .string)
            mapping[key] = try entry.template?.value(in: context, types: types) ?? entry.value
        }
        return mapping
    }
}
