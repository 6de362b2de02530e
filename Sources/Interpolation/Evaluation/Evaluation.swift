/// One evaluation of a template: its context, its variables and what it may still use.
struct Evaluation {
    let context: Context
    var budget = Budget()
    /// Variables, those of the innermost scope last.
    private var variables: [(name: String, value: Value)] = []
    /// Where the innermost scope begins.
    private var scopeStart = 0
    /// What a method such as `append` made of the value that it was called on.
    var changedReceiver: Value?

    init(_ context: Context) { self.context = context }

    /// What a name stands for: a variable, a slot, another name of the context, a function; else undefined.
    func lookUp(_ name: String) -> Value {
        if let variable = variables.last(where: { $0.name == name }) { return variable.value }
        if let slot = Context.Name(word: name), let value = context[slot] { return value }
        if let value = context.extras[name] { return value }
        if let function = Function.named(name) { return .object(FunctionObject(function)) }
        return .object(Undefined("there is no '\(name)'"))
    }

    /// Sets a variable of the innermost scope.
    mutating func set(_ name: String, _ value: Value) {
        if let place = variables[scopeStart...].lastIndex(where: { $0.name == name }) {
            variables[place].value = value
        } else {
            variables.append((name, value))
        }
    }

    /// Runs with variables of its own, which are gone afterwards.
    mutating func scoped<Result>(_ body: (inout Self) throws(Fault) -> Result) throws(Fault) -> Result {
        let before = scopeStart
        scopeStart = variables.count
        let result = try body(&self)
        variables.removeSubrange(scopeStart...)
        scopeStart = before
        return result
    }
}

// MARK: Expressions

extension Evaluation {
    /// Computes an expression. Its height is bounded, so the recursion is.
    mutating func evaluate(_ expression: Expression) throws(Fault) -> Value {
        try budget.step()
        switch expression {
        case .constant(let value): return value
        case .slot(let name): return slot(name)
        case .name(let name): return lookUp(name)
        case .global(let function): return .object(FunctionObject(function))
        case .attribute(let object, let name): return try evaluate(object).member(name)
        case .item(let object, let key): return try item(object, key)
        case .slice(let object, let slice): return try self.slice(object, slice)
        case .call(let callee, let arguments): return try call(callee, arguments)
        case .method(let object, let name, let arguments): return try callMethod(object, name, arguments)
        case .filter(let operand, let filter, let arguments): return try self.filter(operand, filter, arguments)
        case .test(let operand, let test, let arguments): return .bool(try self.test(operand, test, arguments))
        case .arithmetic(let operation, let left, let right): return try arithmetic(operation, left, right)
        case .negative(let operand): return try evaluate(operand).negated()
        case .positive(let operand): return try evaluate(operand).asPositive()
        case .not(let operand): return .bool(!(try evaluate(operand)).isTrue)
        case .and(let operands): return try first(of: operands, whoseTruthIs: false)
        case .or(let operands): return try first(of: operands, whoseTruthIs: true)
        case .comparison(let first, let links): return try compare(first, links)
        case .concatenation(let operands): return try concatenate(operands)
        case .conditional(let condition, let then, let otherwise):
            if try evaluate(condition).isTrue { return try evaluate(then) }
            if let otherwise { return try evaluate(otherwise) }
            return .object(Undefined("an inline 'if' was false and has no 'else'"))
        case .list(let elements): return .list(try evaluate(all: elements))
        case .tuple(let elements): return .tuple(try evaluate(all: elements))
        case .mapping(let pairs): return try mapping(pairs)
        case .failing(let fault): throw fault
        }
    }

    @inline(__always)
    private func slot(_ name: Context.Name) -> Value {
        context[name] ?? context.extras[name.word] ?? .object(Undefined("there is no '\(name.word)'"))
    }

    private mutating func evaluate(all expressions: [Expression]) throws(Fault) -> [Value] {
        try budget.take(elements: expressions.count)
        var values: [Value] = []
        values.reserveCapacity(expressions.count)
        for expression in expressions { values.append(try evaluate(expression)) }
        return values
    }

    private mutating func item(_ object: Expression, _ key: Expression) throws(Fault) -> Value {
        let value = try evaluate(object)
        if case .string(let text) = value, !text.utf8Span.isKnownASCII { try budget.step(text.utf8.count / 64) }
        if case .constant(let key) = key { return try value.item(key) }
        let name = try evaluate(key)
        if case .tuple = name { try name.checkDepth(&budget) }
        return try value.item(name)
    }

    private mutating func slice(_ object: Expression, _ slice: Expression.Slice) throws(Fault) -> Value {
        let value = try evaluate(object)
        var bounds: [Value] = []
        for bound in [slice.start, slice.end, slice.step] {
            guard let bound else {
                bounds.append(.none)
                continue
            }
            bounds.append(try evaluate(bound))
        }
        return try value.sliced(from: bounds[0], to: bounds[1], by: bounds[2], &budget)
    }

    private mutating func arithmetic(
        _ operation: Arithmetic, _ left: Expression, _ right: Expression
    ) throws(Fault) -> Value {
        let one = try evaluate(left)
        let other = try evaluate(right)
        return try operation.apply(one, other, &self)
    }

    private mutating func first(of operands: [Expression], whoseTruthIs wanted: Bool) throws(Fault) -> Value {
        var value = Value.none
        for operand in operands {
            value = try evaluate(operand)
            if value.isTrue == wanted { return value }
        }
        return value
    }

    private mutating func compare(_ first: Expression, _ links: [Expression.Comparison]) throws(Fault) -> Value {
        var left = try evaluate(first)
        for link in links {
            let right = try evaluate(link.operand)
            guard try link.relation.holds(left, right, &budget) else { return .bool(false) }
            left = right
        }
        return .bool(true)
    }

    private mutating func concatenate(_ operands: [Expression]) throws(Fault) -> Value {
        var text = ""
        for operand in operands { try append(try evaluate(operand), to: &text) }
        return .string(text)
    }

    /// Appends what a value prints as.
    mutating func append(_ value: Value, to text: inout String) throws(Fault) {
        let piece = try value.text(&budget)
        try budget.take(bytes: piece.utf8.count)
        if text.isEmpty { text = piece } else { text += piece }
    }

    private mutating func mapping(_ pairs: [Expression.Pair]) throws(Fault) -> Value {
        try budget.take(elements: 2 * pairs.count)
        var mapping = Mapping()
        for pair in pairs {
            let key = try evaluate(pair.key)
            let value = try evaluate(pair.value)
            try key.checkHashable(&budget)
            mapping[key] = value
        }
        return .mapping(mapping)
    }
}

// MARK: Calls

extension Evaluation {
    mutating func arguments(_ arguments: Expression.Arguments) throws(Fault) -> Call {
        var call = Call()
        guard !arguments.isEmpty else { return call }
        call.positional = try evaluate(all: arguments.positional)
        for (name, value) in arguments.named { call.named.append((name, try evaluate(value))) }
        if let spread = arguments.spread { call.positional += try elements(of: try evaluate(spread)) }
        if let spread = arguments.spreadNamed {
            guard let mapping = try evaluate(spread).mapping else { throw Fault(.type, "'**' needs a dictionary") }
            try budget.take(elements: mapping.count)
            for entry in mapping {
                guard case .string(let name) = entry.key else { throw Fault(.type, "names must be strings") }
                call.named.append((name, entry.value))
            }
        }
        return call
    }

    private mutating func call(_ callee: Expression, _ arguments: Expression.Arguments) throws(Fault) -> Value {
        if case .global(let function) = callee {
            let call = try self.arguments(arguments)
            return try function.run(call, &self)
        }
        let value = try evaluate(callee)
        let call = try self.arguments(arguments)
        return try self.call(value, call)
    }

    /// Calls a value with arguments.
    mutating func call(_ callee: Value, _ call: Call) throws(Fault) -> Value {
        guard case .object(let object) = callee else {
            throw Fault(.type, "a \(callee.typeName) can't be called")
        }
        if let callable = object as? any CallableObject {
            try budget.enter()
            let result = try callable.call(call, &self)
            budget.leave()
            return result
        }
        if let undefined = object as? Undefined { throw undefined.fault }
        throw Fault(.type, "a \(callee.typeName) can't be called")
    }

    private mutating func callMethod(
        _ object: Expression, _ name: String, _ arguments: Expression.Arguments
    ) throws(Fault) -> Value {
        let receiver = try evaluate(object)
        if let method = Method.named(name, of: receiver) {
            let call = try self.arguments(arguments)
            let result = try method.run(receiver, call, &self)
            if let changed = changedReceiver.take() { try put(changed, into: object) }
            return result
        }
        let member = try receiver.member(name)
        let call = try self.arguments(arguments)
        return try self.call(member, call)
    }

    /// Puts a changed list or dictionary back where it came from: a variable, or an attribute of a namespace.
    private mutating func put(_ changed: Value, into origin: Expression) throws(Fault) {
        switch origin {
        case .name(let name):
            guard let place = variables.lastIndex(where: { $0.name == name }) else { return }
            variables[place].value = changed
        case .attribute(.name(let name), let attribute):
            guard case .object(let object) = lookUp(name), let namespace = object as? Namespace else { return }
            try namespace.setPlain(attribute, changed)
        default: break
        }
    }

    private mutating func filter(
        _ operand: Expression, _ filter: Filter, _ arguments: Expression.Arguments
    ) throws(Fault) -> Value {
        let value = try evaluate(operand)
        let call = try self.arguments(arguments)
        return try filter.run(value, call, &self)
    }

    private mutating func test(
        _ operand: Expression, _ test: ValueTest, _ arguments: Expression.Arguments
    ) throws(Fault) -> Bool {
        let value = try evaluate(operand)
        let call = try self.arguments(arguments)
        return try test.run(value, call, &self)
    }

    /// What a value gives when it is gone through: a list's elements, a string's characters, a dictionary's keys.
    mutating func elements(of value: Value) throws(Fault) -> [Value] {
        let elements = try value.iterated(&budget)
        try budget.step(elements.count)
        return elements
    }
}
