import ConnectorAPI
import Glibc
import TestSupport
import Testing

/// Whole worlds of schedulers, workers, people, sources and a database, each behind one seed (docs/simulation.md).
@Suite(.timeLimit(.minutes(120)), .serialized, .ownThreads) struct SimulationTests {
    @Test("a world of one seed is the same each time", arguments: Mode.allCases)
    func repeats(mode: Mode) throws {
        let arena = try Arena()
        for seed in UInt64(1)...10 {
            let first = try Scenario.outcome(of: seed, mode, in: arena)
            let second = try Scenario.outcome(of: seed, mode, in: Arena(), isTold: true)
            #expect(first.hash == second.hash && first.steps == second.steps, "seed \(seed)")
            #expect(first.commits > 0)
        }
    }

    @Test("no promise is broken in any world", arguments: Settings.modes)
    func holds(mode: Mode) async throws {
        let failures = try await Campaign(seeds: Settings.seeds(of: mode), mode: mode).run()
        for failure in failures { Issue.record(Comment(rawValue: failure)) }
    }
}

/// What the environment asks for: `TRIBUTARY_SIM_SEED` one seed, `TRIBUTARY_SIM_MODE` one mode, `TRIBUTARY_SIM_FIRST` and
/// `TRIBUTARY_SIM_SEEDS` other seeds than the first 2,000 (50,000 with `TRIBUTARY_TEST_LARGE`).
enum Settings {
    /// Unless one seed or one mode is asked for, every other seed is for the other mode.
    static func seeds(of mode: Mode) -> [UInt64] {
        if let one = number("TRIBUTARY_SIM_SEED") { return [one] }
        let first = number("TRIBUTARY_SIM_FIRST") ?? 1
        let count = number("TRIBUTARY_SIM_SEEDS") ?? (text("TRIBUTARY_TEST_LARGE") == "1" ? 50_000 : 2_000)
        let isForAll = text("TRIBUTARY_SIM_MODE") != nil
        return (first..<first + count).filter { isForAll || ($0 % 2 == 0) == (mode == .liveness) }
    }

    static var modes: [Mode] { text("TRIBUTARY_SIM_MODE").flatMap(Mode.init(rawValue:)).map { [$0] } ?? Mode.allCases }

    private static func text(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    private static func number(_ name: String) -> UInt64? { text(name).flatMap { UInt64($0) } }
}

/// Many seeds, on as many threads as there are cores.
struct Campaign: Sendable {
    private static let threads = ConnectorThreads()
    private static let lanes = 2
    /// Failures told; a broken guard fails in many worlds, and the first few tell enough.
    private static let mostTold = 3

    let seeds: [UInt64]
    let mode: Mode

    /// Answers what failed, in words.
    func run() async throws -> [String] {
        let failed = try await withThrowingTaskGroup(of: [Outcome].self) { group in
            for lane in 0..<Self.lanes {
                group.addTask(executorPreference: Self.threads) { try failures(of: lane) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return try failed.sorted { $0.seed < $1.seed }.prefix(Self.mostTold).map(tell)
    }

    private func failures(of lane: Int) throws -> [Outcome] {
        let arena = try Arena()
        var failures: [Outcome] = []
        for seed in seeds.enumerated().lazy.filter({ $0.offset % Self.lanes == lane }).map(\.element) {
            let outcome = try Scenario.outcome(of: seed, mode, in: arena)
            if outcome.violation != nil { failures.append(outcome) }
            if failures.count == Self.mostTold { break }
        }
        return failures
    }

    private func tell(_ failure: Outcome) throws -> String {
        let again = try Scenario.outcome(of: failure.seed, mode, in: Arena(), isTold: true)
        return """
            seed \(failure.seed), \(mode): \(failure.violation ?? "")
            replay: TRIBUTARY_SIM_SEED=\(failure.seed) TRIBUTARY_SIM_MODE=\(mode) swift test --filter SimulationTests
            \(again.trace)
            """
    }
}
