/// Reads tokens into expressions and statements. Names are resolved on the way, in the order in which they stand.
struct Parser {
    /// How deeply brackets, tags and operators may nest; evaluating takes as much stack.
    static let mostDepth = 90
    /// The most statements of one template.
    static let mostStatements = 500
    /// The longest template, in characters.
    static let mostCharacters = 1 << 18

    private let tokens: [Token]
    private var place = 0
    private(set) var names = NameScopes()
    private var depth = 0
    private var statementCount = 0
    /// Whether what is being read may never be reached: an unknown filter fails only when it is.
    private var isConditional = false
    /// Filters and tests that there aren't.
    private var unknown: [Fault] = []

    /// Reads a template; throws `.syntax`.
    static func parse(_ source: String) throws(Fault) -> (body: [Statement], names: NameScopes) {
        guard source.unicodeScalars.count <= mostCharacters else {
            throw Fault(.bound, "it is longer than \(mostCharacters) characters")
        }
        var parser = Parser(tokens: try Lexer.tokens(of: source))
        let body = try parser.statements(until: [])
        if let fault = parser.unknown.first { throw fault }
        return (body, parser.names)
    }

    private init(tokens: [Token]) { self.tokens = tokens }
}

// MARK: Tokens

extension Parser {
    var next: Token { tokens[place] }

    func fault(_ message: String) -> Fault { Fault(.syntax, "line \(next.line): \(message)") }

    func unexpected(_ wanted: String) -> Fault { fault("\(wanted) is expected, not \(next.description)") }

    mutating func skip() { if place < tokens.count - 1 { place += 1 } }

    mutating func take(_ kind: Token.Kind) -> Bool {
        guard next.kind == kind else { return false }
        skip()
        return true
    }

    mutating func take(word: String) -> Bool { take(.name(word)) }

    mutating func take(symbol: String) -> Bool { take(.symbol(symbol)) }

    mutating func expect(symbol: String) throws(Fault) {
        guard take(symbol: symbol) else { throw unexpected("'\(symbol)'") }
    }

    mutating func expect(word: String) throws(Fault) {
        guard take(word: word) else { throw unexpected("'\(word)'") }
    }

    mutating func expectEndOfStatement() throws(Fault) {
        guard take(.endStatement) else { throw unexpected("'%}'") }
    }

    mutating func name() throws(Fault) -> String {
        guard case .name(let name) = next.kind else { throw unexpected("a name") }
        skip()
        return name
    }

    func isNext(symbol: String) -> Bool { next.kind == .symbol(symbol) }

    func isNext(word: String) -> Bool { next.kind == .name(word) }

    func isAfterNext(_ kind: Token.Kind) -> Bool { place + 1 < tokens.count && tokens[place + 1].kind == kind }

    mutating func nested<Result>(_ body: (inout Self) throws(Fault) -> Result) throws(Fault) -> Result {
        depth += 1
        guard depth <= Self.mostDepth else { throw .tooDeep }
        let result = try body(&self)
        depth -= 1
        return result
    }

    mutating func countStatement() throws(Fault) {
        statementCount += 1
        guard statementCount <= Self.mostStatements else {
            throw Fault(.bound, "it has more than \(Self.mostStatements) statements")
        }
    }

    mutating func conditionally<Result>(_ body: (inout Self) throws(Fault) -> Result) throws(Fault) -> Result {
        let before = isConditional
        isConditional = true
        let result = try body(&self)
        isConditional = before
        return result
    }

    mutating func scoped<Result>(
        binding bound: [String] = [], _ body: (inout Self) throws(Fault) -> Result
    ) throws(Fault) -> Result {
        names.open(binding: bound)
        let result = try body(&self)
        names.close()
        return result
    }

    mutating func bind(_ name: String) { names.bind(name) }

    /// Ends one way of a statement that takes one of several.
    mutating func endBranch(_ ways: inout NameScopes.Branches) { names.end(&ways) }

    /// Ends a statement that takes one of several ways, or perhaps none.
    mutating func join(_ ways: NameScopes.Branches, isOneTaken: Bool) { names.join(ways, isOneTaken: isOneTaken) }

    /// An expression over parts, whose height is bounded.
    func node(_ expression: Expression, over parts: Node...) throws(Fault) -> Node {
        try node(expression, over: parts)
    }

    func node(_ expression: Expression, over parts: [Node]) throws(Fault) -> Node {
        let height = 1 + (parts.map(\.height).max() ?? 0)
        guard height <= Self.mostDepth else { throw .tooDeep }
        return Node(expression: expression, height: height)
    }

    /// An expression and how high its tree is.
    struct Node {
        let expression: Expression
        let height: Int
    }

    /// The filter of a name; nil where there is none, which is a fault unless it may never be reached.
    mutating func filter(_ name: String) -> Filter? {
        if let filter = Filter.named(name) { return filter }
        if !isConditional { unknown.append(fault("there is no filter of the name '\(name)'")) }
        return nil
    }

    /// The test of a name; see ``filter(_:)``.
    mutating func test(_ name: String) -> ValueTest? {
        if let test = ValueTest.named(name) { return test }
        if !isConditional { unknown.append(fault("there is no test of the name '\(name)'")) }
        return nil
    }

    /// How many unknown filters and tests have been found so far.
    var unknownCount: Int { unknown.count }

    /// What was found since then stands in an inline `if` and may never be reached.
    mutating func pardonUnknown(since count: Int) { unknown.removeSubrange(count...) }

    mutating func reference(_ name: String) -> Expression { names.reference(name) }
}
