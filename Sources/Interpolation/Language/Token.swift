/// One piece of a template's text.
struct Token: Sendable {
    enum Kind: Sendable, Equatable {
        /// Text that is rendered as it is.
        case data(String)
        case beginExpression
        case endExpression
        case beginStatement
        case endStatement
        case name(String)
        case string(String)
        case number(Value)
        /// An operator or a bracket.
        case symbol(String)
        case end
    }

    let kind: Kind
    /// Counted from 1.
    let line: Int

    /// How it is called in messages.
    var description: String {
        switch kind {
        case .data: "text"
        case .beginExpression: "{{"
        case .endExpression: "}}"
        case .beginStatement: "{%"
        case .endStatement: "%}"
        case .name(let name): name.utf8.count <= 40 ? name : "a long name"
        case .string: "a string"
        case .number: "a number"
        case .symbol(let symbol): symbol
        case .end: "the end of the template"
        }
    }
}
