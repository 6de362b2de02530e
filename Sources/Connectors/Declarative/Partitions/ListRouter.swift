import Interpolation

/// A partition for each of a list of values.
struct ListRouter: PartitionRouter {
    let field: String
    let values: [Value]
    let option: RequestOption?

    func forEachPartition(_ body: (StreamSlice) async throws -> Void) async throws {
        for value in values { try await body(StreamSlice(partition: [.string(field): value])) }
    }

    func add(to options: inout RequestOptions, for page: PageContext) throws {
        guard let value = page.slice.merged[field], value.isTrue else { return }
        try option?.put(value, into: &options)
    }
}
