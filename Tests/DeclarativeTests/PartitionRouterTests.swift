import Domain
import Interpolation
import Synchronization
import Testing

@testable import Declarative

@Suite("Partition routers")
struct PartitionRouterTests {
    private func partitions(_ router: any PartitionRouter) async throws -> [Mapping] {
        try await router.partitions().map(\.partition)
    }

    @Test("combine partitions, the first router's changing slowest; of equal names the first counts")
    func product() async throws {
        let router = ProductRouter(routers: [
            GivenPartitions([["a": 1, "c": 1], ["a": 2, "c": 2]]),
            GivenPartitions([["b": 3, "c": 3], ["b": 4, "c": 4]]),
        ])
        #expect(
            try await partitions(router) == [
                ["a": 1, "b": 3, "c": 1], ["a": 1, "b": 4, "c": 1], ["a": 2, "b": 3, "c": 2], ["a": 2, "b": 4, "c": 2],
            ])
        #expect(
            try await partitions(ProductRouter(routers: [GivenPartitions([["a": 1]]), GivenPartitions([])])).isEmpty)
    }

    @Test("group values, each once")
    func grouping() async throws {
        let given = GivenPartitions([1, 2, 1, 3].map { ["id": $0, "parent_slice": [:]] }, extras: ["n": "x"])
        let router = GroupingRouter(given, size: 2, dropsRepeated: true)
        let groups = try await router.partitions()
        #expect(
            groups.map(\.partition) == [
                ["id": [1, 2], "parent_slice": [[:], [:]]], ["id": [3], "parent_slice": [[:]]],
            ])
        #expect(groups[0].extraFields == ["n": ["x", "x"]])
        await #expect(throws: AppError.self) {
            try await GroupingRouter(GivenPartitions([["a": 1, "b": 2]]), size: 2, dropsRepeated: true).partitions()
        }
    }

    @Test("join partitions of several routers, each value once, with one member")
    func union() async throws {
        let router = UnionRouter(
            routers: [
                GivenPartitions([["id": 1]]), GivenPartitions([["id": 1], ["id": 2, "parent_slice": ["x": 1]]]),
            ],
            field: "id")
        let joined = try await router.partitions()
        #expect(joined.map(\.partition) == [["id": 1], ["id": 2]])
        #expect(joined[1].extraFields == ["parent_slice": ["x": 1]])
    }

    @Test("make a partition of each parent's record that has the key")
    func substream() async throws {
        let parent = GivenParent(
            [["data": ["id": 7], "name": "n"], ["data": ["id": .none]], ["other": 1], ["data": ["id": 8]]],
            partition: ["top": 1])
        let router = SubstreamRouter([Self.parent(parent)])
        let partitions = try await router.partitions()
        #expect(
            partitions.map(\.partition) == [
                ["pid": 7, "parent_slice": ["top": 1]], ["pid": 8, "parent_slice": ["top": 1]],
            ])
        #expect(partitions.map(\.extraFields) == [["name": "n"], ["name": .none]])
        #expect(router.parentState() == [:])
    }

    @Test(
        "read a parent from where its child's state says",
        arguments: zip(
            [
                ["parent_state": ["parent": ["u": "a"]]], ["state": ["u": "b"]], ["x": "c"],
                ["__ab_no_cursor_state_message": true],
                ["x": ["y": 1]],
            ], [["u": "a"], ["u": "b"], ["u": "c"], [:], [:]] as [Mapping]) as Zip2Sequence<[Mapping], [Mapping]>)
    func parentState(state: Mapping, from: Mapping) async throws {
        let parent = GivenParent([], partition: [:])
        let router = SubstreamRouter([Self.parent(parent, isIncremental: true)])
        try router.restore(childState: state)
        _ = try await router.partitions()
        #expect(parent.startedFrom == from)
        #expect(router.parentState() == ["parent": ["u": "now"]])
    }

    private static func parent(_ stream: GivenParent, isIncremental: Bool = false) -> SubstreamRouter.Parent {
        SubstreamRouter.Parent(
            stream: stream, key: FieldPath(slashed: "data/id"), field: "pid",
            extras: [.init(name: "name", path: FieldPath(names: ["name"]))], option: nil, isIncremental: isIncremental,
            cursorField: "u", firstPage: nil)
    }
}

/// A parent with given records.
private final class GivenParent: ParentStream {
    let name = "parent"
    private let records: [Value]
    private let slice: StreamSlice
    private let from = Mutex<Mapping?>(nil)

    init(_ records: [Value], partition: Mapping) {
        self.records = records
        slice = StreamSlice(partition: partition)
    }

    var startedFrom: Mapping? { from.withLock { $0 } }

    func forEachRecord(from state: Mapping?, _ body: (Record) async throws -> Void) async throws {
        from.withLock { $0 = state }
        for record in records { try await body(Record(.value(record), slice: slice)) }
    }

    func state() -> Mapping? { ["u": "now"] }
}
