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
        .timeLimit(.minutes(40)))
    func freezes() async throws {
        let database = try await PostgresServer.shared().database()
        let fleet = try await Fleet(.postgres, rows: 12_500, workers: 3, on: database)
        let stage = fleet.stage
        let client = try stage.server.client()
        var chance = SeededRandom(seed: stage.ledger.seed)
        for cycle in 1...(Self.isLarge ? 200 : 20) {
            try stage.sweep(rows: 12_500)
            // Before its first batch, or between its first and its last.
            let run = try await fleet.running(client, read: Int.random(in: 0...1, using: &chance))
            // Half of them wake when the other has only begun.
            let frozen = Fleet.lease * (Bool.random(using: &chance) ? 1.2 : .random(in: 1.2...4, using: &chance))
            try await freeze(run, of: fleet, for: frozen, client, "cycle \(cycle), \(stage.note)")
            try await stage.expectFedTruth(client)
        }
        try await stage.expectTruth(client)
        await client.close()
    }

    /// Freezes a run's owner for so long, and looks at who takes over and at what it does itself when it wakes.
    private func freeze(
        _ run: SyncRunBody, of fleet: Fleet, for frozen: Duration, _ client: TributaryClient, _ note: String
    ) async throws {
        let stage = fleet.stage
        let owner = try fleet.owner(of: run)
        owner.freeze()
        defer { owner.thaw() }
        let begin = ContinuousClock.now
        // What the frozen one has read is no longer true when it wakes.
        try stage.sweep(rows: 500)
        let log = try owner.logText().utf8.count
        let isTaken = try await eventually(within: .seconds(20)) {
            let now = try await client.datasources.run(stage.source, run.id)
            return now.hasEnded || now.workerID != nil && now.workerID != run.workerID
        }
        let time = begin.duration(to: .now)
        #expect(isTaken && time < Fleet.lease + .seconds(2), "\(note): taken over after \(time)")
        _ = try await eventually(within: frozen - begin.duration(to: .now)) { false }
        owner.thaw()
        let ended = try await client.datasources.finished(run)
        #expect(ended.hasSucceeded, "\(note): \(ended)")
        // It has noticed when it says something of that run.
        let hasNoticed = try await eventually(within: .seconds(20)) {
            try owner.logText().utf8.dropFirst(log).contains(Array(run.id.utf8))
        }
        #expect(hasNoticed, "\(note)")
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
            try stage.sweep(rows: 12_500)
            #expect(try await load.succeeds(Int.random(in: 5...60, using: &chance), within: .seconds(60)))
            try postgres.stop(.immediate)
            #expect(try await load.isRefused(within: .seconds(60)))
            try postgres.start()
            #expect(try await load.succeeds(5, within: .seconds(10)), "restart \(cycle), \(stage.note)")
        }
        await load.stop()
        await done
        try await expectAll(stage, client, load)
    }

    @Test(
        "a synchronous standby takes the place of a server that died: no write that was acknowledged is lost",
        .timeLimit(.minutes(20)))
    func failover() async throws {
        for _ in 1...(Self.isLarge ? 10 : 1) {
            let primary = try await PostgresServer.start()
            let database = try primary.database()
            let standby = try await primary.startStandby()
            let proxy = try TCPProxy(to: primary.port)
            var through = database
            through.port = proxy.port
            let fleet = try await Fleet(.file, rows: 12_500, workers: 2, on: through)
            let stage = fleet.stage
            let client = try stage.server.client(limits: ClientLimits(attempts: 1))
            let (load, seed) = (Load(stage.source), stage.ledger.seed)
            async let done: Void = load.run(client, seed: seed)
            #expect(try await load.succeeds(60, within: .seconds(60)))
            try primary.kill()
            // Whatever leads to the standby may do so before it takes writes.
            proxy.retarget(to: standby.port)
            #expect(try await load.isRefused(within: .seconds(20)), "\(stage.note)")
            try standby.promote()
            #expect(try await load.succeeds(60, within: .seconds(20)), "\(stage.note)")
            await load.stop()
            await done
            try await expectAll(stage, client, load)
        }
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
