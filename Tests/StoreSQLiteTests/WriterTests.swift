import Dispatch
import Domain
import FaultKit
import Foundation
import StoreAPI
import Synchronization
import TestSupport
import Testing

@testable import StoreSQLite

@Suite("The SQLite writer")
struct WriterTests {
    /// More than fits below the page limit that the tests set.
    private static let large = String(repeating: "x", count: 4 << 20)

    @Test("answers a full disk, goes on reading, and writes again once there is room")
    func fullDisk() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        let limit = try await opened.writerAnswers("max_page_count")
        _ = try await opened.writerAnswers("max_page_count = \(try await opened.writerAnswers("page_count") + 20)")
        await #expect(throws: AppError(.storeFull)) { try await opened.merge([("a", Self.large)], into: 1) }
        #expect(try await opened.names() == ["source 1"])
        _ = try await opened.writerAnswers("max_page_count = \(limit)")
        try await opened.merge([("a", Self.large)], into: 1)
        let count = try await opened.store.read(opened.scope) { transaction in
            try transaction.records.count(RecordQuery(entity: "customers"), of: opened.source(1).id)
        }
        #expect(count == 1)
        try await opened.store.close()
    }

    @Test("commits a group's other jobs when one of them fills the disk")
    func fullDiskInGroup() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        _ = try await opened.writerAnswers("max_page_count = \(try await opened.writerAnswers("page_count") + 20)")
        let errors = try await atOnce(
            opened,
            [
                { try await opened.insert(2) },
                { try await opened.merge([("a", Self.large)], into: 1) },
                { try await opened.insert(3) },
                { try await opened.store.write(opened.scope) { _ in throw Interruption() } },
                { try await opened.insert(4) },
            ])
        #expect(errors == [nil, "store.full", nil, "Interruption()", nil])
        #expect(try await opened.names() == ["source 1", "source 2", "source 3", "source 4"])
        try await opened.store.close()
    }

    @Test("commits nothing of a job that swallows the disk's fullness")
    func swallowed() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        _ = try await opened.writerAnswers("max_page_count = \(try await opened.writerAnswers("page_count") + 20)")
        let (first, second) = (opened.source(1).id, opened.source(2))
        let batch = RecordBatch.of("customers", [("a", "1"), ("b", Self.large)])
        await #expect(throws: AppError.self) {
            try await opened.store.write(opened.scope) { transaction in
                guard var sync = try transaction.sync.lock(first) else { return }
                // Swallowed on purpose: this is what the store must not fall for.
                _ = try? transaction.records.merge(batch, run: RunID(ULID(bits: 1)), read: nil, sync: &sync)
                try? transaction.sources.insert(second)
            }
        }
        #expect(try await opened.names() == ["source 1"])
        try await opened.store.close()
    }

    @Test("commits nothing of a write that stopped half way, though its caller swallowed that")
    func halfWay() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        try await opened.merge([("a", "1")], into: 1)
        try await opened.merge([("a", "2")], into: 1)
        let source = opened.source(1).id
        let batch = RecordBatch.of("customers", [("b", "1"), ("c", "1")])
        await #expect(throws: AppError.self) {
            try await opened.store.write(opened.scope) { transaction in
                // Left at the feed's start, so that `b` finds a free place and `c` one that is taken.
                var sync = SyncState(source: source)
                sync.feedSeq = 0
                // Swallowed on purpose: this is what the store must not fall for.
                _ = try? transaction.records.merge(batch, run: RunID(ULID(bits: 1)), read: nil, sync: &sync)
            }
        }
        let kept = try await opened.store.read(opened.scope) { transaction in
            try transaction.records.changes(of: source, entity: nil, after: 0, limit: 9).map(\.key)
        }
        #expect(kept == [Array("a".utf8)])
        try await opened.store.close()
    }

    @Test("shares one commit between the jobs that wait")
    func group() async throws {
        let opened = try await Opened()
        let before = try await commits(opened)
        _ = try await atOnce(opened, (1...50).map { number in { try await opened.insert(number) } })
        // The job that holds the writer up is one, the fifty are one or, where they came late, a few more.
        #expect(try await commits(opened) - before <= 5)
        #expect(try await opened.names().count == 50)
        try await opened.store.close()
    }

    @Test("doesn't run a job whose caller gave up before it began")
    func cancelled() async throws {
        let opened = try await Opened()
        let hasRun = Mutex(false)
        let holdUp = HoldUp(opened)
        try await holdUp.begin()
        let task = Task {
            try await opened.store.write(opened.scope) { _ in hasRun.withLock { $0 = true } }
        }
        task.cancel()
        holdUp.end()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await opened.insert(1)
        #expect(!hasRun.withLock { $0 })
        try await opened.store.close()
    }

    @Test("finishes the jobs in line before it closes")
    func closing() async throws {
        let opened = try await Opened()
        let holdUp = HoldUp(opened)
        try await holdUp.begin()
        async let written: Void = opened.insert(1)
        while holdUp.waiting == 0 { await Task.yield() }
        async let closed: Void = opened.store.close()
        holdUp.end()
        _ = try await (written, closed)
        let again = try SQLiteStore(path: opened.path, clock: opened.clock.wall)
        let count = try await again.read(opened.scope) { try $0.sources.count(DataSourceQuery()) }
        #expect(count == 1)
        try await again.close()
    }

    @Test("writes no more after a failed sync of the disk")
    func fatal() async throws {
        let messages = Mutex<[String]>([])
        let opened = try await Opened(onFatal: { message in messages.withLock { $0.append(message) } })
        let failedSync: Int32 = 10 | 4 << 8
        await #expect(throws: AppError.self) {
            try await opened.store.writer?.exclusively { connection in try connection.check(failedSync) }
        }
        #expect(messages.withLock { $0.count } == 1)
        await #expect(throws: AppError(.storeUnavailable)) { try await opened.insert(1) }
        #expect(try await opened.names() == [])
    }

    @Test(
        "tells errors of the disk apart",
        arguments: [
            (13, 0, ErrorCode.storeFull), (10 | 3 << 8, 28, .storeFull), (10 | 3 << 8, 27, .storeFull),
            (10 | 3 << 8, 5, .storeUnavailable),
            (5, 0, .storeUnavailable), (7, 0, .storeUnavailable), (11, 0, .storeBroken), (8, 0, .storeBroken),
        ])
    func codes(_ code: Int32, _ systemError: Int32, _ expected: ErrorCode) {
        #expect(StoreFailure.error(code: code, systemError: systemError).code == expected.code)
        #expect(!StoreFailure.isFatal(code))
    }

    @Test("keeps its log short while it never rests")
    func log() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        try await withThrowingTaskGroup { group in
            // All of them wait in line: 160 MB.
            for batch in 0..<40 {
                group.addTask { try await opened.insertBulk(batch) }
            }
            try await group.waitForAll()
        }
        #expect(try opened.size("-wal") < 128 << 20)
        try await opened.store.close()
    }

    @Test("moves what it wrote into the database file once it rests")
    func rest() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        for batch in 0..<6 { try await opened.insertBulk(batch) }
        // Less than 16 MiB may stay in the log.
        let moved = 24_000_000 - 16 << 20
        let isMoved = try await eventually(within: .seconds(20)) { try opened.size() > moved }
        #expect(isMoved)
        try await opened.store.close()
    }

    /// Runs all while the writer is held up, so that they wait together; answers their errors.
    private func atOnce(
        _ opened: Opened, _ jobs: [@Sendable () async throws -> Void]
    ) async throws -> [String?] {
        let holdUp = HoldUp(opened)
        try await holdUp.begin()
        var errors = [String?](repeating: nil, count: jobs.count)
        await withTaskGroup(of: (Int, String?).self) { group in
            for (place, job) in jobs.enumerated() {
                group.addTask {
                    do {
                        try await job()
                        return (place, nil)
                    } catch {
                        return (place, (error as? AppError)?.code ?? "\(error)")
                    }
                }
            }
            while holdUp.waiting < jobs.count { await Task.yield() }
            holdUp.end()
            for await (place, error) in group { errors[place] = error }
        }
        return errors
    }

    /// The commits so far, told by the log: each ends with a frame that names the database's size.
    private func commits(_ opened: Opened) async throws -> Int {
        let log = try Data(contentsOf: URL(fileURLWithPath: opened.path + "-wal"))
        let frame = 24 + 4_096
        return stride(from: 32, to: log.count - frame + 1, by: frame).count { start in
            log[(start + 4)..<(start + 8)].contains { $0 != 0 }
        }
    }
}

/// Keeps the writer busy until told.
private final class HoldUp: Sendable {
    private let opened: Opened
    private let begun = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(_ opened: Opened) { self.opened = opened }

    var waiting: Int { opened.store.writer?.waiting ?? 0 }

    func begin() async throws {
        Task {
            try await opened.store.write(opened.scope) { [begun, ended] _ in
                begun.signal()
                _ = ended.wait(timeout: .now() + 60)
            }
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [begun] in
                _ = begun.wait(timeout: .now() + 60)
                continuation.resume()
            }
        }
    }

    func end() { ended.signal() }
}

private struct Interruption: Error {}
