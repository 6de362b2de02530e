import Domain
import Testing

@Suite struct ScheduleJitterTests {
    private let origin = Timestamp(milliseconds: 1_767_225_600_000)

    @Test("gives an id the same seed for ever")
    func stableSeeds() {
        #expect(Jitter.seed(of: "") == 0xF52A_15E9_A9B5_E89B)
        #expect(Jitter.seed(of: "ds_01ARZ3NDEKTSV4RRFFQ69G5FAV") == 0x3985_EEA3_E744_4DB1)
    }

    @Test(
        "stays within a tenth of the smallest gap, a minute for cron fields and five minutes for a pace",
        arguments: [
            ("* * * * *", 6), ("*/5 * * * *", 30), ("*/15 * * * *", 60), ("30 2 * * *", 60), ("0 * * * *", 60),
            ("0,2 4 * * *", 12), ("59 23 * * *", 60), ("0 0,23 * * *", 60), ("0,59 * * * *", 6), ("@hourly", 300),
            ("@daily", 300), ("CRON_TZ=Asia/Kathmandu @weekly", 300), ("PT1M", 6), ("PT15M", 90), ("P1D", 300),
        ])
    func staysWithin(text: String, seconds: Int) throws {
        let schedule = try Schedule(parsing: text)
        let delays = (0..<2000).map { schedule.jitter(seed: Jitter.seed(of: "ds_\($0)")) }
        #expect(delays.allSatisfy { $0 >= .zero && $0 < .seconds(seconds) })
        let longest = try #require(delays.max())
        #expect(longest > .seconds(seconds) * 0.98)
        #expect(schedule.jitter(seed: .max) < .seconds(seconds))
    }

    @Test("spreads a thousand hourly sources over five minutes")
    func spreads() throws {
        let schedule = try Schedule(parsing: "@hourly")
        var starts: [Int64: Int] = [:]
        for index in 0..<1000 {
            let seed = Jitter.seed(of: "ds_01ARZ3NDEKTSV4RRFFQ69G\(1000 + index)")
            let start = schedule.next(after: origin, anchor: origin, jitterSeed: seed)
            starts[start.milliseconds / 1000, default: 0] += 1
        }
        #expect(starts.values.max() ?? 0 <= 15)
        #expect(starts.count > 250)
    }

    @Test(
        "puts off every tick once, in order, later than asked",
        arguments: ["*/7 * * * *", "CRON_TZ=Europe/Berlin 30 2,3 * * *", "@hourly", "PT90S", "0 0 13 * fri"])
    func keepsOrder(text: String) throws {
        let schedule = try Schedule(parsing: text)
        for seed in [0, 1, Jitter.seed(of: "ds_a"), Jitter.seed(of: "ds_b"), .max] {
            let delay = schedule.jitter(seed: seed)
            var (tick, start) = (origin - .seconds(3600), origin - .seconds(3600) + delay)
            for _ in 0..<100 {
                tick = schedule.next(after: tick, anchor: origin)
                let previous = start
                start = schedule.next(after: start, anchor: origin, jitterSeed: seed)
                #expect(start == tick + delay)
                #expect(start > previous)
                let justBefore = Timestamp(milliseconds: start.milliseconds - 1)
                #expect(schedule.next(after: justBefore, anchor: origin, jitterSeed: seed) == start)
            }
        }
    }
}
