import Domain
import StoreAPI
import TestSupport
import Testing

@testable import Engine

/// What a run says of its failure, and how often it tries (SYNC.md 7).
@Suite(.timeLimit(.minutes(5))) struct FailureTests {
    @Test("an error that no connector should throw is told by its type alone, as a bug to report")
    func unknown() async throws {
        struct Mishap: Error { var text = "canary" }
        let bench = try await Bench(schedule: "@hourly")
        let run = try await bench.sync([.fail(Mishap())])
        #expect(run.error?.code == "connector.fault")
        #expect(run.error?.message == "The connector failed with Mishap.")
        #expect(run.error?.recovery == .reportBug)
        #expect(try await bench.current().nextSyncAt == nil)
    }

    @Test("records of an entity that wasn't asked for are the connector's fault and aren't stored")
    func unasked() async throws {
        let bench = try await Bench()
        let run = try await bench.sync([.batch("others", .numbered(1...2)), .end("others")])
        #expect(run.error?.code == "connector.fault")
        #expect(try await bench.live().isEmpty)
    }

    @Test("a source that fails each time it is asked is asked three times, then left to a later run")
    func tries() async throws {
        let bench = try await Bench()
        let flap = AppError(ErrorCode("test.flap", .source, "Flap."), recovery: .retry)
        for _ in 1...5 { bench.connector.willRead([.fail(flap)]) }
        let id = try await bench.queue()
        let run = try await bench.carryOut(id)
        #expect(run.status == .failed)
        #expect(bench.connector.plans.count == 3)
        #expect(run.error?.retryAt != nil)
    }

    @Test("a source without a schedule isn't retried for ever", arguments: [(29, true), (30, false)])
    func lastRetry(failures: Int, isRetried: Bool) async throws {
        let bench = try await Bench()
        var source = try await bench.current()
        source.consecutiveFailures = failures
        let failing = source
        try await bench.store.write(bench.scope) { try $0.sources.update(failing) }
        let down = AppError(ErrorCode("test.down", .source, "Down."), recovery: .waitForSource)
        let run = try await bench.sync([.fail(down)])
        #expect((try await bench.current().nextSyncAt != nil) == isRetried)
        #expect((run.error?.retryAt != nil) == isRetried)
    }
}
