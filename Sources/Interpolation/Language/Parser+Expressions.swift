// Each level of the grammar is one function, from the loosest operator to the tightest.
extension Parser {
    /// `a if b else c`, and all that binds tighter.
    mutating func expression(withConditional: Bool = true) throws(Fault) -> Node {
        guard withConditional else { return try nested { (self) throws(Fault) in try self.disjunction() } }
        return try nested { (self) throws(Fault) in try self.conditional() }
    }

    private mutating func conditional() throws(Fault) -> Node {
        let unknownBefore = unknownCount
        var result = try disjunction()
        while take(word: "if") {
            defer { pardonUnknown(since: unknownBefore) }
            let condition = try disjunction()
            guard take(word: "else") else {
                result = try node(
                    .conditional(condition: condition.expression, then: result.expression, otherwise: nil),
                    over: condition, result)
                continue
            }
            let otherwise = try nested { (self) throws(Fault) in
                try self.conditionally { (self) throws(Fault) in try self.conditional() }
            }
            result = try node(
                .conditional(
                    condition: condition.expression, then: result.expression, otherwise: otherwise.expression),
                over: condition, result, otherwise)
        }
        return result
    }

    private mutating func disjunction() throws(Fault) -> Node {
        var operands = [try conjunction()]
        while take(word: "or") { operands.append(try conjunction()) }
        return operands.count == 1 ? operands[0] : try node(.or(operands.map(\.expression)), over: operands)
    }

    private mutating func conjunction() throws(Fault) -> Node {
        var operands = [try negation()]
        while take(word: "and") { operands.append(try negation()) }
        return operands.count == 1 ? operands[0] : try node(.and(operands.map(\.expression)), over: operands)
    }

    private mutating func negation() throws(Fault) -> Node {
        guard take(word: "not") else { return try comparison() }
        let operand = try nested { (self) throws(Fault) in try self.negation() }
        return try node(.not(operand.expression), over: operand)
    }

    private mutating func comparison() throws(Fault) -> Node {
        let first = try sum()
        var operands = [first]
        var links: [Expression.Comparison] = []
        while let relation = takeRelation() {
            let operand = try sum()
            operands.append(operand)
            links.append(Expression.Comparison(relation: relation, operand: operand.expression))
        }
        return links.isEmpty ? first : try node(.comparison(first.expression, links), over: operands)
    }

    private mutating func takeRelation() -> Relation? {
        switch next.kind {
        case .symbol(let symbol):
            guard let relation = Relation(rawValue: symbol) else { return nil }
            skip()
            return relation
        case .name("in"):
            skip()
            return .contained
        case .name("not") where isAfterNext(.name("in")):
            skip()
            skip()
            return .notContained
        default: return nil
        }
    }

    private mutating func sum() throws(Fault) -> Node {
        var left = try concatenation()
        while let operation = takeArithmetic("+", "-") {
            let right = try concatenation()
            left = try node(.arithmetic(operation, left.expression, right.expression), over: left, right)
        }
        return left
    }

    private mutating func concatenation() throws(Fault) -> Node {
        var operands = [try product()]
        while take(symbol: "~") { operands.append(try product()) }
        return operands.count == 1 ? operands[0] : try node(.concatenation(operands.map(\.expression)), over: operands)
    }

    private mutating func product() throws(Fault) -> Node {
        var left = try power()
        while let operation = takeArithmetic("*", "/", "//", "%") {
            let right = try power()
            left = try node(.arithmetic(operation, left.expression, right.expression), over: left, right)
        }
        return left
    }

    /// From left to right, unlike Python's.
    private mutating func power() throws(Fault) -> Node {
        var left = try unary()
        while take(symbol: "**") {
            let right = try unary()
            left = try node(.arithmetic(.power, left.expression, right.expression), over: left, right)
        }
        return left
    }

    private mutating func takeArithmetic(_ symbols: String...) -> Arithmetic? {
        guard case .symbol(let symbol) = next.kind, symbols.contains(symbol) else { return nil }
        skip()
        return Arithmetic(rawValue: symbol)
    }

    private mutating func unary(withFilters: Bool = true) throws(Fault) -> Node {
        var result: Node
        if take(symbol: "-") {
            let operand = try nested { (self) throws(Fault) in try self.unary(withFilters: false) }
            result = try node(.negative(operand.expression), over: operand)
        } else if take(symbol: "+") {
            let operand = try nested { (self) throws(Fault) in try self.unary(withFilters: false) }
            result = try node(.positive(operand.expression), over: operand)
        } else {
            result = try primary()
        }
        result = try postfix(result)
        return withFilters ? try filters(of: result) : result
    }

    private mutating func primary() throws(Fault) -> Node {
        switch next.kind {
        case .name(let name):
            skip()
            return Node(expression: constant(name) ?? reference(name), height: 1)
        case .string(var text):
            skip()
            while case .string(let more) = next.kind {
                text += more
                skip()
            }
            return Node(expression: .constant(.string(text)), height: 1)
        case .number(let number):
            skip()
            return Node(expression: .constant(number), height: 1)
        case .symbol("("):
            skip()
            let inside = try tuple(isInParentheses: true)
            try expect(symbol: ")")
            return inside
        case .symbol("["): return try list()
        case .symbol("{"): return try mapping()
        default: throw unexpected("an expression")
        }
    }

    private func constant(_ name: String) -> Expression? {
        switch name {
        case "true", "True": .constant(.bool(true))
        case "false", "False": .constant(.bool(false))
        case "none", "None": .constant(.none)
        default: nil
        }
    }

    /// One expression, or several with commas between them, which are a tuple.
    mutating func tuple(
        isInParentheses: Bool = false, withConditional: Bool = true, endingAt word: String? = nil
    ) throws(Fault) -> Node {
        var elements: [Node] = []
        var isTuple = false
        while !isTupleEnd(word) {
            elements.append(try expression(withConditional: withConditional))
            guard take(symbol: ",") else { break }
            isTuple = true
        }
        if !isTuple, let first = elements.first { return first }
        guard isTuple || isInParentheses else { throw unexpected("an expression") }
        return try node(.tuple(elements.map(\.expression)), over: elements)
    }

    private func isTupleEnd(_ word: String?) -> Bool {
        switch next.kind {
        case .endExpression, .endStatement, .symbol(")"): true
        case .name(let name): name == word
        default: false
        }
    }

    private mutating func list() throws(Fault) -> Node {
        skip()
        var elements: [Node] = []
        while !isNext(symbol: "]") {
            if !elements.isEmpty { try expect(symbol: ",") }
            if isNext(symbol: "]") { break }
            elements.append(try expression())
        }
        try expect(symbol: "]")
        return try node(.list(elements.map(\.expression)), over: elements)
    }

    private mutating func mapping() throws(Fault) -> Node {
        skip()
        var parts: [Node] = []
        var pairs: [Expression.Pair] = []
        while !isNext(symbol: "}") {
            if !pairs.isEmpty { try expect(symbol: ",") }
            if isNext(symbol: "}") { break }
            let key = try expression()
            try expect(symbol: ":")
            let value = try expression()
            parts += [key, value]
            pairs.append(Expression.Pair(key: key.expression, value: value.expression))
        }
        try expect(symbol: "}")
        return try node(.mapping(pairs), over: parts)
    }
}

// MARK: What follows an operand

extension Parser {
    private mutating func postfix(_ first: Node) throws(Fault) -> Node {
        var result = first
        while true {
            if isNext(symbol: ".") {
                result = try attribute(of: result)
            } else if isNext(symbol: "[") {
                result = try subscripted(result)
            } else if isNext(symbol: "(") {
                result = try call(result)
            } else {
                return result
            }
        }
    }

    private mutating func attribute(of operand: Node) throws(Fault) -> Node {
        skip()
        switch next.kind {
        case .name(let name):
            skip()
            return try node(.attribute(operand.expression, name), over: operand)
        case .number(let number):
            guard case .float = number else {
                skip()
                return try node(.item(operand.expression, .constant(number)), over: operand)
            }
            throw unexpected("a name or a number")
        default: throw unexpected("a name or a number")
        }
    }

    private mutating func subscripted(_ operand: Node) throws(Fault) -> Node {
        skip()
        var parts: [Node] = [operand]
        var keys: [Expression] = []
        while !isNext(symbol: "]") {
            if !keys.isEmpty { try expect(symbol: ",") }
            if let slice = try slice(&parts) {
                guard keys.isEmpty, isNext(symbol: "]") else { throw fault("a slice stands alone between brackets") }
                skip()
                return try node(.slice(operand.expression, slice), over: parts)
            }
            keys.append(parts[parts.count - 1].expression)
        }
        try expect(symbol: "]")
        return try node(.item(operand.expression, keys.count == 1 ? keys[0] : .tuple(keys)), over: parts)
    }

    /// Reads a key, which it appends to `parts`, or a slice.
    private mutating func slice(_ parts: inout [Node]) throws(Fault) -> Expression.Slice? {
        var slice = Expression.Slice()
        if !isNext(symbol: ":") {
            let first = try expression()
            parts.append(first)
            slice.start = first.expression
            guard isNext(symbol: ":") else { return nil }
        }
        skip()
        slice.end = try sliceBound(&parts)
        if take(symbol: ":") { slice.step = try sliceBound(&parts) }
        return slice
    }

    private mutating func sliceBound(_ parts: inout [Node]) throws(Fault) -> Expression? {
        if isNext(symbol: ":") || isNext(symbol: "]") || isNext(symbol: ",") { return nil }
        let bound = try expression()
        parts.append(bound)
        return bound.expression
    }

    private mutating func call(_ callee: Node) throws(Fault) -> Node {
        var parts = [callee]
        let arguments = try arguments(&parts)
        if case .attribute(let object, let name) = callee.expression {
            return try node(.method(object, name, arguments), over: parts)
        }
        return try node(.call(callee.expression, arguments), over: parts)
    }

    private mutating func arguments(_ parts: inout [Node]) throws(Fault) -> Expression.Arguments {
        var arguments = Expression.Arguments()
        try expect(symbol: "(")
        var isFirst = true
        while !isNext(symbol: ")") {
            if !isFirst { try expect(symbol: ",") }
            isFirst = false
            if isNext(symbol: ")") { break }
            try argument(of: &arguments, &parts)
        }
        try expect(symbol: ")")
        return arguments
    }

    private mutating func argument(of arguments: inout Expression.Arguments, _ parts: inout [Node]) throws(Fault) {
        let misplaced = "an argument stands after one that it must precede"
        if take(symbol: "*") {
            guard arguments.spread == nil, arguments.spreadNamed == nil else { throw fault(misplaced) }
            let spread = try expression()
            parts.append(spread)
            arguments.spread = spread.expression
        } else if take(symbol: "**") {
            guard arguments.spreadNamed == nil else { throw fault(misplaced) }
            let spread = try expression()
            parts.append(spread)
            arguments.spreadNamed = spread.expression
        } else if case .name(let name) = next.kind, isAfterNext(.symbol("=")) {
            guard arguments.spreadNamed == nil else { throw fault(misplaced) }
            skip()
            skip()
            let value = try expression()
            parts.append(value)
            arguments.named.append((name, value.expression))
        } else {
            guard arguments.named.isEmpty, arguments.spread == nil, arguments.spreadNamed == nil else {
                throw fault(misplaced)
            }
            let value = try expression()
            parts.append(value)
            arguments.positional.append(value.expression)
        }
    }

    /// `| filter`, `is test` and calls of their results.
    private mutating func filters(of operand: Node) throws(Fault) -> Node {
        var result = operand
        while true {
            if isNext(symbol: "|") {
                skip()
                result = try filtered(result)
            } else if isNext(word: "is") {
                result = try tested(result)
            } else if isNext(symbol: "(") {
                result = try call(result)
            } else {
                return result
            }
        }
    }

    /// Reads a filter's name and arguments.
    mutating func filtered(_ operand: Node) throws(Fault) -> Node {
        let name = try dottedName()
        var parts = [operand]
        var arguments = Expression.Arguments()
        if isNext(symbol: "(") { arguments = try self.arguments(&parts) }
        guard let filter = filter(name) else {
            return try node(.failing(Fault(.other, "there is no filter of the name '\(name)'")), over: parts)
        }
        return try node(.filter(operand.expression, filter, arguments), over: parts)
    }

    private mutating func dottedName() throws(Fault) -> String {
        var name = try name()
        while take(symbol: ".") { name += "." + (try self.name()) }
        return name
    }

    private mutating func tested(_ operand: Node) throws(Fault) -> Node {
        skip()
        let isNegated = take(word: "not")
        let name = try dottedName()
        var parts = [operand]
        var arguments = Expression.Arguments()
        if isNext(symbol: "(") {
            arguments = try self.arguments(&parts)
        } else if isArgumentNext {
            if isNext(word: "is") { throw fault("tests with 'is' can't be chained") }
            let argument = try nested { (self) throws(Fault) in
                let operand = try self.primary()
                return try self.postfix(operand)
            }
            parts.append(argument)
            arguments.positional = [argument.expression]
        }
        guard let test = test(name) else {
            return try node(.failing(Fault(.other, "there is no test of the name '\(name)'")), over: parts)
        }
        let result = try node(.test(operand.expression, test, arguments), over: parts)
        return isNegated ? try node(.not(result.expression), over: result) : result
    }

    private var isArgumentNext: Bool {
        switch next.kind {
        case .name("else"), .name("or"), .name("and"): false
        case .name, .string, .number, .symbol("("), .symbol("["), .symbol("{"): true
        default: false
        }
    }
}
