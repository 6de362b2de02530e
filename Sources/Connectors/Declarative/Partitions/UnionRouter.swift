import Domain
import Interpolation

/// The partitions of several routers, one after another, each value once.
struct UnionRouter: PartitionRouter {
    let routers: [any PartitionRouter]
    /// The one member that every partition has; its others become extra fields.
    let field: String

    func forEachPartition(_ body: (StreamSlice) async throws -> Void) async throws {
        var seen: Set<Value> = []
        for router in routers {
            try await router.forEachPartition { slice in
                guard let value = slice.partition[field], value.isScalar else {
                    throw AppError(
                        .partitionUnusable, "A partition lacks \(field), or its value is no single one.",
                        recovery: .fixConfig)
                }
                guard seen.insert(value).inserted else { return }
                var extras = slice.extraFields
                for entry in slice.partition where entry.key != .string(field) { extras[entry.key] = entry.value }
                try await body(StreamSlice(partition: [.string(field): value], extraFields: extras))
            }
        }
    }

    func restore(childState: Mapping) throws {
        for router in routers { try router.restore(childState: childState) }
    }

    func parentState() -> Mapping? {
        var states = Mapping()
        for router in routers { states.merge(router.parentState() ?? [:]) }
        return states
    }
}
