import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// Backups of the real program, taken while it writes, and restored.
@Suite(.serialized, .ownThreads) struct BackupTests {
    private static let isLarge = ProcessInfo.processInfo.environment["TRIBUTARY_TEST_LARGE"] != nil

    @Test(
        "one taken under writes and a run is a prefix of what was acknowledged; its feed replays, and older cursors expire",
        .timeLimit(.minutes(10)))
    func underWrites() async throws {
        let stage = try await LedgerStage(.file, rows: 12_500)
        let client = try stage.server.client()
        #expect(try await stage.syncToEnd(client).hasSucceeded)
        for round in 1...(Self.isLarge ? 10 : 2) {
            try stage.sweep(rows: 12_500)
            _ = try await stage.sync(client)
            let file = stage.server.folder.path + "/backup-\(round).db"
            let writing = Writing()
            async let written = writing.write(client, round: round)
            try await writing.untilBegun()
            let before = await writing.acknowledged
            let (status, output) = try await backup(stage.server, to: file)
            let after = await writing.acknowledged
            await writing.stop()
            try await written
            #expect(status == 0, "\(output)")
            try await stage.settle(client)
            try await stage.follow(client)
            try await expectRestored(stage, file, round: round, acknowledged: before, atMost: after + 1)
        }
        await client.close()
    }

    /// Restores into another folder and looks at what a server there has.
    private func expectRestored(
        _ stage: LedgerStage, _ file: String, round: Int, acknowledged: Int, atMost: Int
    ) async throws {
        let other = try ServerProcess()
        try FileManager.default.createDirectory(atPath: other.folder.path + "/data", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: stage.server.folder.path + "/data/master.keys", toPath: other.folder.path + "/data/master.keys")
        let (status, output) = try other.run(["restore", file])
        #expect(status == 0, "\(output)")
        try other.write("ledger.csv", stage.ledger.csv())
        try other.start()
        let client = try other.client()
        var names: Set<String> = []
        for try await source in client.datasources.all() { names.insert(source.name) }
        let count = names.count { $0.hasPrefix("round \(round) ") }
        #expect(acknowledged...atMost ~= count, "\(count) of \(acknowledged) to \(atMost)")
        #expect((1...max(count, 1)).allSatisfy { count == 0 || names.contains("round \(round) \($0)") })
        let failure = await #expect(throws: TributaryError.self) {
            try await client.datasources.changes(stage.source, cursor: stage.follower.cursor)
        }
        #expect(failure?.status == 410)
        #expect(failure?.code == "changes.cursor_expired")
        // The run that the backup found under way is queued again and ends.
        _ = try await stage.settle(client)
        var follower = FeedFollower(source: stage.source)
        try await follower.compare(client, entity: stage.entity)
        let bodies = follower.bodies()
        #expect(follower.faults.isEmpty)
        for _ in 0..<2 { #expect(try await stage.syncToEnd(client).hasSucceeded) }
        try await follower.compare(client, entity: stage.entity)
        let differences = Ledger.differences(
            between: stage.ledger.truth, and: follower.bodies(), form: .text, leftOver: [])
        #expect(!bodies.isEmpty)
        #expect(differences.isEmpty, "\(stage.note)")
        await client.close()
    }

    /// The calls at which a backup or a restore may be caught half done.
    private static let calls = ["fsync", "link", "rename", "unlink", "pwrite64", "ftruncate"]

    @Test(
        "killed before any of its steps, it leaves no file under the final name or a whole one, and works the next time",
        .timeLimit(.minutes(10)), arguments: calls)
    func killedBackup(call: String) async throws {
        let server = try await served(sources: 3)
        let file = server.folder.path + "/backup.db"
        var kills = 0
        for step in steps {
            let (status, _) = try server.run(["backup", file], through: killing(call, step))
            if status == 0 { break }
            #expect(status == 137)
            kills += 1
            let isThere = FileManager.default.fileExists(atPath: file)
            if !isThere { #expect(try server.run(["backup", file]).status == 0) }
            let other = server.folder.path + "/other-\(step)/t.db"
            let restored = try server.run(["restore", file, "--database-url", "sqlite:" + other])
            #expect(restored.status == 0, "killed before \(call) \(step)")
            try FileManager.default.removeItem(atPath: file)
        }
        #expect(kills > 0 || call == "rename")
    }

    @Test(
        "a restore that is killed before any of its steps leaves the old database or the new one, whole",
        .timeLimit(.minutes(10)), arguments: calls)
    func killedRestore(call: String) async throws {
        let server = try await served(sources: 3)
        let file = server.folder.path + "/backup.db"
        #expect(try server.run(["backup", file]).status == 0)
        let client = try server.client()
        _ = try await client.datasources.create(json: AcknowledgedWrites.new("later"))
        await client.close()
        // The newest stays in the log.
        server.kill()
        let data = server.folder.path + "/data"
        let files = FileManager.default
        try files.moveItem(atPath: data, toPath: data + ".before")
        var counts: [Int] = []
        for step in steps {
            if files.fileExists(atPath: data) { try files.removeItem(atPath: data) }
            try files.copyItem(atPath: data + ".before", toPath: data)
            let (status, _) = try server.run(["restore", file, "--replace"], through: killing(call, step))
            #expect(status == 137 || status == 0)
            try server.start()
            let after = try server.client()
            counts.append(try await after.datasources.list().items.count)
            await after.close()
            server.kill()
            if status == 0 { break }
        }
        // Up to one step the old database, from there on the new one.
        #expect(counts.last == 3)
        #expect(counts.allSatisfy { $0 == 3 || $0 == 4 }, "\(counts)")
        #expect(counts == counts.sorted(by: >), "\(counts)")
    }

    /// Every step where they are few, a part of them where they are many.
    private var steps: some Sequence<Int> {
        sequence(first: 1) { $0 < 400 ? $0 + (Self.isLarge || $0 < 8 ? 1 : 17) : nil }
    }

    private func killing(_ call: String, _ step: Int) -> [String] {
        ["/usr/bin/strace", "-f", "-o", "/dev/null", "-e", "trace=\(call)", "-e"]
            + ["inject=\(call):signal=SIGKILL:when=\(step)"]
    }

    private func served(sources: Int) async throws -> ServerProcess {
        let server = try ServerProcess()
        try server.start()
        let client = try server.client()
        for number in 1...sources { _ = try await client.datasources.create(json: AcknowledgedWrites.new("\(number)")) }
        await client.close()
        return server
    }

    private func backup(_ server: ServerProcess, to file: String) async throws -> (status: Int32, output: String) {
        try server.run(["backup", file])
    }
}

/// Creates DataSources one after the other, and knows how many the server acknowledged.
private actor Writing {
    private(set) var acknowledged = 0
    private var isStopped = false

    func write(_ client: TributaryClient, round: Int) async throws {
        while !isStopped {
            _ = try await client.datasources.create(json: AcknowledgedWrites.new("round \(round) \(acknowledged + 1)"))
            acknowledged += 1
        }
    }

    func untilBegun() async throws {
        while acknowledged == 0 { await Task.yield() }
    }

    func stop() { isStopped = true }
}
