extension Parser {
    /// Reads on to a statement that begins with one of these words, which is next then; without words to the end.
    mutating func statements(until words: [String]) throws(Fault) -> [Statement] {
        var body: [Statement] = []
        while true {
            switch next.kind {
            case .data(let text):
                skip()
                body.append(.text(text))
            case .beginExpression:
                skip()
                let expression = try tuple().expression
                guard take(.endExpression) else { throw unexpected("'}}'") }
                body.append(.output(expression))
            case .beginStatement:
                skip()
                if case .name(let name) = next.kind, words.contains(name) { return body }
                try countStatement()
                body.append(try nested { (self) throws(Fault) in try self.statement() })
                try expectEndOfStatement()
            default:
                guard words.isEmpty, next.kind == .end else {
                    throw unexpected(words.last.map { "'\($0)'" } ?? "a tag")
                }
                return body
            }
        }
    }

    /// The body of a statement whose tag ends here, up to and with the word that ends it.
    private mutating func body(until words: String...) throws(Fault) -> (body: [Statement], end: String) {
        _ = take(symbol: ":")
        try expectEndOfStatement()
        let body = try statements(until: words)
        return (body, try name())
    }

    private mutating func statement() throws(Fault) -> Statement {
        let word = try name()
        switch word {
        case "if": return try branches()
        case "for": return try loop()
        case "set": return try assignment()
        case "with": return try with()
        case "filter":
            let filters = try filterChain(isFirst: true)
            let body = try scoped { (self) throws(Fault) in try self.body(until: "endfilter").body }
            return .filtered(filters ?? .name(Statement.bodyName), body: body)
        case "macro": return try macro()
        case "call": return try callBlock()
        case "print": return try printed()
        case "block": return try block()
        case "autoescape":
            guard take(word: "false") || take(word: "False") else {
                throw fault("escaping can't be switched on")
            }
            return .scope([], body: try scoped { (self) throws(Fault) in try self.body(until: "endautoescape").body })
        case "extends", "include", "import", "from":
            while next.kind != .endStatement, next.kind != .end { skip() }
            return .failing(Fault(.type, "there are no other templates"))
        default: throw fault("there is no statement '\(word)'")
        }
    }

    private mutating func branches() throws(Fault) -> Statement {
        var ways = names.branches
        var branches: [Statement.Branch] = []
        var otherwise: [Statement] = []
        var end = "elif"
        while end == "elif" {
            let condition = try conditionally { (self) throws(Fault) in
                try self.tuple(withConditional: false).expression
            }
            let part = try conditionally { (self) throws(Fault) in
                try self.body(until: "elif", "else", "endif")
            }
            branches.append(Statement.Branch(condition: condition, body: part.body))
            end = part.end
            endBranch(&ways)
        }
        if end == "else" {
            otherwise = try conditionally { (self) throws(Fault) in try self.body(until: "endif").body }
            endBranch(&ways)
        }
        join(ways, isOneTaken: end == "else")
        return .branches(branches, otherwise: otherwise)
    }

    private mutating func loop() throws(Fault) -> Statement {
        let target = try target(endingAt: "in")
        try expect(word: "in")
        let elements = try tuple(withConditional: false, endingAt: "recursive").expression
        var condition: Expression?
        if take(word: "if") {
            condition = try scoped(binding: target.names) { (self) throws(Fault) in try self.expression().expression }
        }
        var loop = Statement.Loop(
            target: target, elements: elements, condition: condition, isRecursive: take(word: "recursive"))
        let part = try scoped(binding: target.names + ["loop"]) { (self) throws(Fault) in
            try self.body(until: "endfor", "else")
        }
        loop.body = part.body
        if part.end == "else" {
            loop.otherwise = try scoped { (self) throws(Fault) in try self.body(until: "endfor").body }
        }
        return .loop(loop)
    }

    private mutating func target(endingAt word: String? = nil, allowsAttribute: Bool = false) throws(Fault)
        -> Statement.Target
    {
        var targets: [Statement.Target] = []
        var isTuple = false
        repeat {
            if let word, isNext(word: word) { break }
            if isNext(symbol: ")") || isNext(symbol: "=") || next.kind == .endStatement { break }
            targets.append(try singleTarget(allowsAttribute: allowsAttribute))
            if isNext(symbol: ",") { isTuple = true }
        } while take(symbol: ",")
        guard let first = targets.first else { throw unexpected("a name") }
        return isTuple ? .tuple(targets) : first
    }

    private mutating func singleTarget(allowsAttribute: Bool) throws(Fault) -> Statement.Target {
        if take(symbol: "(") {
            let inside = try nested { (self) throws(Fault) in try self.target() }
            try expect(symbol: ")")
            return inside
        }
        let name = try name()
        guard !["true", "false", "none", "True", "False", "None"].contains(name) else {
            throw fault("nothing can be assigned to '\(name)'")
        }
        guard allowsAttribute, take(symbol: ".") else { return .name(name) }
        _ = reference(name)
        return .attribute(name, try self.name())
    }

    private mutating func assignment() throws(Fault) -> Statement {
        let target = try target(allowsAttribute: true)
        if take(symbol: "=") {
            let value = try tuple().expression
            target.names.forEach { bind($0) }
            return .assignment(target, value)
        }
        let filters = try filterChain(isFirst: false)
        let body = try scoped { (self) throws(Fault) in try self.body(until: "endset").body }
        target.names.forEach { bind($0) }
        return .assignedBody(target, filters: filters, body: body)
    }

    /// `name | name(…)`, applied to the text of a body; nil if there is none.
    private mutating func filterChain(isFirst: Bool) throws(Fault) -> Expression? {
        var result = Node(expression: .name(Statement.bodyName), height: 1)
        var isAny = false
        while (isFirst && !isAny) || take(symbol: "|") {
            result = try filtered(result)
            isAny = true
        }
        return isAny ? result.expression : nil
    }

    private mutating func with() throws(Fault) -> Statement {
        var assignments: [(target: Statement.Target, value: Expression)] = []
        while next.kind != .endStatement {
            if !assignments.isEmpty { try expect(symbol: ",") }
            let target = try singleTarget(allowsAttribute: false)
            try expect(symbol: "=")
            assignments.append((target, try expression().expression))
        }
        let bound = assignments.flatMap(\.target.names)
        let body = try scoped(binding: bound) { (self) throws(Fault) in try self.body(until: "endwith").body }
        return .scope(assignments, body: body)
    }

    private mutating func parameters() throws(Fault) -> [(name: String, standard: Expression?)] {
        try expect(symbol: "(")
        var parameters: [(name: String, standard: Expression?)] = []
        while !isNext(symbol: ")") {
            if !parameters.isEmpty { try expect(symbol: ",") }
            let name = try name()
            var standard: Expression?
            if take(symbol: "=") {
                standard = try expression().expression
            } else if parameters.last?.standard != nil {
                throw fault("a parameter without default stands after one that has one")
            }
            parameters.append((name, standard))
        }
        skip()
        return parameters
    }

    private mutating func macro() throws(Fault) -> Statement {
        let name = try name()
        bind(name)
        var macro = Statement.Macro(name: name, parameters: try parameters())
        macro.body = try macroBody(of: macro, until: "endmacro")
        return .macro(macro)
    }

    private mutating func callBlock() throws(Fault) -> Statement {
        var macro = Statement.Macro(name: "caller", parameters: isNext(symbol: "(") ? try parameters() : [])
        let call = try expression().expression
        switch call {
        case .call, .method: break
        default: throw fault("a call is expected")
        }
        macro.body = try macroBody(of: macro, until: "endcall")
        return .callBlock(macro, call: call)
    }

    private mutating func macroBody(of macro: Statement.Macro, until word: String) throws(Fault) -> [Statement] {
        let bound = macro.parameters.map(\.name) + ["caller", "kwargs", "varargs"]
        return try scoped(binding: bound) { (self) throws(Fault) in try self.body(until: word).body }
    }

    private mutating func printed() throws(Fault) -> Statement {
        var outputs: [Statement] = []
        while next.kind != .endStatement {
            if !outputs.isEmpty { try expect(symbol: ",") }
            outputs.append(.output(try expression().expression))
        }
        return .scope([], body: outputs)
    }

    private mutating func block() throws(Fault) -> Statement {
        let name = try name()
        _ = take(word: "scoped")
        let body = try scoped { (self) throws(Fault) in try self.body(until: "endblock").body }
        _ = take(word: name)
        return .scope([], body: body)
    }
}

extension Statement.Target {
    /// The variables that are assigned to.
    var names: [String] {
        switch self {
        case .name(let name): [name]
        case .attribute: []
        case .tuple(let targets): targets.flatMap(\.names)
        }
    }
}
