import Interpolation

extension FieldPath {
    /// Removes all that the path leads to. In a list only the last element goes; before it, None takes the place.
    func remove(from root: inout Value) {
        if let literalNames, literalNames.count == 1, case .mapping(var mapping) = root {
            root = .none
            mapping.remove(.string(literalNames[0]))
            root = .mapping(mapping)
            return
        }
        var paths: [[FieldStep]] = []
        walk(root) { path, _ in paths.append(path) }
        for path in paths { Self.remove(path[...], from: &root) }
    }

    /// Puts `value` in every place that the path leads to; false where there is none.
    func replace(with value: Value, in root: inout Value) -> Bool {
        var paths: [[FieldStep]] = []
        walk(root) { path, _ in paths.append(path) }
        for path in paths { Self.replace(path[...], with: value, in: &root) }
        return !paths.isEmpty
    }

    private static func replace(_ path: ArraySlice<FieldStep>, with value: Value, in node: inout Value) {
        switch (node, path.first) {
        case (_, nil): node = value
        case (.mapping(var mapping), .key(let key)):
            guard var child = mapping[key] else { return }
            replace(path.dropFirst(), with: value, in: &child)
            mapping[key] = child
            node = .mapping(mapping)
        case (.list(var elements), .index(let index, _)):
            guard index < elements.count else { return }
            replace(path.dropFirst(), with: value, in: &elements[index])
            node = .list(elements)
        default: return
        }
    }

    /// Removes every scalar of which `condition` is true, wherever it is.
    static func removeScalars(from root: inout Value, where condition: (Value) throws -> Bool) throws {
        var leaves: [([FieldStep], Value)] = []
        walkAll(root, []) { path, value in
            if value.isScalar { leaves.append((path, value)) }
        }
        for (path, value) in leaves where try condition(value) { remove(path[...], from: &root) }
    }

    private static func remove(_ path: ArraySlice<FieldStep>, from node: inout Value) {
        guard let step = path.first else { return }
        switch (node, step) {
        case (.mapping(var mapping), .key(let key)):
            guard var child = mapping[key] else { return }
            node = .none
            if path.count == 1 {
                mapping.remove(key)
            } else {
                mapping[key] = Value.none
                remove(path.dropFirst(), from: &child)
                mapping[key] = child
            }
            node = .mapping(mapping)
        case (.list(var elements), .index(let index, _)):
            guard index < elements.count else { return }
            node = .none
            if path.count > 1 {
                remove(path.dropFirst(), from: &elements[index])
            } else if index == elements.count - 1 {
                elements.removeLast()
            } else {
                elements[index] = .none
            }
            node = .list(elements)
        default: return
        }
    }

    /// Puts `value` where `names` lead to. Objects are made on the way, lists where the next name is all digits; a list
    /// grows to the place that is wanted. Throws ``FieldPathError/blocked``.
    static func set(_ value: Value, at names: ArraySlice<String>, in node: inout Value) throws(FieldPathError) {
        guard let name = names.first else { return }
        let rest = names.dropFirst()
        switch node {
        case .mapping(var mapping):
            node = .none
            defer { node = .mapping(mapping) }
            guard !rest.isEmpty else { return mapping[name] = value }
            var child = mapping[name] ?? empty(for: rest)
            mapping[name] = Value.none
            defer { mapping[name] = child }
            try set(value, at: rest, in: &child)
        case .list(var elements):
            guard name.isDecimal, let index = Int(name), index < 100_000 else { throw .blocked }
            node = .none
            defer { node = .list(elements) }
            let isNew = index >= elements.count
            while elements.count <= index { elements.append(.none) }
            guard !rest.isEmpty else { return elements[index] = value }
            if isNew { elements[index] = empty(for: rest) }
            try set(value, at: rest, in: &elements[index])
        default: throw .blocked
        }
    }

    private static func empty(for rest: ArraySlice<String>) -> Value {
        rest.first?.isDecimal == true ? .list([]) : .mapping(Mapping())
    }
}

extension Value {
    /// Whether this is neither a mapping nor a list.
    var isScalar: Bool { elements == nil && mapping == nil }
}

extension String {
    /// Whether it is one or more digits.
    var isDecimal: Bool { !isEmpty && utf8.allSatisfy { (0x30...0x39).contains($0) } }
}
