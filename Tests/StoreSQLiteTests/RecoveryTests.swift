import Domain
import Foundation
import StoreAPI
import TestSupport
import Testing

@testable import StoreSQLite

@Suite("A SQLite store after its process died")
struct RecoveryTests {
    @Test("queues running runs again and moves their sources' fences, and no others")
    func recover() async throws {
        let opened = try await Opened()
        for number in 1...3 { try await opened.insert(number) }
        let began = opened.clock.now
        let running = run(of: opened.source(1)) { run in
            run.status = .running
            run.attempt = 2
            run.fence = 1
            run.workerID = "w"
            run.leaseUntil = began + .seconds(30)
        }
        let queued = run(of: opened.source(2)) { _ in }
        try await opened.store.write(opened.scope) { transaction in
            for run in [running, queued] { _ = try transaction.runs.insert(run) }
            for number in 1...3 {
                guard var sync = try transaction.sync.lock(opened.source(number).id) else { continue }
                sync.batchNumber = 4
                try transaction.sync.save(sync)
            }
        }
        opened.clock.advance(by: .seconds(5))
        try await opened.store.recover()
        let (runs, fences, batches) = try await opened.store.read(opened.scope) { transaction in
            let sync = try (1...3).map { try transaction.sync.lock(opened.source($0).id) }
            return (
                try [running, queued].map { try transaction.runs.find($0.id, of: $0.source) }, sync.map { $0?.fence },
                sync.map { $0?.batchNumber }
            )
        }
        #expect(fences == [2, 1, 1])
        #expect(batches == [0, 4, 4])
        #expect(runs[1] == queued)
        var expected = running
        expected.status = .queued
        expected.runAfter = opened.clock.now
        (expected.fence, expected.workerID, expected.leaseUntil) = (nil, nil, nil)
        #expect(runs[0] == expected)
        try await opened.store.recover()
        let fence = try await opened.store.read(opened.scope) { try $0.sync.lock(opened.source(1).id)?.fence }
        #expect(fence == 2)
        try await opened.store.close()
    }

    @Test("has what was acknowledged when its files are copied as a crash leaves them")
    func crash() async throws {
        let opened = try await Opened()
        for number in 1...20 { try await opened.insert(number) }
        let copy = try TemporaryFolder()
        for ending in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: opened.path + ending, toPath: copy.path + "/test.db" + ending)
        }
        let store = try SQLiteStore(path: copy.path + "/test.db", clock: opened.clock.wall)
        let count = try await store.read(opened.scope) { try $0.sources.count(DataSourceQuery()) }
        #expect(count == 20)
        try await store.close()
        try await opened.store.close()
    }

    @Test("leaves no trace of erased bodies and secrets in its files")
    func erased() async throws {
        let opened = try await Opened()
        let canary = "canary-\(UUID().uuidString)"
        var source = opened.source(1)
        source.secrets = ["password": Array(canary.utf8)]
        let secret = source
        try await opened.store.write(opened.scope) { try $0.sources.insert(secret) }
        try await opened.merge((0..<200).map { ("k\($0)", "\(canary) \($0)") }, into: 1)
        try await opened.store.write(opened.scope) { transaction in
            guard var sync = try transaction.sync.lock(secret.id) else { return }
            _ = try transaction.records.deleteAll(of: nil, run: nil, limit: 1_000, sync: &sync)
            try transaction.sync.save(sync)
            var deleted = secret
            deleted.deletedAt = transaction.now
            try transaction.sources.update(deleted)
            _ = try transaction.sources.eraseSecrets(deletedBefore: transaction.now + .seconds(1), limit: 9)
        }
        try await opened.store.close()
        for name in try FileManager.default.contentsOfDirectory(atPath: opened.folder.path + "/data") {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: opened.folder.path + "/data/" + name))
            #expect(bytes.range(of: Data(canary.utf8)) == nil, "\(name)")
        }
    }

    private func run(of source: DataSource, _ change: (inout SyncRun) -> Void) -> SyncRun {
        var run = SyncRun(
            id: RunID(ULID(bits: 99)), tenant: source.tenant, app: nil, source: source.id, trigger: .manual,
            createdAt: source.createdAt)
        change(&run)
        return run
    }
}
