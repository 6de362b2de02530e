import Foundation
import Testing

/// Random lives of sources that answer well and badly: 30, with `TRIBUTARY_TEST_LARGE=1` 1,000. One of them alone is run
/// again with `TRIBUTARY_TEST_SEED=…`.
@Suite(.timeLimit(.minutes(30))) struct DeletionPlanTests {
    private static let seeds: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["TRIBUTARY_TEST_SEED"].flatMap(UInt64.init) { return [seed] }
        return Array(1...(environment["TRIBUTARY_TEST_LARGE"] == nil ? 30 : 1_000))
    }()

    @Test("whatever a source answers, deletions are those of the rules and never one too many", arguments: 0..<3)
    func plans(lane: Int) async throws {
        var deleted = 0
        for (place, seed) in Self.seeds.enumerated() where place % 3 == lane {
            do {
                var plan = try await DeletionPlan(seed: seed)
                try await plan.live()
                deleted += plan.deleted
            } catch let broken as DeletionPlan.Broken {
                Issue.record("seed \(seed): \(broken). Again with TRIBUTARY_TEST_SEED=\(seed)")
            }
        }
        if Self.seeds.count > 3 { #expect(deleted > 50, "the plans hardly deleted anything") }
    }
}
