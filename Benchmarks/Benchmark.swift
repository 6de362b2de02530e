/// One thing that is measured: the same work on the same input every time.
struct Benchmark: Sendable {
    /// What a benchmark made ready: the work of one pass, which is told its number, from 0.
    struct Work: Sendable {
        /// What a pass works through.
        var items: Int
        /// How long that is as text; nil where it says nothing.
        var bytes: Int?
        var pass: @Sendable (Int) async throws -> Void
    }

    /// Work is made ready for so many passes, however many there will be, so that runs of different numbers of passes
    /// differ by the passes alone.
    static let mostPasses = 8

    let name: String
    let about: String
    var needsDatabase = false
    let prepare: @Sendable (Place) async throws -> Work

    static let all = connectors + stores(.sqlite) + stores(.postgres) + requests + schedules

    /// Makes ready, runs the passes and times each but the first, which warms up.
    func measured(in place: Place, passes: Int) async throws -> Figures {
        let work = try await prepare(place)
        let clock = ContinuousClock()
        var times: [Duration] = []
        for number in 0..<passes {
            let start = clock.now
            try await work.pass(number)
            times.append(start.duration(to: clock.now))
        }
        return Figures(items: work.items, bytes: work.bytes, times: times.count > 1 ? Array(times[1...]) : times)
    }
}

/// Where benchmarks keep their files and tables.
struct Place: Sendable {
    let folder: String
    let database: String?
}

/// Why a benchmark can't go on.
struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// Throws unless a pass did what it is measured for.
    static func check(_ done: Int, _ expected: Int, _ what: String) throws {
        if done != expected { throw BenchmarkFailure("\(what): \(done), expected \(expected)") }
    }
}
