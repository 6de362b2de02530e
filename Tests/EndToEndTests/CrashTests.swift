import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// The real program, killed and started again.
@Suite(.serialized, .ownThreads) struct CrashTests {
    @Test("an acknowledged create is on the disk: the program syncs it before it answers")
    func durable() async throws {
        let server = try ServerProcess()
        let trace = server.folder.path + "/trace"
        try server.start(through: ["/usr/bin/strace", "-D", "-f", "-e", "trace=fsync,fdatasync", "-o", trace])
        let client = try server.client()
        func syncs() throws -> Int {
            try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n").count { $0.contains("sync(") }
        }
        let new: JSONObject = ["name": "Durable", "type": "file", "config": ["path": "x.csv"]]
        _ = try await client.datasources.create(json: new)
        let before = try syncs()
        let source = try await client.datasources.create(json: new)
        #expect(try syncs() > before)
        server.kill()
        try server.start()
        let after = try server.client()
        #expect(try await after.datasources.get(source.id).name == "Durable")
        await client.close()
        await after.close()
    }

    @Test("asked to stop during a run, it ends well and the run goes on after the next start")
    func stops() async throws {
        let server = try ServerProcess()
        try server.write("big.csv", table(rows: 60_000, value: "a"))
        try server.start()
        let client = try server.client()
        let source = try await client.datasources.create(json: [
            "name": "Big", "type": "file", "config": ["path": "big.csv", "primary_key": ["id"]],
        ])
        let run = try await client.datasources.sync(source.id)
        try await wait(for: 1, of: source.id, client)
        #expect(server.stop() == 0)
        await client.close()
        try server.start()
        let again = try server.client()
        try await settle(source.id, again)
        let ended = try await again.datasources.run(source.id, run.id)
        #expect(ended.status == "succeeded")
        try await expectTruth(source.id, rows: 60_000, again, "")
        await again.close()
    }

    private func table(rows: Int, value: String) -> String {
        var text = "id,value,padding\n"
        for row in 1...rows { text += "\(row),\(row % 7 == 0 ? value : "same"),xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n" }
        return text
    }

    /// Waits until the newest run has read so many records or has ended.
    private func wait(for read: Int, of source: String, _ client: TributaryClient) async throws {
        while let run = try await client.datasources.runs(source, limit: 1).items.first {
            let isOver = run.status != "queued" && run.status != "running"
            if isOver || run.entities.reduce(0, { $0 + $1.read }) >= read { return }
        }
    }

    private func settle(_ source: String, _ client: TributaryClient) async throws {
        try await wait(for: .max, of: source, client)
    }

    /// The feed, read from its beginning, is the file: each row once, at its newest value, in rising order.
    private func expectTruth(_ source: String, rows: Int, _ client: TributaryClient, _ note: String) async throws {
        var cursor: String?
        var seq = 0
        var live: Set<String> = []
        var seen: Set<String> = []
        while true {
            let page = try await client.datasources.changes(source, cursor: cursor, limit: 5000)
            if page.items.isEmpty { break }
            for change in page.items {
                #expect(change.seq > seq, "\(note)")
                seq = change.seq
                #expect(seen.insert(change.id).inserted, "\(note): twice in the feed")
                if !change.isDeleted { live.insert(change.key.text) }
            }
            cursor = page.nextCursor
        }
        #expect(live.count == rows, "\(note)")
        #expect(try await client.datasources.get(source).syncedEntities == ["big": rows], "\(note)")
    }
}
