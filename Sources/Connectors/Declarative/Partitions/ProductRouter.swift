import Domain
import Interpolation

/// Every combination of the partitions of several routers; the first router's change slowest.
struct ProductRouter: PartitionRouter {
    let routers: [any PartitionRouter]

    func forEachPartition(_ body: (StreamSlice) async throws -> Void) async throws {
        var factors: [[StreamSlice]] = []
        for router in routers {
            var partitions: [StreamSlice] = []
            try await router.forEachPartition { partitions.append($0) }
            factors.append(partitions)
        }
        try await combine(factors[...], chosen: [], body)
    }

    func restore(childState: Mapping) throws {
        for router in routers { try router.restore(childState: childState) }
    }

    /// Of two routers that say something of one name, the first counts.
    func add(to options: inout RequestOptions, for page: PageContext) throws {
        var all = RequestOptions()
        for router in routers.reversed() {
            var own = RequestOptions()
            try router.add(to: &own, for: page)
            all.overwrite(with: own)
        }
        try options.add(all)
    }

    private func combine(
        _ factors: ArraySlice<[StreamSlice]>, chosen: [StreamSlice], _ body: (StreamSlice) async throws -> Void
    ) async throws {
        guard let first = factors.first else { return try await body(Self.merged(chosen)) }
        for partition in first { try await combine(factors.dropFirst(), chosen: chosen + [partition], body) }
    }

    private static func merged(_ slices: [StreamSlice]) -> StreamSlice {
        var partition = Mapping()
        var extras = Mapping()
        for slice in slices.reversed() {
            partition.merge(slice.partition)
            extras.merge(slice.extraFields)
        }
        return StreamSlice(partition: partition, extraFields: extras)
    }
}
