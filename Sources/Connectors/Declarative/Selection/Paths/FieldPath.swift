import Interpolation

/// A path into a value: names, patterns and places in lists.
///
/// A step is a place in a list where it reads as an integer (negative ones count from the end). `**` is any number of
/// steps.
struct FieldPath: Sendable {
    /// One step.
    enum Step: Sendable {
        case name(FieldGlob)
        /// A number that a template gave: a place in a list, never a member.
        case place(Int)
        /// Another value that a template gave; it leads nowhere.
        case nowhere
        /// `**`.
        case anyDepth
    }

    let steps: [Step]
    /// The names of a path that leads through objects to one place at most; nil for every other.
    let literalNames: [String]?
    /// Whether a step is `*` alone, and all that matches is wanted rather than one value.
    let hasStar: Bool

    /// A path of names as they stand.
    init(names: [String]) { self.init(values: names.map { .string($0) }) }

    /// A path of steps that templates gave.
    init(values: [Value]) {
        steps = values.map { value in
            switch value {
            case .string("**"): .anyDepth
            case .string(let text): .name(FieldGlob(text))
            case .int(let place): .place(place)
            case .bool(let flag): .place(flag ? 1 : 0)
            default: .nowhere
            }
        }
        hasStar = values.contains(.string("*"))
        let names = values.compactMap(\.string)
        literalNames = names.count == values.count && names.allSatisfy { FieldGlob($0).isLiteral } ? names : nil
    }

    /// A path written as one text, its steps between slashes: `data/id`.
    init(slashed text: String) {
        let inside = text.drop { $0 == "/" }
        self.init(
            names: text == "/" || text.isEmpty
                ? [] : inside.split(separator: "/", omittingEmptySubsequences: false).map(String.init))
    }

    /// The one value that the path leads to; nil if there is none. Throws ``FieldPathError/severalMatches``.
    func value(in root: Value) throws(FieldPathError) -> Value? {
        if let literalNames { return Self.value(in: root, literalNames[...]) }
        if steps.isEmpty { return root }
        let found = values(in: root)
        guard found.count <= 1 else { throw .severalMatches }
        return found.first
    }

    /// Every value that the path leads to: those of fewer steps first.
    func values(in root: Value) -> [Value] {
        var found: [Value] = []
        walk(root) { _, value in found.append(value) }
        return found
    }

    private static func value(in root: Value, _ names: ArraySlice<String>) -> Value? {
        var value = root
        for name in names {
            switch value {
            case .list(let elements), .tuple(let elements):
                guard let place = Int(python: name), let index = index(place, count: elements.count) else {
                    return nil
                }
                value = elements[index]
            default:
                guard let next = value[name] else { return nil }
                value = next
            }
        }
        return value
    }

    /// Where a place is in a list of `count`; nil outside it.
    static func index(_ place: Int, count: Int) -> Int? {
        let index = place < 0 ? place + count : place
        return (0..<count).contains(index) ? index : nil
    }
}

/// What is wrong with a value for a path.
enum FieldPathError: Error {
    /// A path to one value leads to several.
    case severalMatches
    /// A path goes on where there is neither an object nor a list.
    case blocked
}

// MARK: Walking

/// One step that was taken.
enum FieldStep: Sendable, Hashable {
    case key(Value)
    case index(Int, count: Int)
}

extension FieldPath {
    /// Visits every place that the path leads to: the members of a value, then what is inside each.
    func walk(_ root: Value, _ visit: ([FieldStep], Value) -> Void) {
        guard !steps.contains(where: { if case .anyDepth = $0 { true } else { false } }) else {
            return Self.walkAll(root, []) { path, value in
                if matches(path) { visit(path, value) }
            }
        }
        walk(root, [], visit)
    }

    /// Goes one level at a time along steps of known depth.
    private func walk(_ value: Value, _ path: [FieldStep], _ visit: ([FieldStep], Value) -> Void) {
        guard path.count < steps.count else { return }
        let step = steps[path.count]
        for (taken, child) in Self.children(of: value) where Self.matches(taken, step) {
            if path.count + 1 == steps.count {
                visit(path + [taken], child)
            } else {
                walk(child, path + [taken], visit)
            }
        }
    }

    /// Visits every place of a value: its members, then what is inside each.
    static func walkAll(_ value: Value, _ path: [FieldStep], _ visit: ([FieldStep], Value) -> Void) {
        let children = children(of: value)
        for (step, child) in children { visit(path + [step], child) }
        for (step, child) in children { walkAll(child, path + [step], visit) }
    }

    private static func children(of value: Value) -> [(FieldStep, Value)] {
        switch value {
        case .list(let elements), .tuple(let elements):
            elements.enumerated().map { (.index($0, count: elements.count), $1) }
        default: (value.mapping?.entries ?? []).map { (.key($0.key), $0.value) }
        }
    }

    private static func matches(_ taken: FieldStep, _ step: Step) -> Bool {
        switch (taken, step) {
        case (.key(.string(let key)), .name(let glob)): glob.matches(key)
        case (.index(let index, let count), .name(let glob)):
            Int(python: glob.text).map { Self.index($0, count: count) == index } ?? glob.matches(String(index))
        case (.index(let index, let count), .place(let place)): Self.index(place, count: count) == index
        case (_, .anyDepth): true
        default: false
        }
    }

    private func matches(_ path: [FieldStep]) -> Bool {
        var wanted = steps
        if let place = wanted.firstIndex(where: { if case .anyDepth = $0 { true } else { false } }) {
            guard path.count >= steps.count - 1 else { return false }
            wanted.replaceSubrange(
                place...place, with: [Step](repeating: .anyDepth, count: path.count - steps.count + 1))
        }
        return wanted.count == path.count && zip(path, wanted).allSatisfy { Self.matches($0, $1) }
    }
}

extension Int {
    /// The integer that a text says in Python: digits with single underscores between them, a sign, white space around.
    init?(python text: String) {
        let trimmed = text.drop { $0.isWhitespace }
        var digits = Substring(trimmed)
        while digits.last?.isWhitespace == true { digits.removeLast() }
        guard !digits.hasPrefix("_"), !digits.hasSuffix("_"), !digits.contains("__"), !digits.hasPrefix("+_"),
            !digits.hasPrefix("-_")
        else { return nil }
        self.init(digits.filter { $0 != "_" })
    }
}
