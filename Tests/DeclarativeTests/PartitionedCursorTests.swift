import Domain
import Interpolation
import Testing

@testable import Declarative

@Suite("The cursor of a stream with partitions")
struct PartitionedCursorTests {
    private func cursor(
        _ router: any PartitionRouter, isGlobal: Bool = false
    ) -> PartitionedCursor {
        PartitionedCursor(
            .days(), options: WindowOptions(), router: router, isGlobal: isGlobal,
            clock: MonotonicClock(now: { .zero }, sleep: { _ in }))
    }

    @Test("keeps progress for each partition, and one value for all once everything is read")
    func progress() async throws {
        let cursor = cursor(GivenPartitions([["id": 1], ["id": 2]], parents: ["p": ["u": "x"]]))
        let slices = try await cursor.slices()
        try cursor.read(slices[0], "2025-02-01", "2025-01-20")
        #expect(cursor.finalState()["state"] == nil)
        try cursor.read(slices[1], "2025-03-01")
        #expect(
            cursor.finalState() == [
                "use_global_cursor": false,
                "states": [
                    ["partition": ["id": 1], "cursor": ["updated": "2025-02-01"]],
                    ["partition": ["id": 2], "cursor": ["updated": "2025-03-01"]],
                ],
                "state": ["updated": "2025-03-01"], "lookback_window": 1, "parent_state": ["p": ["u": "x"]],
            ])
    }

    @Test("goes on where each partition was, and begins new ones at the value for all less the time of the last run")
    func restore() async throws {
        let cursor = cursor(GivenPartitions([["id": 1], ["id": 9], ["id": 1]]))
        try cursor.restore([
            "use_global_cursor": false, "lookback_window": 86_400, "state": ["updated": "2025-05-05"],
            "states": [["partition": ["id": 1], "cursor": ["updated": "2025-04-04"]]],
        ])
        let starts = try await cursor.slices().map { $0.cursorSlice["start_time"] }
        #expect(starts == ["2025-04-04", "2025-05-04"])
    }

    @Test("takes the state of a stream without partitions as the value for all")
    func older() async throws {
        let cursor = cursor(GivenPartitions([["id": 1]]))
        try cursor.restore(["updated": "2025-05-05"])
        #expect(try await cursor.slices()[0].cursorSlice["start_time"] == "2025-05-05")
    }

    @Test("keeps only the value for all where that is asked for, or there are too many partitions")
    func global() async throws {
        let asked = cursor(GivenPartitions([["id": 1]]), isGlobal: true)
        try asked.read(try await asked.slices()[0], "2025-02-01")
        #expect(
            asked.finalState() == [
                "use_global_cursor": true, "state": ["updated": "2025-02-01"], "lookback_window": 1,
            ])
        let many = cursor(GivenPartitions((0...PartitionBook.mostInState + 1).map { ["id": .int($0)] }))
        _ = try await many.slices()
        #expect(many.finalState()["use_global_cursor"] == true)
    }

    @Test("takes over states of an older form")
    func migration() {
        let form = LegacyPartitionState(partitionField: "id", cursorField: "updated")
        #expect(
            form.migrated(["7": ["updated": "x"]]) == [
                "states": [["partition": ["id": "7"], "cursor": ["updated": "x"]]]
            ])
        for state in [["states": []], ["updated": "x"], ["7": ["a": 1]], [:]] as [Mapping] {
            #expect(form.migrated(state) == state)
        }
    }
}

@Suite("Other cursors")
struct OtherCursorTests {
    @Test("a stream without a cursor is one slice, and its state says that it has none")
    func whole() async throws {
        let cursor = WholeCursor()
        #expect(try await cursor.slices().count == 1)
        #expect(cursor.finalState() == ["__ab_no_cursor_state_message": true])
        #expect(try await WholeCursor(router: GivenPartitions([["a": 1], ["a": 2]])).slices().count == 2)
    }

    @Test("a count goes on from the greatest number")
    func count() async throws {
        let cursor = CountCursor(field: "updated", first: 5, option: nil)
        try cursor.restore(["updated": 8])
        let slice = try await cursor.slices()[0]
        #expect(slice.cursorSlice["start"] == 8)
        #expect(try cursor.read(slice, 12, 9) == ["updated": 12])
        #expect(!cursor.isNew(Record(.value(["updated": 7]), slice: slice)))
    }
}
