import Synchronization

extension Evaluation {
    /// Renders statements behind each other.
    mutating func render(_ statements: [Statement], to text: inout String) throws(Fault) {
        for statement in statements { try render(statement, to: &text) }
    }

    private mutating func render(_ statement: Statement, to text: inout String) throws(Fault) {
        try budget.step()
        switch statement {
        case .text(let plain):
            try budget.take(bytes: plain.utf8.count)
            text += plain
        case .output(let expression): try append(try evaluate(expression), to: &text)
        case .branches(let branches, let otherwise):
            for branch in branches where try evaluate(branch.condition).isTrue {
                return try render(branch.body, to: &text)
            }
            try render(otherwise, to: &text)
        case .loop(let loop): try render(loop, elements: try evaluate(loop.elements), to: &text)
        case .assignment(let target, let value): try assign(try evaluate(value), to: target)
        case .assignedBody(let target, let filters, let body):
            try assign(try rendered(body, through: filters), to: target)
        case .scope(let assignments, let body): try render(body, with: assignments, to: &text)
        case .filtered(let expression, let body): try append(try rendered(body, through: expression), to: &text)
        case .macro(let macro): set(macro.name, .object(MacroObject(macro)))
        case .callBlock(let macro, let call): try append(try self.call(call, with: macro), to: &text)
        case .failing(let fault): throw fault
        }
    }

    /// The text of a body, after the filters that it goes through.
    private mutating func rendered(_ body: [Statement], through filters: Expression?) throws(Fault) -> Value {
        try scoped { (self) throws(Fault) in
            var text = ""
            try self.render(body, to: &text)
            guard let filters else { return .string(text) }
            self.set(Statement.bodyName, .string(text))
            return try self.evaluate(filters)
        }
    }

    private mutating func render(
        _ body: [Statement], with assignments: [(target: Statement.Target, value: Expression)], to text: inout String
    ) throws(Fault) {
        var values: [Value] = []
        for assignment in assignments { values.append(try evaluate(assignment.value)) }
        try scoped { (self) throws(Fault) in
            for (assignment, value) in zip(assignments, values) { try self.assign(value, to: assignment.target) }
            try self.render(body, to: &text)
        }
    }

    private mutating func assign(_ value: Value, to target: Statement.Target) throws(Fault) {
        try value.checkDepth(&budget)
        switch target {
        case .name(let name): set(name, value)
        case .attribute(let name, let attribute):
            guard case .object(let object) = lookUp(name), let namespace = object as? Namespace else {
                throw Fault(.other, "an attribute can be set of a namespace only")
            }
            try namespace.setPlain(attribute, value)
        case .tuple(let targets):
            let elements = try elements(of: value)
            guard elements.count == targets.count else {
                throw Fault(.value, "\(targets.count) values are awaited, not \(elements.count)")
            }
            for (target, element) in zip(targets, elements) { try assign(element, to: target) }
        }
    }
}

// MARK: Loops

extension Evaluation {
    fileprivate mutating func render(
        _ loop: Statement.Loop, elements iterable: Value, depth: Int = 0, to text: inout String
    ) throws(Fault) {
        if let undefined = iterable.undefined, undefined.fault.kind != .undefined { throw undefined.fault }
        var elements = try elements(of: iterable)
        if let condition = loop.condition { elements = try kept(elements, of: loop, where: condition) }
        guard !elements.isEmpty else {
            try scoped { (self) throws(Fault) in try self.render(loop.otherwise, to: &text) }
            return
        }
        try budget.enter()
        let changes = Mutex<[Value]?>(nil)
        let state = LoopState(elements: elements, depth: depth, changes: changes)
        for (index, element) in elements.enumerated() {
            try budget.step()
            try scoped { (self) throws(Fault) in
                self.set("loop", .object(LoopObject(state, index: index, loop: loop.isRecursive ? loop : nil)))
                try self.assign(element, to: loop.target)
                try self.render(loop.body, to: &text)
            }
        }
        budget.leave()
    }

    private mutating func kept(
        _ elements: [Value], of loop: Statement.Loop, where condition: Expression
    ) throws(Fault) -> [Value] {
        var kept: [Value] = []
        for element in elements {
            let isKept = try scoped { (self) throws(Fault) in
                try self.assign(element, to: loop.target)
                return try self.evaluate(condition).isTrue
            }
            if isKept { kept.append(element) }
        }
        return kept
    }
}

/// What all rounds of a loop share.
private final class LoopState: Sendable {
    let elements: [Value]
    let depth: Int
    /// The arguments of the last call of `changed`.
    let changes: Mutex<[Value]?>

    init(elements: [Value], depth: Int, changes: consuming Mutex<[Value]?>) {
        self.elements = elements
        self.depth = depth
        self.changes = changes
    }
}

/// The variable `loop` of one round.
private final class LoopObject: CallableObject {
    let typeName = "LoopContext"
    private let state: LoopState
    private let index: Int
    private let loop: Statement.Loop?

    init(_ state: LoopState, index: Int, loop: Statement.Loop?) {
        self.state = state
        self.index = index
        self.loop = loop
    }

    func attribute(_ name: String) -> Value? {
        let count = state.elements.count
        switch name {
        case "index": return .int(index + 1)
        case "index0": return .int(index)
        case "revindex": return .int(count - index)
        case "revindex0": return .int(count - index - 1)
        case "first": return .bool(index == 0)
        case "last": return .bool(index == count - 1)
        case "length": return .int(count)
        case "depth": return .int(state.depth + 1)
        case "depth0": return .int(state.depth)
        case "previtem": return index > 0 ? state.elements[index - 1] : .object(Undefined("there is no previous item"))
        case "nextitem":
            return index + 1 < count ? state.elements[index + 1] : .object(Undefined("there is no next item"))
        case "cycle":
            return .function(name) { [index] (call, _) throws(Fault) in
                guard !call.positional.isEmpty else { throw Fault(.type, "no items for cycling are given") }
                return call.positional[index % call.positional.count]
            }
        case "changed":
            return .function(name) { [state] (call, _) throws(Fault) in
                .bool(
                    state.changes.withLock { last in
                        defer { last = call.positional }
                        return last != call.positional
                    })
            }
        default: return nil
        }
    }

    /// Renders a recursive loop over other elements.
    func call(_ call: Call, _ evaluation: inout Evaluation) throws(Fault) -> Value {
        guard let loop else { throw Fault(.type, "the loop isn't marked as recursive") }
        var text = ""
        try evaluation.render(loop, elements: try call.only(), depth: state.depth + 1, to: &text)
        return .string(text)
    }
}

// MARK: Macros

/// A macro as a value.
private final class MacroObject: CallableObject {
    let typeName = "Macro"
    let macro: Statement.Macro

    init(_ macro: Statement.Macro) { self.macro = macro }

    func attribute(_ name: String) -> Value? {
        switch name {
        case "name": .string(macro.name)
        case "arguments": .tuple(macro.parameters.map { .string($0.name) })
        default: nil
        }
    }

    func call(_ call: Call, _ evaluation: inout Evaluation) throws(Fault) -> Value {
        try evaluation.scoped { (evaluation) throws(Fault) in
            var named = call.named
            for (place, parameter) in macro.parameters.enumerated() {
                if place < call.positional.count {
                    evaluation.set(parameter.name, call.positional[place])
                } else if let given = named.firstIndex(where: { $0.name == parameter.name }) {
                    evaluation.set(parameter.name, named.remove(at: given).value)
                } else if let standard = parameter.standard {
                    evaluation.set(parameter.name, try evaluation.evaluate(standard))
                } else {
                    evaluation.set(parameter.name, .object(Undefined("the parameter '\(parameter.name)' wasn't given")))
                }
            }
            let caller = named.firstIndex { $0.name == "caller" }.map { named.remove(at: $0).value }
            evaluation.set("caller", caller ?? .object(Undefined("there is no caller")))
            evaluation.set("varargs", .tuple(Array(call.positional.dropFirst(macro.parameters.count))))
            evaluation.set("kwargs", .mapping(Mapping(named.map { (.string($0.name), $0.value) })))
            var text = ""
            try evaluation.render(macro.body, to: &text)
            return .string(text)
        }
    }
}

extension Evaluation {
    fileprivate mutating func call(_ call: Expression, with macro: Statement.Macro) throws(Fault) -> Value {
        let caller = (name: "caller", value: Value.object(MacroObject(macro)))
        switch call {
        case .call(let callee, let arguments):
            let value = try evaluate(callee)
            var evaluated = try self.arguments(arguments)
            evaluated.named.append(caller)
            return try self.call(value, evaluated)
        case .method(let object, let name, let arguments):
            let value = try evaluate(object).member(name)
            var evaluated = try self.arguments(arguments)
            evaluated.named.append(caller)
            return try self.call(value, evaluated)
        default: throw Fault(.type, "a call is expected")
        }
    }
}
