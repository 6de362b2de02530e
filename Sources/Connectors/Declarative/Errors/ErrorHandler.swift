import Interpolation

/// Says what to do about answers and how long to wait before another try.
protocol ErrorHandler: Sendable {
    /// How many more times a request is tried.
    var maxRetries: Int { get }
    /// For how long it is tried, in seconds.
    var maxTime: Int { get }
    /// Asked in order; the first that gives a time other than zero counts.
    var backoff: [any BackoffStrategy] { get }
    /// Whether the body is looked at even when the status is good.
    var readsGoodBodies: Bool { get }

    func resolution(of outcome: Outcome) throws -> Resolution
}

/// A `DefaultErrorHandler`: the first response filter that matches decides, then the status.
struct StatusErrorHandler: ErrorHandler {
    var filters: [ResponseFilter] = []
    var maxRetries = 5
    var maxTime = 600
    var backoff: [any BackoffStrategy] = []

    var readsGoodBodies: Bool { filters.contains(where: \.readsBodies) }

    func resolution(of outcome: Outcome) throws -> Resolution {
        for filter in filters {
            if let resolution = try filter.resolution(of: outcome) { return resolution }
        }
        if outcome.response?.isGood == true { return Resolution(action: .success) }
        return Resolution.usual(for: outcome) ?? .fallback
    }
}

/// A `CompositeErrorHandler`: the first handler that doesn't make the request fail decides, else the last one.
struct CompositeErrorHandler: ErrorHandler {
    let handlers: [any ErrorHandler]

    var maxRetries: Int { handlers.first?.maxRetries ?? 5 }
    var maxTime: Int { handlers.map(\.maxTime).max() ?? 600 }
    var backoff: [any BackoffStrategy] { handlers.flatMap(\.backoff) }
    var readsGoodBodies: Bool { handlers.contains(where: \.readsGoodBodies) }

    func resolution(of outcome: Outcome) throws -> Resolution {
        var last = Resolution.fallback
        for handler in handlers {
            last = try handler.resolution(of: outcome)
            switch last.action {
            case .success, .retry, .ignore, .resetPagination, .reducePageSize, .splitRequestWindow: return last
            case .fail, .rateLimited, .refreshTokenThenRetry: break
            }
        }
        return last
    }
}

extension ComponentBuilder {
    /// The handler of an `error_handler` node; the usual one where there is none.
    func errorHandler(_ node: ComponentNode?) throws -> any ErrorHandler {
        guard let node else { return StatusErrorHandler() }
        switch node.type {
        case "DefaultErrorHandler": return try statusErrorHandler(node)
        case "CompositeErrorHandler":
            let handlers = try node.children("error_handlers").map { try errorHandler($0) }
            guard !handlers.isEmpty else { throw node.invalid("must name at least one handler", at: "error_handlers") }
            return CompositeErrorHandler(handlers: handlers)
        default: throw node.unknownType()
        }
    }

    private func statusErrorHandler(_ node: ComponentNode) throws -> StatusErrorHandler {
        var handler = StatusErrorHandler()
        handler.filters = try node.children("response_filters").map { try ResponseFilter($0, builder: self) }
        handler.backoff = try node.children("backoff_strategies").map { try backoffStrategy($0) }
        if let retries = try node.template("max_retries") {
            let value = try retries.value(in: context(node), default: Template("5"))
            guard let number = value.int ?? value.string.flatMap({ Int($0) }) else {
                throw node.invalid("must come to an integer", at: "max_retries")
            }
            handler.maxRetries = number
        }
        if let seconds = try node.integer("max_time") { handler.maxTime = seconds }
        return handler
    }
}
