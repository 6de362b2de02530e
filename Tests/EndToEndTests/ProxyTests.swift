import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// A PostgreSQL source behind a network that fails.
@Suite(.serialized, .ownThreads) struct ProxyTests {
    private static let isLarge = ProcessInfo.processInfo.environment["TRIBUTARY_TEST_LARGE"] != nil

    @Test("cut at any byte of a read, it deletes nothing, and the next run heals")
    func cuts() async throws {
        let (stage, proxy) = try await stage(rows: 3000)
        let client = try stage.server.client()
        #expect(try await stage.syncToEnd(client).hasSucceeded, "\(stage.note)")
        let before = proxy.bytes(.toClient)
        #expect(try await stage.syncToEnd(client, mode: "full").hasSucceeded, "\(stage.note)")
        let size = proxy.bytes(.toClient) - before
        var chance = SeededRandom(seed: stage.ledger.seed)
        let count = Self.isLarge ? 300 : 24
        var failures = 0
        for number in 0..<count {
            try stage.change(6)
            let mode = number % 3 == 2 ? "incremental" : "full"
            let how = number % 2 == 0 ? TCPProxy.Cut.reset : .end
            // Evenly over a whole read; the handshake's few bytes get as many cuts as the rows' many.
            let most = number < count / 3 ? 2000 : size
            let offset = Int.random(in: 1...most, using: &chance)
            let note = "\(mode) read cut at \(offset) of \(size) bytes, \(how), \(stage.note)"
            failures += try await expectHealed(stage, proxy, client, mode: mode, note) {
                proxy.cutAfter(bytes: offset, .toClient, how, times: 1000)
            }
        }
        // An incremental read may be over before the cut, and a full one may have all its rows.
        #expect(failures > count / 2, "\(stage.note)")
        try await finish(stage, client)
    }

    @Test("cut on the way to the server, it heals too")
    func cutsToServer() async throws {
        let (stage, proxy) = try await stage(rows: 500)
        let client = try stage.server.client()
        #expect(try await stage.syncToEnd(client).hasSucceeded, "\(stage.note)")
        for offset in [1, 8, 60, 200, 500, 1000] {
            try stage.change(6)
            let note = "cut after \(offset) bytes to the server, \(stage.note)"
            let failures = try await expectHealed(stage, proxy, client, mode: "full", note) {
                proxy.cutAfter(bytes: offset, .toServer, times: 1000)
            }
            #expect(failures == 1, "\(note)")
        }
        try await finish(stage, client)
    }

    @Test("a port that is closed fails the run and nothing else")
    func refuses() async throws {
        let (stage, proxy) = try await stage(rows: 500)
        let client = try stage.server.client()
        #expect(try await stage.syncToEnd(client).hasSucceeded, "\(stage.note)")
        try stage.change(20)
        try proxy.refuse(true)
        let run = try await stage.syncToEnd(client, mode: "full")
        #expect(run.status == "failed", "\(stage.note)")
        #expect(run.error?.code == "postgres.unreachable", "\(stage.note)")
        #expect(run.error?.retryAt != nil, "\(stage.note)")
        #expect(try await client.datasources.get(stage.source).status == "error", "\(stage.note)")
        try await stage.follow(client)
        try proxy.refuse(false)
        #expect(try await stage.syncToEnd(client, mode: "full").hasSucceeded, "\(stage.note)")
        #expect(try await client.datasources.get(stage.source).status == "connected", "\(stage.note)")
        try await finish(stage, client)
    }

    @Test("a network that stands still for a while costs nothing but time")
    func stalls() async throws {
        let (stage, proxy) = try await stage(rows: 12_000)
        let client = try stage.server.client()
        let half = try await bytesOfRun(stage, proxy, client) / 2
        for _ in 0..<3 {
            try stage.change(10)
            try await stage.settle(client)
            let before = proxy.bytes(.toClient)
            let run = try await stage.sync(client, mode: "full")
            while proxy.bytes(.toClient) - before < half {
                try #require(try await !client.datasources.run(stage.source, run.id).hasEnded, "\(stage.note)")
            }
            proxy.stall()
            try stage.change(10)
            let meanwhile = try await client.datasources.run(stage.source, run.id)
            #expect(meanwhile.status == "running", "\(stage.note)")
            proxy.resume()
            #expect(try await client.datasources.finished(run).hasSucceeded, "\(stage.note)")
        }
        try await finish(stage, client)
    }

    @Test("a run that hangs in a dead network can be cancelled, and the next one heals")
    func cancels() async throws {
        let (stage, proxy) = try await stage(rows: 12_000)
        let client = try stage.server.client()
        let half = try await bytesOfRun(stage, proxy, client) / 2
        try stage.change(10)
        let before = proxy.bytes(.toClient)
        let run = try await stage.sync(client, mode: "full")
        while proxy.bytes(.toClient) - before < half {
            try #require(try await !client.datasources.run(stage.source, run.id).hasEnded, "\(stage.note)")
        }
        proxy.stall()
        _ = try await client.datasources.cancel(stage.source, run.id)
        #expect(try await client.datasources.finished(run).status == "cancelled", "\(stage.note)")
        proxy.resume()
        try await finish(stage, client)
    }

    @Test("PostgreSQL crashes in the middle of reads and comes back: nothing is deleted, and the next run heals")
    func sourceCrashes() async throws {
        let postgres = try await PostgresServer.start()
        let stage = try await LedgerStage(.postgres, rows: 12_000, in: postgres.database())
        let client = try stage.server.client()
        #expect(try await stage.syncToEnd(client).hasSucceeded, "\(stage.note)")
        var chance = SeededRandom(seed: stage.ledger.seed)
        for _ in 0..<3 {
            try stage.change(10)
            // A crash ends the transactions that are open, which the ledger doesn't know of.
            try stage.finishTransactions()
            let live = try await client.datasources.get(stage.source).syncedEntities
            let run = try await stage.sync(client, mode: "full")
            for _ in 0..<Int.random(in: 0...20, using: &chance) {
                _ = try await client.datasources.run(stage.source, run.id)
            }
            try postgres.kill()
            let ended = try await client.datasources.finished(run)
            if !ended.hasSucceeded {
                #expect(ended.entities.allSatisfy { $0.deleted == 0 }, "\(stage.note): \(ended)")
                #expect(try await client.datasources.get(stage.source).syncedEntities == live, "\(stage.note)")
            }
            try postgres.start()
            stage.reconnect()
        }
        try await finish(stage, client)
    }

    private func stage(rows: Int) async throws -> (LedgerStage, TCPProxy) {
        let database = try await PostgresServer.shared().database()
        let proxy = try TCPProxy(to: database.port)
        let stage = try await LedgerStage(
            .postgres, rows: rows, in: database, config: ["port": .number(JSONNumber(proxy.port))])
        return (stage, proxy)
    }

    /// How many bytes a full read takes.
    private func bytesOfRun(_ stage: LedgerStage, _ proxy: TCPProxy, _ client: TributaryClient) async throws -> Int {
        #expect(try await stage.syncToEnd(client).hasSucceeded, "\(stage.note)")
        let before = proxy.bytes(.toClient)
        #expect(try await stage.syncToEnd(client, mode: "full").hasSucceeded, "\(stage.note)")
        return proxy.bytes(.toClient) - before
    }

    /// A run that is cut fails without deleting anything, or has all it needs; the run after it brings the truth.
    /// Answers how many failed: 0 or 1.
    private func expectHealed(
        _ stage: LedgerStage, _ proxy: TCPProxy, _ client: TributaryClient, mode: String, _ note: String,
        _ arm: () -> Void
    ) async throws -> Int {
        try await stage.settle(client)
        let cuts = proxy.cuts
        arm()
        let cut = try await stage.syncToEnd(client, mode: mode)
        proxy.cutAfter(bytes: 0, .toClient, times: 0)
        if !cut.hasSucceeded {
            #expect(proxy.cuts > cuts, "\(note)")
            #expect(cut.status == "failed", "\(note)")
            #expect(cut.entities.allSatisfy { $0.deleted == 0 }, "\(note)")
            #expect(["retry", "wait_for_source"].contains(cut.error?.recovery), "\(note): \(cut)")
        }
        try stage.finishTransactions()
        #expect(try await stage.syncToEnd(client, mode: mode).hasSucceeded, "\(note)")
        try await stage.expectFedTruth(client, knowsDeletions: mode == "full")
        return cut.hasSucceeded ? 0 : 1
    }

    private func finish(_ stage: LedgerStage, _ client: TributaryClient) async throws {
        try stage.finishTransactions()
        #expect(try await stage.syncToEnd(client, mode: "full").hasSucceeded, "\(stage.note)")
        try await stage.expectTruth(client)
        await client.close()
    }
}
