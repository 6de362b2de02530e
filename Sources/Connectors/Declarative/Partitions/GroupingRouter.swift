import Domain
import Interpolation
import Synchronization

/// Puts so many partitions of another router together into one, whose members are lists.
final class GroupingRouter: PartitionRouter {
    private let router: any PartitionRouter
    private let size: Int
    private let dropsRepeated: Bool
    private let parents = Mutex<Mapping?>([:])

    /// - Parameter dropsRepeated: Whether a value that came before is passed over.
    init(_ router: any PartitionRouter, size: Int, dropsRepeated: Bool) {
        self.router = router
        self.size = size
        self.dropsRepeated = dropsRepeated
    }

    func forEachPartition(_ body: (StreamSlice) async throws -> Void) async throws {
        var group: [StreamSlice] = []
        var seen: Set<Value> = []
        try await router.forEachPartition { partition in
            let own = partition.partition.filter { $0.key != "parent_slice" }
            guard own.count == 1 else {
                throw AppError(
                    .partitionUnusable, "A group is made of partitions with one member each.", recovery: .fixConfig)
            }
            if dropsRepeated, !seen.insert(own[0].value).inserted { return }
            group.append(partition)
            guard group.count == size else { return }
            note()
            let full = group
            group = []
            try await body(Self.grouped(full))
        }
        note()
        if !group.isEmpty { try await body(Self.grouped(group)) }
    }

    func restore(childState: Mapping) throws { try router.restore(childState: childState) }

    func parentState() -> Mapping? { parents.withLock { $0 } }

    private func note() {
        let state = router.parentState()
        parents.withLock { $0 = state }
    }

    private static func grouped(_ group: [StreamSlice]) -> StreamSlice {
        let partition = group[0].partition.map { entry in
            (entry.key, Value.list(group.map { $0.partition[entry.key] ?? .none }))
        }
        var extras = Mapping()
        for name in group.flatMap(\.extraFields.keys) where extras[name] == nil {
            extras[name] = .list(group.map { $0.extraFields[name] ?? .none })
        }
        return StreamSlice(partition: Mapping(partition), extraFields: extras)
    }
}
