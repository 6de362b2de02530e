import Interpolation
import Testing

@testable import Declarative

@Suite("Windows of a datetime cursor")
struct WindowTests {
    private static let day = TimeSpan(microseconds: 86_400_000_000)

    private func windows(
        _ state: Mapping = [:], _ change: (inout DatetimeCursorSettings) -> Void = { _ in }
    ) async throws -> [[String]] {
        let cursor = DatetimeCursor(.days(change), options: WindowOptions())
        try cursor.restore(state)
        return try await cursor.slices().map { $0.cursorSlice.values.map(\.text) }
    }

    @Test("are one from the start to the present without a step")
    func whole() async throws {
        #expect(try await windows() == [["2025-01-01", "2025-06-15"]])
        #expect(try await windows(["updated": "2025-06-01"]) == [["2025-06-01", "2025-06-15"]])
        #expect(try await windows(["updated": "2024-06-01"]) == [["2025-01-01", "2025-06-15"]])
        #expect(try await windows(["updated": "2025-07-01"]).isEmpty)
    }

    @Test("begin earlier by the look-back, but not before the start")
    func lookback() async throws {
        let week = { (settings: inout DatetimeCursorSettings) in
            settings.lookback = TimeSpan(microseconds: 7 * 86_400_000_000)
        }
        #expect(try await windows(["updated": "2025-06-10"], week) == [["2025-06-03", "2025-06-15"]])
        #expect(try await windows(["updated": "2025-01-03"], week) == [["2025-01-01", "2025-06-15"]])
    }

    @Test("are cut by a step, a granularity apart; months follow the calendar")
    func steps() async throws {
        let months = { (settings: inout DatetimeCursorSettings) in
            settings.step = TimeSpan(years: 0, months: 2, microseconds: 0)
            settings.granularity = Self.day
        }
        #expect(
            try await windows([:], months) == [
                ["2025-01-01", "2025-02-28"], ["2025-03-01", "2025-04-30"], ["2025-05-01", "2025-06-15"],
            ])
        #expect(try await windows(["updated": "2025-06-15"], months) == [["2025-06-15", "2025-06-15"]])
    }

    @Test("fill the holes that a state has, then go on")
    func holes() async throws {
        let state: Mapping = [
            "state_type": "date-range",
            "slices": [
                ["start": "2025-01-01", "end": "2025-02-01"], ["start": "2025-03-01", "end": "2025-04-01"],
            ],
        ]
        #expect(try await windows(state) == [["2025-02-01", "2025-03-01"], ["2025-04-01", "2025-06-15"]])
    }

    @Test(
        "begin and end at midnights, Mondays or the first of months",
        arguments: zip(
            [Clamping.Target.week(0), .month], [["2025-01-06", "2025-06-08"], ["2025-02-01", "2025-05-31"]]))
    func clamping(target: Clamping.Target, window: [String]) async throws {
        let found = try await windows(["updated": "2025-01-02"]) { settings in
            settings.clamping = target
            settings.granularity = Self.day
            settings.step = TimeSpan(years: 1, months: 0, microseconds: 0)
        }
        #expect(found.count == 1)
        #expect(found.first == window)
    }
}

@Suite("The state of a datetime cursor")
struct DatetimeCursorTests {
    @Test("moves on with the slices that follow on one another, not past a hole")
    func holes() async throws {
        let cursor = DatetimeCursor(
            .days {
                $0.step = TimeSpan(years: 0, months: 2, microseconds: 0)
                $0.granularity = TimeSpan(microseconds: 86_400_000_000)
            }, options: WindowOptions())
        let slices = try await cursor.slices()
        #expect(try cursor.read(slices[1], "2025-04-02") == ["updated": "2025-01-01"])
        #expect(try cursor.read(slices[0], "2025-01-20", "2025-01-10", .none, "nonsense") == ["updated": "2025-04-02"])
        #expect(try cursor.read(slices[2]) == ["updated": "2025-04-02"])
        #expect(try cursor.finalState() == ["updated": "2025-04-02"])
    }

    @Test("keeps what else it had, and isn't moved by a read without records")
    func rest() async throws {
        let cursor = DatetimeCursor(.days(), options: WindowOptions())
        try cursor.restore(["other": 1, "updated": "2025-03-01"])
        try cursor.read(try await cursor.slices()[0])
        #expect(try cursor.finalState() == ["other": 1, "updated": "2025-03-01"])
    }

    @Test("tells new records by their time; those without one are new")
    func new() throws {
        let cursor = DatetimeCursor(
            .days { $0.lookback = TimeSpan(microseconds: 86_400_000_000) }, options: WindowOptions())
        try cursor.restore(["updated": "2025-03-10"])
        let isNew = { (value: Value) in cursor.isNew(Record(.value(["updated": value]), slice: .whole)) }
        #expect(isNew("2025-03-09") && isNew("2025-06-15") && isNew(.none) && isNew("x"))
        #expect(!isNew("2025-03-08") && !isNew("2025-06-16"))
        let text = Record(.text(Array(#"{"a":1,"updated":"2025-03-01"}"#.utf8)[...]), slice: .whole)
        #expect(!cursor.isNew(text))
    }

    @Test("refuses what isn't a time")
    func invalid() {
        let cursor = DatetimeCursor(.days(), options: WindowOptions())
        #expect(throws: (any Error).self) { try cursor.restore(["updated": "yesterday"]) }
    }

    @Test("splits a slice in two that a granularity keeps apart")
    func split() async throws {
        let cursor = DatetimeCursor(
            .days {
                $0.step = TimeSpan(years: 1, months: 0, microseconds: 0)
                $0.granularity = TimeSpan(microseconds: 86_400_000_000)
            }, options: WindowOptions())
        let slice = StreamSlice(cursorSlice: ["start_time": "2025-01-01", "end_time": "2025-01-05"])
        let parts = try cursor.split(slice, noSmallerThan: nil)?.map { $0.cursorSlice.values }
        #expect(parts == [["2025-01-01", "2025-01-02"], ["2025-01-03", "2025-01-05"]])
        #expect(try cursor.split(slice, noSmallerThan: TimeSpan(microseconds: 5 * 86_400_000_000)) == nil)
    }
}
