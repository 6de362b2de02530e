import Interpolation

/// The cursor of a stream that is read whole each time: one slice for each of its partitions, or one in all.
final class WholeCursor: StreamCursor {
    private static let state: Mapping = ["__ab_no_cursor_state_message": true]

    private let router: (any PartitionRouter)?

    init(router: (any PartitionRouter)? = nil) { self.router = router }

    var cursorField: String? { nil }

    func restore(_ state: Mapping) throws { try router?.restore(childState: state) }

    func forEachSlice(_ body: (StreamSlice) async throws -> Void) async throws {
        guard let router else { return try await body(.whole) }
        try await router.forEachPartition(body)
    }

    func observe(_ records: [Record], in slice: StreamSlice) {}

    func close(_ slice: StreamSlice) -> Mapping? { nil }

    func finalState() -> Mapping { Self.state }

    func isNew(_ record: Record) -> Bool { true }

    func add(to options: inout RequestOptions, for page: PageContext) throws {
        try router?.add(to: &options, for: page)
    }
}
