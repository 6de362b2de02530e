import Domain
import Interpolation
import JSON

/// A `SimpleRetriever`: reads a slice page by page.
final class SimpleRetriever: Retriever {
    private let requester: Requester
    private let paginator: any Paginator
    private let reader: PageReader
    private let cursor: (any StreamCursor)?
    /// The stream's router and cursor, or the router alone.
    private let slicer: (any RequestOptionsProvider)?
    private let properties: QueryProperties?
    private let dropsSlicerOnLaterPages: Bool
    /// Whether the source gives its newest records first and ends the read at the first old one.
    private let isFeed: Bool
    private let adaption: PageAdaption
    private let splitter: WindowSplitter?
    private let clock: MonotonicClock

    init(_ node: ComponentNode, parts: RetrieverParts, builder: ComponentBuilder) throws {
        clock = builder.surroundings.clock
        cursor = parts.cursor
        slicer = parts.slicer
        isFeed = parts.isFeed
        let decoder = try builder.bodyDecoder(node.child("decoder"))
        let request = try node.requiredChild("requester")
        requester = try Requester(
            request, builder: builder,
            use: Requester.Use(isStreaming: decoder.isStreaming, keepsAnswers: parts.keepsAnswers))
        paginator = try builder.paginator(node.child("paginator"))
        reader = PageReader(decoder: decoder, selector: parts.selector)
        properties = try QueryProperties(of: request, builder: builder)
        dropsSlicerOnLaterPages =
            try node.flag("ignore_stream_slicer_parameters_on_paginated_requests") ?? false
        adaption = try PageAdaption(node, builder: builder)
        splitter = try WindowSplitter(node.child("request_window_splitting"), cursor: parts.cursor)
    }

    func read(_ slice: StreamSlice, _ emit: ([Record]) async throws -> Void) async throws {
        try await read(slice, depth: 0, emit)
    }

    /// Reads a slice, and where the source finds its window too large, each half of it instead.
    private func read(
        _ slice: StreamSlice, depth: Int, _ emit: ([Record]) async throws -> Void
    ) async throws {
        do {
            try await readPages(of: slice, emit)
        } catch PageSignal.splitRequestWindow {
            guard let splitter else { throw WindowSplitter.unsupported }
            for part in try splitter.parts(of: slice, depth: depth) { try await read(part, depth: depth + 1, emit) }
        }
    }

    private func readPages(of slice: StreamSlice, _ emit: ([Record]) async throws -> Void) async throws {
        var slice = slice
        var token = paginator.firstToken
        var size = adaption.begin(pageSize: try paginator.pageSize())
        var watch = LoopWatch()
        var embedded = slice.extraFields["child_response"]
        while true {
            let context = PageContext(slice: slice, token: token, pageSize: size.current)
            let page: PageResult
            do {
                page = try await self.page(context, embedded: &embedded, emit)
                size.succeeded()
            } catch PageSignal.reducePageSize {
                try await clock.sleep(try size.reduce())
                continue
            } catch PageSignal.resetPagination {
                slice = try size.restart(slice, cursor: cursor)
                token = paginator.firstToken
                continue
            }
            guard page.response.isGood else { return }
            if size.hasReachedLimit(page.count) {
                slice = try size.restart(slice, cursor: cursor)
                token = paginator.firstToken
                continue
            }
            if isFeed, let last = page.lastRecord, cursor?.isNew(last) == false { return }
            guard let next = try paginator.token(after: page) else { return }
            try watch.note(page, next: next)
            token = next
        }
    }

    /// One page: an answer, or several where not all properties can be asked for at once.
    private func page(
        _ context: PageContext, embedded: inout Value?, _ emit: ([Record]) async throws -> Void
    ) async throws -> PageResult {
        if let value = embedded {
            embedded = nil
            let response = SourceResponse(
                head: ResponseHead(status: 200, headers: []), url: "", body: value.json)
            return try await reader.read(response, on: context) { try await pass($0, emit) }
        }
        guard let properties else {
            let response = try await send(context)
            guard response.isGood else { return Self.nothing(response, context) }
            return try await reader.read(response, on: context) { try await pass($0, emit) }
        }
        return try await pieces(of: properties, context, emit)
    }

    /// Records of a feed that were read before end the read, but aren't handed on.
    private func pass(_ records: [Record], _ emit: ([Record]) async throws -> Void) async throws {
        guard isFeed, let cursor else { return try await emit(records) }
        let new = records.filter { cursor.isNew($0) }
        if !new.isEmpty { try await emit(new) }
    }

    private func send(_ context: PageContext) async throws -> SourceResponse {
        var extra = RequestOptions()
        try paginator.add(to: &extra, for: context)
        if !dropsSlicerOnLaterPages || context.token == nil { try slicer?.add(to: &extra, for: context) }
        return try await requester.send(context, path: paginator.path(for: context.token), extra: extra)
    }

    /// Asks for a page once for each group of properties, and merges what belongs to one record.
    private func pieces(
        of properties: QueryProperties, _ context: PageContext, _ emit: ([Record]) async throws -> Void
    ) async throws -> PageResult {
        var merger = PropertyMerger(properties)
        var last: PageResult?
        var count = 0
        for group in try await properties.groups() {
            var extra = context.slice.extraFields
            extra["query_properties"] = .list(group.map { .string($0) })
            var context = context
            context = PageContext(
                slice: StreamSlice(
                    partition: context.slice.partition, cursorSlice: context.slice.cursorSlice, extraFields: extra),
                token: context.token, pageSize: context.pageSize)
            let response = try await send(context)
            guard response.isGood else {
                last = Self.nothing(response, context)
                continue
            }
            last = try await reader.read(response, on: context) { records in
                let whole = try merger.add(records)
                count += whole.count
                if !whole.isEmpty { try await pass(whole, emit) }
            }
        }
        let merged = merger.finish(slice: context.slice)
        if !merged.isEmpty { try await pass(merged, emit) }
        guard let last else { return Self.nothing(.none, context) }
        return PageResult(
            response: last.response, firstElement: last.firstElement, extracted: last.extracted,
            count: count + merged.count, lastRecord: merged.last ?? last.lastRecord, context: context)
    }

    private static func nothing(_ response: SourceResponse, _ context: PageContext) -> PageResult {
        PageResult(
            response: response, firstElement: [:], extracted: 0, count: 0, lastRecord: nil, context: context)
    }
}

/// What a retriever is made of besides its node.
struct RetrieverParts {
    var selector: any RecordSelector
    /// The stream's cursor; nil for a retriever that belongs to another component.
    var cursor: (any StreamCursor)?
    /// What adds to requests where in the source a slice lies.
    var slicer: (any RequestOptionsProvider)?
    /// Whether the source gives its newest records first.
    var isFeed = false
    /// Whether answers are kept for the run.
    var keepsAnswers = false
}
