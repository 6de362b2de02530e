import Domain

extension Benchmark {
    /// When sources are due next.
    static let schedules = [
        Benchmark(name: "schedule-next", about: "the next start of a schedule: cron, cron with a zone, interval") { _ in
            let schedules = try [
                "*/15 * * * *", "5 4 * * 1-5", "CRON_TZ=Europe/Berlin 30 2 * * *", "0 0 29 2 *", "PT15M", "@daily",
            ].map { try Schedule(parsing: $0) }
            let rounds = 2_000
            let start = Stage.wallClock.now()
            return Work(items: rounds * schedules.count, bytes: nil) { _ in
                var later = 0
                for round in 0..<rounds {
                    let time = start + .seconds(round * 7_919)
                    for schedule in schedules {
                        let next = schedule.next(after: time, anchor: start, jitterSeed: UInt64(round))
                        later += next > time ? 1 : 0
                    }
                }
                try BenchmarkFailure.check(later, rounds * schedules.count, "times")
            }
        }
    ]
}
