import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// The real program, killed at random moments while it syncs a ledger that changes.
@Suite(.serialized, .ownThreads) struct LedgerCrashTests {
    private static let isLarge = ProcessInfo.processInfo.environment["TRIBUTARY_TEST_LARGE"] != nil

    @Test(
        "killed again and again: nothing is lost, doubled or moved back, and what was acknowledged is there",
        .timeLimit(.minutes(60)), arguments: LedgerStage.Kind.allCases, LedgerStage.Store.allCases)
    func kills(kind: LedgerStage.Kind, store: LedgerStage.Store) async throws {
        let stage = try await LedgerStage(kind, rows: 12_500, store: store)
        let cycles = (Self.isLarge ? 10 : 1) * (kind == .postgres ? 50 : 6)
        var chance = SeededRandom(seed: stage.ledger.seed)
        var writes = AcknowledgedWrites()
        var (cycle, hits) = (0, 0)
        // A few more where by chance too few kills hit a running run.
        while cycle < cycles || cycle < 3 * cycles && hits <= cycles / 3 {
            cycle += 1
            // By turns, since a full read would bring back what incremental ones had lost.
            let mode = kind == .postgres && (cycle - 1) / 5 % 2 == 1 ? "incremental" : "full"
            // Where nobody says that a killed worker is gone, its run waits for the lease to end: mostly so does the next kill.
            let waits = store == .postgres && Int.random(in: 0..<4, using: &chance) > 0
            let run = try await killed(
                stage, mode: mode, afterClaim: waits, isLast: cycle % 5 == 0, &writes, &chance)
            if cycle % 5 == 0 { try await rest(stage, mode: mode, after: run) }
            if cycle >= cycles { hits = try await interruptions(stage) }
        }
        try stage.finishTransactions()
        let client = try stage.server.client()
        // What a file that was replaced in between no longer has is only gone after two whole reads.
        for _ in 0..<(kind == .file ? 2 : 1) {
            #expect(try await stage.syncToEnd(client, mode: "full").hasSucceeded, "\(stage.note)")
        }
        try await stage.expectTruth(client)
        try await writes.expectAll(client, stage.note)
        await client.close()
        hits = try await interruptions(stage)
        #expect(hits > cycles / 3, "only \(hits) of \(cycle) kills hit a running run, \(stage.note)")
    }

    /// One life: a run, changes of the table, writes and a reader of the feed beside it, and the kill, with one more
    /// write under way. After the last one of a turn the table stands still before the program runs again. Answers the
    /// run as it was last seen before the kill.
    private func killed(
        _ stage: LedgerStage, mode: String, afterClaim waits: Bool, isLast: Bool, _ writes: inout AcknowledgedWrites,
        _ chance: inout SeededRandom
    ) async throws -> SyncRunBody {
        let client = try stage.server.client(limits: ClientLimits(attempts: 1))
        // More than a batch of 10,000 changes: the kill comes when the first is stored and the run is on the way.
        let isSwept = isLast || Int.random(in: 0..<4, using: &chance) == 0
        if isSwept { try stage.sweep(rows: 12_500) }
        var run = try await stage.sync(client, mode: mode)
        if waits {
            let own = try await client.health().workerID
            _ = try await eventually(within: .seconds(20)) {
                run = try await client.datasources.run(stage.source, run.id)
                return run.hasEnded || run.workerID == own
            }
        }
        var goal = isSwept || mode == "full" && Bool.random(using: &chance) ? 1 : 0
        var steps = Int.random(in: 0...12, using: &chance)
        while goal > 0 ? run.read < goal : steps > 0 {
            steps -= 1
            switch Int.random(in: 0..<4, using: &chance) {
            case 0: try stage.change(Int.random(in: 1...6, using: &chance))
            case 1: try await writes.write(client, &chance)
            case 2: try await stage.follow(client, pages: 1, limit: Int.random(in: 50...2000, using: &chance))
            default: break
            }
            run = try await client.datasources.run(stage.source, run.id)
            guard run.hasEnded else { continue }
            (run, goal) = (try await stage.sync(client, mode: mode), 0)
        }
        let name = writes.nextName()
        async let racing = Result { try await client.datasources.create(json: AcknowledgedWrites.new(name)) }
        for _ in 0..<Int.random(in: 0...30, using: &chance) { await Task.yield() }
        stage.server.kill()
        if case .success(let source) = await racing { writes.note(source.id, name) }
        await client.close()
        if isLast { try stage.finishTransactions() }
        try stage.server.start()
        let after = try stage.server.client()
        try await writes.expectNewest(after, stage.note)
        await after.close()
        return run
    }

    /// Looks whether what follows the last kill of a turn brings the store to the truth: an incremental run, deletions
    /// aside, or the full one that the kill had hit: taken up once more than before it. One that had ended just before the
    /// kill may have read before the table's last change.
    private func rest(_ stage: LedgerStage, mode: String, after killed: SyncRunBody) async throws {
        let client = try stage.server.client()
        if mode == "incremental" {
            let run = try await stage.syncToEnd(client, mode: mode)
            #expect(run.hasSucceeded, "\(stage.note): \(run)")
            try await stage.expectFedTruth(client, knowsDeletions: false)
        } else if let run = try await stage.settle(client), run.hasSucceeded, run.mode == mode,
            run.id == killed.id && run.attempt > max(killed.attempt, 1)
        {
            try await stage.expectFedTruth(client)
        }
        await client.close()
    }

    /// How often a run had to be taken up again: each time a kill had hit it.
    private func interruptions(_ stage: LedgerStage) async throws -> Int {
        let client = try stage.server.client()
        var hits = 0
        var cursor: String?
        repeat {
            let page = try await client.datasources.runs(stage.source, limit: 100, cursor: cursor)
            hits += page.items.reduce(0) { $0 + max(0, $1.attempt - 1) }
            cursor = page.nextCursor
        } while cursor != nil
        await client.close()
        return hits
    }
}

extension SyncRunBody {
    fileprivate var read: Int { entities.reduce(0) { $0 + $1.read } }
}

extension Result where Failure == any Error, Success: Sendable {
    fileprivate init(_ body: @Sendable () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
