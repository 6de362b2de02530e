import Interpolation

/// Counts pages or records, or finds in an answer where the next page is.
protocol PageStrategy: Sendable {
    var firstToken: Value? { get }
    func pageSize() throws -> Int?
    func token(after page: PageResult) throws -> Value?
}

/// A size in a manifest: an integer or a template.
struct PageSize: Sendable {
    let template: Template?
    let context: Context
    private let node: ComponentNode

    init(_ node: ComponentNode, builder: ComponentBuilder) throws {
        self.node = node
        template = try node.template("page_size").flatMap { $0.source.isEmpty ? nil : $0 }
        context = builder.context(node)
    }

    /// The size; `response` is what a template may see of the answer.
    func value(response: Value? = nil) throws -> Int? {
        guard let template else { return nil }
        var context = context
        context[.response] = response
        guard let size = try template.string(in: context).int else {
            throw node.invalid("must come to an integer", at: "page_size")
        }
        return size
    }
}

/// A `PageIncrement`: 1, 2, 3 …
struct PageIncrement: PageStrategy {
    let size: PageSize
    let first: Int
    let sendsFirst: Bool

    var firstToken: Value? { sendsFirst ? .int(first) : nil }

    func pageSize() throws -> Int? { try size.value() }

    func token(after page: PageResult) throws -> Value? {
        let size = try page.context.pageSize ?? size.value() ?? 0
        guard page.extracted > 0, page.extracted >= size else { return nil }
        return .int((page.context.token?.int ?? first) + 1)
    }
}

/// An `OffsetIncrement`: how many records came before the page.
struct OffsetIncrement: PageStrategy {
    let size: PageSize
    let sendsFirst: Bool

    var firstToken: Value? { sendsFirst ? 0 : nil }

    func pageSize() throws -> Int? { try size.value() }

    func token(after page: PageResult) throws -> Value? {
        let size = try page.context.pageSize ?? size.value(response: page.firstElement) ?? 0
        guard page.extracted > 0, page.extracted >= size else { return nil }
        return .int((page.context.token?.int ?? 0) + page.extracted)
    }
}

/// A `CursorPagination`: a template over the answer.
struct CursorPagination: PageStrategy {
    let cursor: Template
    let stop: Template?
    let size: PageSize
    let context: Context

    var firstToken: Value? { nil }

    func pageSize() throws -> Int? { try size.value() }

    func token(after page: PageResult) throws -> Value? {
        var context = context
        context[.response] = page.firstElement
        context[.headers] = .object(HeaderMapping(page.response.head.headers, showsLinks: true))
        context[.lastRecord] = page.lastRecord.map { $0.templateValue } ?? Value.none
        context[.lastPageSize] = .int(page.count)
        context[.pageSize] = try (page.context.pageSize ?? size.value()).map { .int($0) } ?? Value.none
        context[.streamSlice] = .object(page.context.slice)
        if let stop, try stop.isTrue(in: context) { return nil }
        return try cursor.string(in: context)
    }
}

extension ComponentBuilder {
    func pageStrategy(_ node: ComponentNode) throws -> any PageStrategy {
        let size = try PageSize(node, builder: self)
        switch node.type {
        case "PageIncrement":
            return PageIncrement(
                size: size, first: try node.integer("start_from_page") ?? 0,
                sendsFirst: try node.flag("inject_on_first_request") ?? false)
        case "OffsetIncrement":
            return OffsetIncrement(size: size, sendsFirst: try node.flag("inject_on_first_request") ?? false)
        case "CursorPagination":
            guard let cursor = try node.template("cursor_value") else {
                throw node.invalid("is missing", at: "cursor_value")
            }
            let stop = try node.template("stop_condition").flatMap { $0.source.isEmpty ? nil : $0 }
            return CursorPagination(cursor: cursor, stop: stop, size: size, context: context(node))
        default: throw node.unknownType()
        }
    }
}
