import CSQLite
import Foundation
import GRDB
import GRDBSQLite
import Synchronization
import TestSupport
import Testing

@testable import StoreSQLite

@Suite("A gathered write-ahead log")
struct LogGatheringTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        #expect(GatheringFileSystem.isDefault)
    }

    @Test("takes few calls for many pages")
    func fewCalls() throws {
        let database = try open(cachePages: 4_000)
        let (calls, bytes) = try database.inDatabase { database in
            let before = try written()
            try fill(database, rows: 1_000)
            let after = try written()
            return (after.calls - before.calls, after.bytes - before.bytes)
        }
        #expect(bytes > 1_000 * 4_096)
        #expect(calls < 100)
    }

    @Test("is read by its own connection before it is committed")
    func ownReads() throws {
        // The transaction is a hundred times as large as the cache: what was put out is read again.
        let database = try open(cachePages: 10)
        try database.inDatabase { database in
            try database.execute(sql: "BEGIN")
            try fill(database, rows: 1_000)
            try database.execute(sql: "UPDATE things SET body = randomblob(4000) WHERE id % 3 = 0")
            try database.execute(sql: "UPDATE things SET number = number + id")
            #expect(try Int.fetchOne(database, sql: "SELECT sum(number) FROM things") == 2 * 500_500)
            #expect(try String.fetchOne(database, sql: "PRAGMA quick_check") == "ok")
            try database.execute(sql: "COMMIT")
        }
        #expect(try looked().sum == 2 * 500_500)
    }

    @Test("is whole for others with each commit, even where nothing is synced", arguments: ["OFF", "NORMAL", "FULL"])
    func commits(synchronous: String) throws {
        let database = try open(cachePages: 100, synchronous: synchronous)
        try database.inDatabase { try fill($0, rows: 500) }
        for round in 1...20 {
            try database.inDatabase { database in
                try database.execute(
                    sql: "UPDATE things SET number = number + 1, body = randomblob(4000) WHERE id <= \(round * 25)")
            }
            let found = try looked()
            #expect(found.sum == 125_250 + 25 * round * (round + 1) / 2)
            #expect(found.check == "ok")
        }
    }

    @Test("goes on after a transaction that was taken back and after the log began anew")
    func takenBack() throws {
        let database = try open(cachePages: 10)
        try database.inDatabase { database in
            try fill(database, rows: 500)
            for round in 0..<6 {
                try database.execute(sql: "BEGIN")
                try database.execute(sql: "UPDATE things SET number = 0, body = randomblob(4000)")
                try database.execute(sql: "ROLLBACK")
                if round % 2 == 1 { try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
                try database.execute(sql: "UPDATE things SET number = number + 1 WHERE id % 7 = \(round)")
            }
        }
        let found = try looked()
        #expect(found.sum == 125_250 + (0..<6).reduce(0) { sum, rest in sum + (1...500).count { $0 % 7 == rest } })
        #expect(found.check == "ok")
    }

    @Test("tells of a write that failed and keeps nothing of it")
    func failed() throws {
        let base = try #require(sqlite3_vfs_find("unix"))
        let room = UnsafeMutableRawPointer.allocate(
            byteCount: LogGathering.place(in: base) + MemoryLayout<LogGathering>.size, alignment: 16)
        defer { room.deallocate() }
        let original = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        defer { original.deallocate() }
        original.initialize(to: sqlite3_io_methods())
        original.pointee.xWrite = { _, _, count, offset in Disk.write(count, at: offset) }
        original.pointee.xSync = { _, _ in SQLITE_OK }
        original.pointee.xClose = { _ in SQLITE_OK }
        let file = room.initializeMemory(as: sqlite3_file.self, to: sqlite3_file(pMethods: original))
        LogGathering.begin(file, base)
        let methods = try #require(file.pointee.pMethods).pointee
        var frame = [UInt8](repeating: 0, count: 24)
        #expect(methods.xWrite?(file, frame, 24, 32) == SQLITE_OK)
        #expect(methods.xWrite?(file, [1, 2, 3], 3, 56) == SQLITE_OK)
        Disk.state.withLock { $0.isFull = true }
        #expect(methods.xSync?(file, 0) == SQLITE_FULL)
        Disk.state.withLock { $0.isFull = false }
        #expect(methods.xSync?(file, 0) == SQLITE_OK)
        #expect(Disk.state.withLock { $0.written } == [])
        frame[7] = 1
        #expect(methods.xWrite?(file, frame, 24, 32) == SQLITE_OK)
        #expect(methods.xWrite?(file, [1, 2, 3], 3, 56) == SQLITE_OK)
        #expect(Disk.state.withLock { $0.written } == [24, 3])
        #expect(methods.xClose?(file) == SQLITE_OK)
    }

    /// What came through to the operating system in ``failed()``.
    private enum Disk {
        static let state = Mutex<(isFull: Bool, written: [Int32])>((false, []))

        static func write(_ count: Int32, at offset: Int64) -> Int32 {
            state.withLock { state in
                guard !state.isFull else { return SQLITE_FULL }
                state.written.append(count)
                return SQLITE_OK
            }
        }
    }

    private var path: String { folder.path + "/things.db" }

    private func open(cachePages: Int, synchronous: String = "FULL") throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA journal_mode = WAL;
                    PRAGMA synchronous = \(synchronous);
                    PRAGMA cache_size = \(cachePages);
                    PRAGMA wal_autocheckpoint = 0;
                    CREATE TABLE IF NOT EXISTS things (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, body BLOB);
                    """)
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private func fill(_ database: Database, rows: Int) throws {
        try database.execute(
            sql: """
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
                INSERT INTO things SELECT i, i, randomblob(4000) FROM n
                """)
    }

    /// What a connection of its own finds.
    private func looked() throws -> (sum: Int?, check: String?) {
        try DatabaseQueue(path: path).read { database in
            (
                try Int.fetchOne(database, sql: "SELECT sum(number) FROM things"),
                try String.fetchOne(database, sql: "PRAGMA quick_check")
            )
        }
    }

    /// By this thread, since it began.
    private func written() throws -> (calls: Int, bytes: Int) {
        let text = try String(contentsOfFile: "/proc/thread-self/io", encoding: .utf8)
        func value(_ name: String) throws -> Int {
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name + ": ") })
            return try #require(Int(line.dropFirst(name.count + 2)))
        }
        return (try value("syscw"), try value("wchar"))
    }
}
