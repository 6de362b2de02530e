/// An expression, ready to be evaluated: names are resolved, filters and tests are found.
indirect enum Expression: Sendable {
    case constant(Value)
    /// A name of the context's slots.
    case slot(Context.Name)
    /// Any other name: a local variable first, then whatever the context and the language have.
    case name(String)
    /// A function that is always there.
    case global(Function)
    case attribute(Expression, String)
    case item(Expression, Expression)
    case slice(Expression, Slice)
    case call(Expression, Arguments)
    /// `object.name(…)`: the method or, if there is none of that name, what the member holds is called.
    case method(Expression, String, Arguments)
    case filter(Expression, Filter, Arguments)
    case test(Expression, ValueTest, Arguments)
    case arithmetic(Arithmetic, Expression, Expression)
    case negative(Expression)
    case positive(Expression)
    case not(Expression)
    /// The first operand that counts as false, else the last.
    case and([Expression])
    /// The first operand that counts as true, else the last.
    case or([Expression])
    case comparison(Expression, [Comparison])
    /// All as text, one after the other.
    case concatenation([Expression])
    case conditional(condition: Expression, then: Expression, otherwise: Expression?)
    case list([Expression])
    case tuple([Expression])
    case mapping([Pair])
    /// A filter or test that there isn't, where it may never be reached.
    case failing(Fault)

    /// `a:b:c` between brackets.
    struct Slice: Sendable {
        var start: Expression?
        var end: Expression?
        var step: Expression?
    }

    /// One key and value of a dictionary.
    struct Pair: Sendable {
        let key: Expression
        let value: Expression
    }

    /// One link of a chain such as `1 < x <= 3`.
    struct Comparison: Sendable {
        let relation: Relation
        let operand: Expression
    }

    /// What stands between the parentheses of a call.
    struct Arguments: Sendable {
        var positional: [Expression] = []
        var named: [(name: String, value: Expression)] = []
        /// `*list`.
        var spread: Expression?
        /// `**mapping`.
        var spreadNamed: Expression?

        var isEmpty: Bool { positional.isEmpty && named.isEmpty && spread == nil && spreadNamed == nil }
    }
}

/// `+ - * / // % **`.
enum Arithmetic: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case modulo = "%"
    case power = "**"
}

/// How two values may be compared.
enum Relation: String, Sendable {
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contained = "in"
    case notContained = "not in"
}

/// A part of a template that has statements.
indirect enum Statement: Sendable {
    case text(String)
    case output(Expression)
    case branches([Branch], otherwise: [Statement])
    case loop(Loop)
    case assignment(Target, Expression)
    /// Assigns what the body renders to, after the filters, whose innermost operand is ``bodyName``.
    case assignedBody(Target, filters: Expression?, body: [Statement])
    /// A body with variables of its own.
    case scope([(target: Target, value: Expression)], body: [Statement])
    /// Renders the body, then the expression, in which it is ``bodyName``.
    case filtered(Expression, body: [Statement])
    case macro(Macro)
    /// Calls a macro whose `caller()` renders the body.
    case callBlock(Macro, call: Expression)
    case failing(Fault)

    /// The name under which a filter finds the text of its body; no template can write it.
    static let bodyName = "{body}"

    /// One condition of `{% if %}` and what it guards.
    struct Branch: Sendable {
        let condition: Expression
        let body: [Statement]
    }

    /// `{% for %}`.
    struct Loop: Sendable {
        let target: Target
        let elements: Expression
        let condition: Expression?
        let isRecursive: Bool
        var body: [Statement] = []
        var otherwise: [Statement] = []
    }

    /// `{% macro %}`, and the body of `{% call %}`.
    struct Macro: Sendable {
        let name: String
        let parameters: [(name: String, standard: Expression?)]
        var body: [Statement] = []
    }

    /// What a value is assigned to.
    indirect enum Target: Sendable {
        case name(String)
        /// `namespace.attribute`.
        case attribute(String, String)
        case tuple([Target])
    }
}
