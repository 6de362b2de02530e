/// Which names are variables of the template, and which must come from the context.
struct NameScopes {
    typealias Bound = Set<String>

    /// Names of the context that the template uses anywhere, also where it never comes to be evaluated.
    private(set) var slots: Set<Context.Name> = []
    /// Names that are neither slots nor the language's.
    private(set) var extras: Set<String> = []
    /// Names that are surely bound here, with those of the scopes around.
    private var current: Bound = []
    private var outer: [Bound] = []
    /// Names that are bound anywhere: they are looked up among the variables first.
    private var everBound: Bound = []

    mutating func open(binding names: [String]) {
        outer.append(current)
        names.forEach { bind($0) }
    }

    mutating func close() { current = outer.popLast() ?? [] }

    mutating func bind(_ name: String) {
        current.insert(name)
        everBound.insert(name)
    }

    /// What is bound before, in all and in any of the ways that a statement may take.
    struct Branches {
        fileprivate let before: Bound
        fileprivate var all: Bound?
        fileprivate var any: Bound = []
    }

    var branches: Branches { Branches(before: current) }

    mutating func end(_ branches: inout Branches) {
        branches.all = branches.all.map { $0.intersection(current) } ?? current
        branches.any.formUnion(current)
        current = branches.before
    }

    /// A name that is bound in some ways only must come from the context in the others, whether or not it's used there.
    mutating func join(_ branches: Branches, isOneTaken: Bool) {
        let sure = isOneTaken ? branches.all ?? branches.before : branches.before
        branches.any.subtracting(sure).sorted().forEach { require($0) }
        current = sure
    }

    /// The expression that a name is here.
    mutating func reference(_ name: String) -> Expression {
        if !current.contains(name) { require(name) }
        if everBound.contains(name) { return .name(name) }
        if let slot = Context.Name(word: name) { return .slot(slot) }
        if let function = Function.named(name) { return .global(function) }
        return .name(name)
    }

    private mutating func require(_ name: String) {
        if let slot = Context.Name(word: name) {
            slots.insert(slot)
        } else if Function.named(name) == nil {
            extras.insert(name)
        }
    }
}
