import Interpolation

/// Says which page comes next, and how it is asked for.
protocol Paginator: RequestOptionsProvider {
    /// What the first page is asked for with; nil where it needs nothing.
    var firstToken: Value? { get }
    /// How many records a page may have; nil where the manifest doesn't say.
    func pageSize() throws -> Int?
    /// A token that stands for a whole path or URL; nil where it goes elsewhere.
    func path(for token: Value?) -> String?
    /// The token of the page after one that was read; nil after the last.
    func token(after page: PageResult) throws -> Value?
}

/// A page that was read.
struct PageResult: Sendable {
    let response: SourceResponse
    /// The first element of the decoded body, where it can be seen.
    let firstElement: Value
    /// How many records were extracted, before filters.
    let extracted: Int
    /// How many were left after filters.
    let count: Int
    let lastRecord: Record?
    let context: PageContext
}

/// One page and no more.
struct SinglePage: Paginator {
    var firstToken: Value? { nil }
    func pageSize() -> Int? { nil }
    func path(for token: Value?) -> String? { nil }
    func token(after page: PageResult) -> Value? { nil }
}

/// A `DefaultPaginator`: a strategy, and where its token and the page's size go.
struct StrategyPaginator: Paginator {
    enum TokenPlace: Sendable {
        case option(RequestOption)
        case path
        case nowhere
    }

    let strategy: any PageStrategy
    let tokenPlace: TokenPlace
    let sizeOption: RequestOption?

    var firstToken: Value? { strategy.firstToken }

    func pageSize() throws -> Int? { try strategy.pageSize() }

    func path(for token: Value?) -> String? {
        guard case .path = tokenPlace, let token, token.isTrue else { return nil }
        return token.text
    }

    func token(after page: PageResult) throws -> Value? {
        guard let token = try strategy.token(after: page), token.isTrue else { return nil }
        return token
    }

    func add(to options: inout RequestOptions, for page: PageContext) throws {
        if case .option(let option) = tokenPlace, let token = page.token { try option.put(token, into: &options) }
        guard let sizeOption, let size = try page.pageSize ?? strategy.pageSize(), size != 0 else { return }
        try sizeOption.put(.int(size), into: &options)
    }
}

extension ComponentBuilder {
    /// The paginator of a `paginator` node; one of a single page where there is none.
    func paginator(_ node: ComponentNode?) throws -> any Paginator {
        guard let node, node.type != "NoPagination" else { return SinglePage() }
        guard node.type == "DefaultPaginator" else { throw node.unknownType() }
        let place: StrategyPaginator.TokenPlace
        switch try node.child("page_token_option") {
        case let option? where option.type == "RequestPath": place = .path
        case let option?: place = .option(try RequestOption(option, builder: self))
        case nil: place = .nowhere
        }
        let strategy = try pageStrategy(node.requiredChild("pagination_strategy"))
        let sizeOption = try node.child("page_size_option").map { try RequestOption($0, builder: self) }
        if sizeOption != nil, try strategy.pageSize() == nil {
            throw node.invalid("must have a page_size where there is a page_size_option", at: "pagination_strategy")
        }
        return StrategyPaginator(strategy: strategy, tokenPlace: place, sizeOption: sizeOption)
    }
}
