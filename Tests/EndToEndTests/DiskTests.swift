import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// The real program on a disk that fills up or fails.
@Suite(.serialized, .ownThreads) struct DiskTests {
    private static let isLarge = ProcessInfo.processInfo.environment["TRIBUTARY_TEST_LARGE"] != nil
    private static let times = isLarge ? 50 : 3

    @Test(
        "on a full disk it answers 507 and reads go on; once there is room it writes again, with all that it acknowledged",
        .timeLimit(.minutes(20)))
    func fills() async throws { try await fills(.files) }

    @Test(
        "on a full disk of PostgreSQL's it does the same",
        .enabled(if: TightDisk.canBeMade, "no file system may be mounted here"), .timeLimit(.minutes(20)))
    func fillsOfPostgres() async throws { try await fills(.ofPostgres()) }

    private func fills(_ disk: TightDisk) async throws {
        let settings = ["TRIBUTARY_LEASE_SECONDS": "1", "TRIBUTARY_LOG_LEVEL": "info"]
        let stage = try await LedgerStage(.file, rows: 2_500, settings: settings.merging(disk.settings) { $1 })
        var chance = SeededRandom(seed: stage.ledger.seed)
        var writes = AcknowledgedWrites()
        var client = try stage.server.client(limits: ClientLimits(attempts: 1))
        for cycle in 1...Self.times {
            try stage.sweep(rows: 2_500)
            try disk.fill(leaving: Int.random(in: 0...(256 << 10), using: &chance), stage.server)
            try await fill(stage, client, &writes, &chance)
            try await expectReads(stage, client)
            if cycle % 3 == 0 {
                await client.close()
                stage.server.kill()
                try disk.makeRoom(stage.server)
                try stage.server.start()
                client = try stage.server.client(limits: ClientLimits(attempts: 1))
            } else {
                try disk.makeRoom(stage.server)
            }
            try await writes.write(client, &chance)
            try await expectAll(stage, client, &writes)
        }
        await client.close()
    }

    /// Writes until the disk was full for a while.
    private func fill(
        _ stage: LedgerStage, _ client: TributaryClient, _ writes: inout AcknowledgedWrites,
        _ chance: inout SeededRandom
    ) async throws {
        var refused = 0
        var runs = 0
        while refused < 6 {
            do {
                if Int.random(in: 0..<4, using: &chance) == 0 {
                    _ = try await stage.sync(client)
                    runs += 1
                } else {
                    try await writes.write(client, &chance)
                }
            } catch let error as TributaryError {
                #expect(error.status == 507, "\(stage.note): \(error)")
                #expect(error.code == "store.full", "\(stage.note)")
                refused += 1
            }
            try #require(runs < 10_000)
        }
    }

    private func expectReads(_ stage: LedgerStage, _ client: TributaryClient) async throws {
        #expect(try await client.health().status == "ok")
        #expect(try await client.datasources.get(stage.source).id == stage.source)
        _ = try await client.datasources.list()
        try await stage.follow(client, pages: 1)
    }

    /// The store has what was acknowledged and nothing of what was refused, and the runs come to the ledger's truth.
    private func expectAll(
        _ stage: LedgerStage, _ client: TributaryClient, _ writes: inout AcknowledgedWrites
    ) async throws {
        try await writes.expectNewest(client, stage.note)
        var found: Set<String> = []
        for try await source in client.datasources.all() { found.insert(source.id) }
        #expect(found == writes.live.union([stage.source]), "\(stage.note)")
        for _ in 0..<2 { #expect(try await stage.syncToEnd(client).hasSucceeded, "\(stage.note)") }
        try await stage.expectTruth(client)
    }

    @Test(
        "a sync of the disk that fails stops it, and the next start has all that it acknowledged",
        .timeLimit(.minutes(20)))
    func failedSync() async throws {
        let server = try ServerProcess()
        var chance = SeededRandom(seed: UInt64.random(in: 1 ... .max))
        var writes = AcknowledgedWrites()
        try server.start()
        #expect(server.stop() == 0)
        for cycle in 1...Self.times {
            // From some sync on, in whatever thread it comes: a start on a database that is there needs only a few.
            let first = Int.random(in: 8...40, using: &chance)
            let note = "cycle \(cycle), failing from sync \(first) on, seed \(chance)"
            try server.start(through: [
                "/usr/bin/strace", "-D", "-f", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e",
                "inject=fsync,fdatasync:error=EIO:when=\(first)+",
            ])
            let client = try server.client(limits: ClientLimits(attempts: 1))
            await #expect(throws: ConnectionError.self, "\(note)") {
                while true { try await writes.write(client, &chance) }
            }
            await client.close()
            #expect(server.waitForEnd() == 74, "\(note)")
            let last = try server.logText().split(separator: "\n").last ?? ""
            #expect(last.contains("the disk failed to keep what was written"), "\(note): \(last)")
            try server.start()
            let after = try server.client()
            try await writes.expectAll(after, note)
            await after.close()
            #expect(server.stop() == 0)
        }
    }

    @Test(
        "PostgreSQL's sync of its disk fails again and again: 503 and never 500, and nothing that it acknowledged is lost",
        .timeLimit(.minutes(20)))
    func failedSyncOfPostgres() async throws {
        // Each process of the server fails at so many of its syncs: all end then, and the server starts them anew.
        let postgres = try await PostgresServer.start(
            settings: ["fsync": "on"],
            through: [
                "/usr/bin/strace", "-D", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fdatasync", "-e",
                "inject=fdatasync:error=EIO:when=60",
            ])
        let settings = try LedgerStage.settings(storingIn: postgres.database())
        let stage = try await LedgerStage(.file, rows: 2_500, settings: settings)
        let client = try stage.server.client(limits: ClientLimits(attempts: 1))
        let (load, seed) = (Load(stage.source), stage.ledger.seed)
        async let done: Void = load.run(client, seed: seed)
        for cycle in 1...Self.times {
            #expect(try await load.isRefused(within: .seconds(60)), "sync \(cycle), \(stage.note)")
            #expect(try await load.succeeds(10, within: .seconds(10)), "sync \(cycle), \(stage.note)")
        }
        await load.stop()
        await done
        #expect(postgres.log.contains("could not fdatasync file"))
        #expect(await load.faults == [], "\(stage.note)")
        let patient = try stage.server.client()
        try await load.writes.expectAll(patient, stage.note)
        await client.close()
        await patient.close()
    }
}
