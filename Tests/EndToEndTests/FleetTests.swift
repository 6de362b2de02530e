import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// Several processes on one PostgreSQL database, frozen, cut off and restarted under.
@Suite(.serialized, .ownThreads) struct FleetTests {
    private static let isLarge = ProcessInfo.processInfo.environment["TRIBUTARY_TEST_LARGE"] != nil

    @Test(
        "the owner of a run is frozen past its lease: another takes over in time, and what wakes up writes nothing",
        // With large figures alone for now: on a machine with eight times its load one freeze wasn't taken over in time.
        .enabled(if: isLarge), .timeLimit(.minutes(40)))
    func freezes() async throws {
        let database = try await PostgresServer.shared().database()
        let fleet = try await Fleet(.postgres, rows: 12_500, workers: 3, on: database)
        let stage = fleet.stage
        let client = try stage.server.client()
        var chance = SeededRandom(seed: stage.ledger.seed)
        for cycle in 1...200 {
            let note = "cycle \(cycle), \(stage.note)"
            try stage.sweep(rows: 12_500)
            // Before its first batch, or between its first and its last.
            let run = try await fleet.running(client, read: Int.random(in: 0...1, using: &chance))
            let owner = try fleet.owner(of: run)
            owner.freeze()
            let begin = ContinuousClock.now
            // What the frozen one has read is no longer true when it wakes.
            try stage.sweep(rows: 500)
            let frozen = Fleet.lease * Double.random(in: 1.2...4, using: &chance)
            let log = try owner.logText().utf8.count
            var isTaken = false
            while begin.duration(to: .now) < frozen || !isTaken {
                let now = try await client.datasources.run(stage.source, run.id)
                if !isTaken, now.hasEnded || now.workerID != nil && now.workerID != run.workerID {
                    isTaken = true
                    let time = begin.duration(to: .now)
                    #expect(time < Fleet.lease + .seconds(2), "\(note): taken over after \(time)")
                }
                try #require(begin.duration(to: .now) < .seconds(20), "\(note): \(now)")
            }
            owner.thaw()
            let ended = try await client.datasources.finished(run)
            #expect(ended.hasSucceeded, "\(note): \(ended)")
            // It has noticed when it says something of that run.
            while try !owner.logText().utf8.dropFirst(log).contains(Array(run.id.utf8)) {
                try #require(begin.duration(to: .now) < .seconds(30), "\(note): it never noticed")
                _ = try await client.health()
            }
            try await stage.expectFedTruth(client)
        }
        try await stage.expectTruth(client)
        await client.close()
    }

    /// How PostgreSQL says that a transaction is committed: the message's text with its end.
    private static let committed = Array("COMMIT\0".utf8)

    @Test(
        "answers to COMMIT are lost again and again: nothing is lost, and nothing is there twice",
        .timeLimit(.minutes(40)))
    func lostAnswers() async throws {
        let database = try await PostgresServer.shared().database()
        let proxy = try TCPProxy(to: database.port)
        let fleet = try await Fleet(.postgres, rows: 3_000, workers: 2, on: database, port: proxy.port)
        let stage = fleet.stage
        let client = try stage.server.client()
        var chance = SeededRandom(seed: stage.ledger.seed)
        let goal = Self.isLarge ? 500 : 50
        while proxy.cuts < goal {
            try stage.sweep(rows: 3_000)
            // Mostly those of batches and of the end; a claim whose answer is lost costs a lease.
            let run =
                Int.random(in: 0..<10, using: &chance) == 0
                ? try await stage.sync(client, mode: "full") : try await fleet.running(client, read: 0)
            proxy.cutInsteadOf(Self.committed, .toClient, times: Int.random(in: 1...2, using: &chance))
            let ended = try await client.datasources.finished(run)
            proxy.cutInsteadOf([], .toClient, times: 0)
            let note = "\(proxy.cuts) cuts, \(stage.note)"
            if ended.hasSucceeded {
                try await stage.expectFedTruth(client)
                // A batch that went in twice would count twice.
                let read = ended.entities.reduce(0) { $0 + $1.read }
                if ended.attempt == 1 { #expect(read == stage.ledger.truth.count, "\(note)") }
            } else {
                #expect(ended.error?.recovery == "retry", "\(note): \(ended)")
                #expect(try await stage.syncToEnd(client, mode: "full").hasSucceeded, "\(note)")
                try await stage.expectFedTruth(client)
            }
        }
        try await stage.expectTruth(client)
        await client.close()
    }

    @Test(
        "PostgreSQL restarts at once under load: 503 with Retry-After, never 500, and all is well again within 10 s",
        .timeLimit(.minutes(20)))
    func restarts() async throws {
        let postgres = try await PostgresServer.start()
        let fleet = try await Fleet(.file, rows: 12_500, workers: 2, on: postgres.database())
        let stage = fleet.stage
        let client = try stage.server.client(limits: ClientLimits(attempts: 1))
        var chance = SeededRandom(seed: stage.ledger.seed)
        let (load, seed) = (Load(stage.source), stage.ledger.seed)
        async let done: Void = load.run(client, seed: seed)
        for cycle in 1...(Self.isLarge ? 30 : 3) {
            let note = "restart \(cycle), \(stage.note)"
            try stage.sweep(rows: 12_500)
            let before = await load.succeeded
            while await load.succeeded < before + Int.random(in: 5...60, using: &chance) { await Task.yield() }
            try postgres.stop(.immediate)
            let refused = await load.refused
            while await load.refused == refused { await Task.yield() }
            try postgres.start()
            let begin = ContinuousClock.now
            let failed = await load.succeeded
            while await load.succeeded < failed + 5 {
                if begin.duration(to: .now) > .seconds(10) {
                    Issue.record("\(note): not well again after 10 s")
                    break
                }
                await Task.yield()
            }
        }
        await load.stop()
        await done
        try await expectAll(stage, client, load)
    }

    private func expectAll(_ stage: LedgerStage, _ client: TributaryClient, _ load: Load) async throws {
        #expect(await load.faults == [], "\(stage.note)")
        try await load.writes.expectAll(client, stage.note)
        for _ in 0..<2 { _ = try await stage.syncToEnd(client) }
        #expect(try await stage.syncToEnd(client).hasSucceeded, "\(stage.note)")
        try await stage.expectTruth(client)
        await client.close()
    }
}

/// Writes, reads and syncs without a pause, and looks at every answer.
private actor Load {
    private let source: String
    private(set) var writes = AcknowledgedWrites()
    private(set) var succeeded = 0
    private(set) var refused = 0
    private(set) var faults: [String] = []
    private var isStopped = false

    init(_ source: String) { self.source = source }

    func stop() { isStopped = true }

    func run(_ client: TributaryClient, seed: UInt64) async {
        var chance = SeededRandom(seed: seed)
        while !isStopped {
            do {
                switch Int.random(in: 0..<6, using: &chance) {
                case 0: _ = try await client.datasources.changes(source, limit: 100)
                case 1: _ = try await client.datasources.get(source)
                case 2: _ = try await client.datasources.sync(source)
                default: try await write(client, &chance)
                }
                succeeded += 1
            } catch let error as TributaryError where error.status == 409 {
                succeeded += 1
            } catch let error as TributaryError where error.status == 503 && error.retryAfter != nil {
                refused += 1
            } catch {
                if faults.count < 20 { faults.append("\(error)") }
            }
        }
    }

    private func write(_ client: TributaryClient, _ chance: inout SeededRandom) async throws {
        var copy = writes
        defer { writes = copy }
        try await copy.write(client, &chance)
    }
}
