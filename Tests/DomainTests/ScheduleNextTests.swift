import Domain
import Testing

/// One row of a table: a schedule, a moment, and the ticks that must follow it.
struct ScheduleCase: Sendable, CustomTestStringConvertible {
    var schedule: String
    var after: String
    var ticks: [String]

    init(_ schedule: String, _ after: String, _ ticks: String...) {
        self.schedule = schedule
        self.after = after
        self.ticks = ticks
    }

    var testDescription: String { "\(schedule) after \(after)" }

    func check() throws {
        let start = try #require(Timestamp(rfc3339: after))
        let found = try Schedule(parsing: schedule).upcoming(from: start, count: ticks.count)
        let expected = try ticks.map { try #require(Timestamp(rfc3339: $0)) }
        #expect(found.map(\.rfc3339) == expected.map(\.rfc3339))
    }
}

@Suite struct ScheduleNextTests {
    @Test(
        "follows the fields on UTC",
        arguments: [
            ScheduleCase("* * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z", "2026-01-01T00:02:00Z"),
            ScheduleCase("* * * * *", "2026-01-01T00:00:59.999Z", "2026-01-01T00:01:00Z"),
            ScheduleCase("0 0 1 1 *", "2025-12-31T23:59:59.999Z", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ScheduleCase("*/15 * * * *", "2026-01-01T23:44:00Z", "2026-01-01T23:45:00Z", "2026-01-02T00:00:00Z"),
            ScheduleCase(
                "5/20 1,3-5/2 * * *", "2026-01-01T01:40:00Z", "2026-01-01T01:45:00Z", "2026-01-01T03:05:00Z",
                "2026-01-01T03:25:00Z", "2026-01-01T03:45:00Z", "2026-01-01T05:05:00Z"),
            ScheduleCase("0 0 31 * *", "2026-01-31T00:00:00Z", "2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"),
            ScheduleCase("0 12 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T12:00:00Z", "2032-02-29T12:00:00Z"),
            ScheduleCase("0 12 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T12:00:00Z"),
            ScheduleCase(
                "0 0 28-31 2 *", "2026-02-28T00:00:00Z", "2027-02-28T00:00:00Z", "2028-02-28T00:00:00Z",
                "2028-02-29T00:00:00Z"),
            ScheduleCase("30 6 * jan,Jul SUN", "2026-01-25T06:30:00Z", "2026-07-05T06:30:00Z"),
            ScheduleCase("0 0 * * 7", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z", "2026-01-11T00:00:00Z"),
            ScheduleCase(
                "0 0 * * sat-sun", "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z",
                "2026-01-10T00:00:00Z"),
            ScheduleCase("@hourly", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"),
            ScheduleCase("@daily", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
            ScheduleCase("@weekly", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"),
            ScheduleCase("@monthly", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
            ScheduleCase("0 0 * * *", "1969-12-30T12:00:00Z", "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z"),
        ])
    func followsFields(row: ScheduleCase) throws { try row.check() }

    @Test(
        "matches either day field when both are restricted, both when one begins with a star",
        arguments: [
            ScheduleCase(
                "0 0 13 * fri", "2026-02-06T00:00:00Z", "2026-02-13T00:00:00Z", "2026-02-20T00:00:00Z",
                "2026-02-27T00:00:00Z", "2026-03-06T00:00:00Z", "2026-03-13T00:00:00Z"),
            ScheduleCase("0 0 1-31 * fri", "2026-02-06T00:00:00Z", "2026-02-07T00:00:00Z"),
            ScheduleCase("0 0 30 2 mon", "2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z"),
            ScheduleCase("0 0 */2 * mon", "2026-02-01T00:00:00Z", "2026-02-09T00:00:00Z", "2026-02-23T00:00:00Z"),
            ScheduleCase(
                "0 0 13 * */5", "2026-02-01T00:00:00Z", "2026-02-13T00:00:00Z", "2026-03-13T00:00:00Z",
                "2026-09-13T00:00:00Z"),
            ScheduleCase(
                "0 0 29 2 */6", "2026-01-01T00:00:00Z", "2032-02-29T00:00:00Z", "2048-02-29T00:00:00Z",
                "2060-02-29T00:00:00Z"),
        ])
    func combinesDays(row: ScheduleCase) throws { try row.check() }

    @Test("counts an interval from its anchor")
    func countsIntervals() throws {
        let schedule = try Schedule(parsing: "PT15M")
        let anchor = try #require(Timestamp(rfc3339: "2026-01-01T00:00:07.123Z"))
        func next(_ text: String) throws -> String {
            schedule.next(after: try #require(Timestamp(rfc3339: text)), anchor: anchor).rfc3339
        }
        #expect(try next("2026-01-01T00:00:07.123Z") == "2026-01-01T00:15:07.123Z")
        #expect(try next("2026-01-01T00:15:07.122Z") == "2026-01-01T00:15:07.123Z")
        #expect(try next("2026-01-01T00:15:07.123Z") == "2026-01-01T00:30:07.123Z")
        #expect(try next("2026-03-01T12:34:56Z") == "2026-03-01T12:45:07.123Z")
        #expect(try next("2026-01-01T00:00:07.122Z") == "2026-01-01T00:00:07.123Z")
        #expect(try next("2025-12-31T23:50:00Z") == "2026-01-01T00:00:07.123Z")
    }

    @Test("gives 1 to 100 upcoming times")
    func limitsUpcoming() throws {
        let schedule = try Schedule(parsing: "PT1M")
        let start = Timestamp(milliseconds: 0)
        #expect(schedule.upcoming(from: start, count: -5).map(\.milliseconds) == [60_000])
        #expect(schedule.upcoming(from: start, count: 100).last?.milliseconds == 6_000_000)
        #expect(schedule.upcoming(from: start, count: .max).count == 100)
    }

    @Test("ends with the last writable time and never overflows", arguments: ["0 0 * * *", "PT7M", "@monthly"])
    func ends(text: String) throws {
        let schedule = try Schedule(parsing: text)
        for milliseconds in [Int64.max, Timestamp.latest.milliseconds] {
            let time = Timestamp(milliseconds: milliseconds)
            #expect(schedule.next(after: time, anchor: time) == .latest)
            #expect(schedule.next(after: time, anchor: Timestamp(milliseconds: .min), jitterSeed: .max) == .latest)
        }
        let first = schedule.next(after: Timestamp(milliseconds: .min), anchor: Timestamp(milliseconds: .max))
        #expect(first > .earliest)
        #expect(first < Timestamp.earliest + .seconds(32 * 86_400))
    }
}
