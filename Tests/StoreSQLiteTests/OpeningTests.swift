import Domain
import Foundation
import StoreAPI
import StoreRows
import TestSupport
import Testing

@testable import StoreSQLite

@Suite("Opening a SQLite store")
struct OpeningTests {
    @Test("sets the writing connection up to sync every commit and to checkpoint by itself")
    func pragmas() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        let expected = [
            "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0, "secure_delete": 1, "mmap_size": 0,
            "wal_autocheckpoint": 0, "temp_store": 2, "busy_timeout": 5_000, "cache_size": -16_000,
        ]
        for (pragma, value) in expected {
            // SQLite answers no row for a memory map that is off altogether.
            let answer = try await opened.writerAnswers(pragma)
            #expect(answer == value || (pragma == "mmap_size" && answer == -1), "\(pragma)")
        }
        try await opened.store.close()
    }

    @Test("gives readers connections that can't write or checkpoint")
    func readers() async throws {
        let opened = try await Opened()
        let readers = try ReaderPool(path: opened.path, count: 1, meters: StoreMeters())
        let answers = try await withCheckedThrowingContinuation { continuation in
            let isTaken = readers.submit { connection in
                continuation.resume(
                    with: Result {
                        try ["query_only", "wal_autocheckpoint", "trusted_schema"].map { pragma in
                            try connection.oneTimeStatement("PRAGMA \(pragma)").first([]) { $0.int() }
                        }
                    })
            }
            if !isTaken { continuation.resume(throwing: AppError(.storeUnavailable)) }
        }
        #expect(answers == [1, 0, 0])
        try await readers.close()
        try await opened.store.close()
    }

    @Test("keeps a second store out, in this process and in another")
    func lock() async throws {
        let opened = try await Opened()
        let refusal = #expect(throws: AppError.self) { try SQLiteStore(path: opened.path, clock: opened.clock.wall) }
        #expect(refusal?.code == ErrorCode.storeLocked.code)
        #expect(refusal?.message.contains(opened.path) == true)
        #expect(try runFlock(opened.path + ".lock") == 1)
        try await opened.store.close()
        #expect(try runFlock(opened.path + ".lock") == 0)
        let again = try SQLiteStore(path: opened.path, clock: opened.clock.wall)
        try await again.close()
    }

    @Test("makes its folder and files for their owner alone, and takes others' rights away")
    func modes() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        #expect(try mode(opened.folder.path + "/data") == 0o700)
        for ending in ["", "-wal", "-shm", ".lock"] { #expect(try mode(opened.path + ending) == 0o600) }
        try await opened.store.close()
        #expect(chmod(opened.path, 0o644) == 0)
        let again = try SQLiteStore(path: opened.path, clock: opened.clock.wall)
        #expect(try mode(opened.path) == 0o600)
        try await again.close()
    }

    @Test("leaves a database without a log when it is closed")
    func closing() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        try await opened.store.close()
        #expect(!FileManager.default.fileExists(atPath: opened.path + "-wal"))
    }

    @Test("opens for reading beside a store that serves, and without one")
    func readOnly() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        let beside = try SQLiteStore.openReadOnly(path: opened.path, clock: opened.clock.wall)
        try await opened.insert(2)
        let count = try await beside.read(opened.scope) { try $0.sources.count(DataSourceQuery()) }
        #expect(count == 2)
        await #expect(throws: AppError.self) { try await beside.write(opened.scope) { _ in } }
        await #expect(throws: AppError.self) { _ = try await beside.migrate() }
        try await beside.close()
        try await opened.insert(3)
        try await opened.store.close()
        let alone = try SQLiteStore.openReadOnly(path: opened.path, clock: opened.clock.wall)
        let names = try await alone.read(opened.scope) { try $0.sources.list(DataSourceQuery()).count }
        #expect(names == 3)
        try await alone.close()
        #expect(throws: AppError.self) {
            try SQLiteStore.openReadOnly(path: opened.folder.path + "/none.db", clock: opened.clock.wall)
        }
    }

    @Test("says so when the file isn't a database")
    func noDatabase() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/test.db"
        try Data(repeating: 7, count: 10_000).write(to: URL(fileURLWithPath: path))
        let failure = #expect(throws: AppError.self) { try SQLiteStore(path: path, clock: TestClock().wall) }
        #expect(failure?.code == ErrorCode.storeBroken.code)
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    /// Tries the lock from another process: 0 when it is free.
    private func runFlock(_ path: String) throws -> Int32 {
        try ChildProcess(
            ["/usr/bin/flock", "--nonblock", path, "true"], environment: ["PATH": "/usr/bin:/bin"], errors: "/dev/null"
        ).wait()
    }
}
