import Domain
import Meters
import StoreAPI
import TestSupport
import Testing

@testable import Engine

@Suite("What the engine measures")
struct MeterTests {
    private func text(_ bench: Bench) -> [Substring] { MetricsText([bench.meters]).text.split(separator: "\n") }

    @Test("runs by outcome and trigger, with the records of each")
    func runs() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...20)), .batch("items", .numbered(21...30)), .end("items")])
        try await bench.sync(
            [.batch("items", .numbered(1...2, "new") + .numbered(5...33)), .end("items")],
            RunRequest(trigger: .schedule))
        let lines = text(bench)
        for line in [
            #"tributary_runs_total{outcome="succeeded",trigger="manual"} 1"#,
            #"tributary_runs_total{outcome="succeeded",trigger="schedule"} 1"#,
            #"tributary_run_duration_seconds_count{outcome="succeeded"} 2"#,
            #"tributary_records_total{outcome="inserted"} 33"#, #"tributary_records_total{outcome="updated"} 2"#,
            #"tributary_records_total{outcome="unchanged"} 26"#, #"tributary_records_total{outcome="deleted"} 2"#,
            "tributary_runs_in_progress 0",
        ] {
            #expect(lines.contains { $0 == line }, "\(line)")
        }
        #expect(bench.meters.batchTimes.count() >= 3 && bench.meters.recordBytes.value() > 0)
    }

    @Test("a run whose deletions wait, and one that fails, as such; what the failed one stored counts")
    func otherEnds() async throws {
        let bench = try await Bench()
        try await bench.sync([.batch("items", .numbered(1...40)), .end("items")])
        try await bench.sync([.batch("items", .numbered(1...5)), .end("items")])
        let broken = AppError(ErrorCode("test.down", .source, "Down."), recovery: .fixConfig)
        try await bench.sync([.batch("items", .numbered(41...43)), .fail(broken)])
        let meters = bench.meters
        #expect(meters.runTimes.count(at: RunMeters.Outcome.needsReview.meterPlace) == 1)
        #expect(meters.runTimes.count(at: RunMeters.Outcome.failed.meterPlace) == 1)
        #expect(meters.records.value(RunMeters.RecordOutcome.inserted) == 43)
        #expect(meters.records.value(RunMeters.RecordOutcome.deleted) == 0)
    }
}
