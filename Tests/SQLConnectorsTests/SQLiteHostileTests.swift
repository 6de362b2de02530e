import ConnectorAPI
import Domain
import GRDBSQLite
import Glibc
import JSON
import Synchronization
import TenantFiles
import TestSupport
import Testing

@testable import SQLConnectors

@Suite("Hostile SQLite databases", .ownThreads)
struct SQLiteHostileTests {
    private static func plan(_ name: String = "v") -> [ReadPlan.Entity] {
        [.init(name: name, mode: .full, primaryKey: [])]
    }

    /// A clock that goes on by a second whenever it is looked at.
    private static func hurriedClock() -> MonotonicClock {
        let seconds = SharedCount()
        return MonotonicClock(now: { .seconds(seconds.next()) }, sleep: { _ in })
    }

    private final class SharedCount: Sendable {
        private let count = Atomic(0)
        func next() -> Int { count.add(1, ordering: .relaxed).newValue }
    }

    @Test(
        "a view that computes for ever is stopped",
        arguments: [
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n) SELECT i FROM n ORDER BY i DESC",
            "SELECT count(*) AS c FROM t a, t b, t c, t d, t e, t f, t g, t h",
        ])
    func endless(sql: String) async throws {
        let folder = try SQLiteFolder(clock: Self.hurriedClock())
        try folder.database().run(
            """
            CREATE TABLE t (x);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
            INSERT INTO t SELECT i FROM n;
            CREATE VIEW v AS \(sql);
            """)
        #expect(try await folder.discover().map(\.name) == ["t", "v"])
        let result = try await folder.read(Self.plan())
        #expect(result.error?.code == "sqlite.stalled")
        #expect(result.error?.recovery == .fixConfig)
        #expect(result.ends.isEmpty)
    }

    @Test("a view that gives rows without end goes on in batches, and is stopped by cancellation")
    func flood() async throws {
        let folder = try SQLiteFolder()
        try folder.database().run(
            "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n")
        let reader = try await folder.reader(Self.plan())
        for _ in 0..<3 { #expect(try await reader.next()?.items.count == 10_000) }
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await reader.next()
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("cancellation stops a computation under way")
    func cancellation() async throws {
        let (looks, look) = AsyncStream.makeStream(of: Void.self)
        // The clock is looked at by the thread that computes.
        let clock = MonotonicClock(
            now: {
                look.yield()
                return .zero
            }, sleep: { _ in })
        let folder = try SQLiteFolder(clock: clock)
        try folder.database().run(
            """
            CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0
            """)
        let reader = try await folder.reader(Self.plan())
        let threads = ConnectorThreads()
        let task = Task(executorPreference: threads) { try await reader.next() }
        var count = 0
        for await _ in looks {
            count += 1
            if count == 5 { break }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
    }

    @Test("a slow source's batch goes out after two seconds")
    func slowBatch() async throws {
        let folder = try SQLiteFolder(clock: Self.hurriedClock())
        try folder.database().run(
            """
            CREATE TABLE t (x);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000)
            INSERT INTO t SELECT i FROM n;
            """)
        let result = try await folder.read(Self.plan("t"))
        #expect(result.error == nil && result.bodies.count == 9_000 && result.batches > 3)
    }

    @Test(
        "views can't reach out of the database",
        arguments: [
            "SELECT load_extension('/tmp/x')", "SELECT fts3_tokenizer('simple')",
            "SELECT * FROM pragma_table_list", "SELECT * FROM pragma_journal_mode('off')", "SELECT * FROM dbstat",
            "SELECT * FROM sqlite_stmt", "SELECT readfile('/etc/passwd')",
        ])
    func reachingOut(sql: String) async throws {
        let folder = try SQLiteFolder()
        let database = try folder.database()
        try database.run("PRAGMA writable_schema = ON; CREATE TABLE t (x)")
        try database.run(
            """
            INSERT INTO sqlite_schema VALUES
                ('view', 'v', 'v', 0, 'CREATE VIEW v AS \(sql.replacing("'", with: "''"))')
            """)
        #expect(try await folder.discover().map(\.name) == ["t"])
        let error = try await folder.read(Self.plan(), ["path": "a.db", "tables": ["v"]]).error
        #expect(error?.code == "sql.entity_unknown" || error?.code == "sqlite.unsupported")
    }

    @Test("triggers never run, and nothing is attached")
    func triggers() async throws {
        let folder = try SQLiteFolder()
        try folder.database().run(
            """
            CREATE TABLE t (x); INSERT INTO t VALUES (1); CREATE INDEX i ON t (x);
            CREATE VIEW v AS SELECT x FROM t;
            CREATE TRIGGER r INSTEAD OF INSERT ON v BEGIN DELETE FROM t; END;
            """)
        let bytes = try folder.bytes()
        #expect(try await folder.read().bodies == [#"{"x":1}"#, #"{"x":1}"#])
        #expect(try folder.bytes() == bytes)
        let place = try TenantFolder(root: folder.root, tenant: #require(TenantID("t1"))).place("a.db")
        let connection = try SQLiteConnection(
            place, cancellation: Cancellation(), clock: folder.clock, patience: .init(busy: 0))
        for sql in [
            "ATTACH '/tmp/x.db' AS x", "DETACH main", "CREATE TEMP TABLE x (y)", "PRAGMA journal_mode = DELETE",
            "PRAGMA writable_schema = ON", "PRAGMA query_only = OFF", "VACUUM", "VACUUM INTO '/tmp/x.db'", "REINDEX",
            "CREATE TABLE x (y)", "DROP TABLE t", "ANALYZE", "PRAGMA main.page_size = 1024",
        ] {
            let error = #expect(throws: AppError.self, "\(sql)") {
                _ = try SQLiteStatement(sql, on: connection, subject: "x").step()
            }
            #expect(error?.code == "sqlite.unsupported", "\(sql)")
        }
        // Virtual tables prepare such statements; they fail when they are run.
        #expect(throws: AppError.self) {
            _ = try SQLiteStatement("DELETE FROM t", on: connection, subject: "x").step()
        }
        for function in ["load_extension('x')", "fts3_tokenizer('simple')", "sqlite_log(1, 'x')"] {
            #expect(throws: AppError.self, "\(function)") {
                _ = try SQLiteStatement("SELECT \(function)", on: connection, subject: "x")
            }
        }
    }

    @Test(
        "views nested in views without end are refused, not followed to the stack's end", arguments: [20, 490, 5_000])
    func nestedViews(count: Int) async throws {
        let folder = try SQLiteFolder()
        let database = try folder.database()
        try database.run("BEGIN; CREATE TABLE v0 (x)")
        for index in 1...count { try database.run("CREATE VIEW v\(index) AS SELECT * FROM v\(index - 1)") }
        try database.run("COMMIT")
        let threads = ConnectorThreads()
        let name = "v\(count)"
        do {
            let found = try await withTaskExecutorPreference(threads) {
                try await folder.discover(["path": "a.db", "tables": [.string(name)]]).map(\.name)
            }
            #expect(found == [name])
        } catch let error as AppError {
            #expect(["sqlite.too_big", "sqlite.unsupported"].contains(error.code))
        }
    }

    @Test("expressions as deep as SQLite allows fit the stack")
    func deepExpressions() async throws {
        let folder = try SQLiteFolder()
        let deep = String(repeating: "1 + ", count: 990) + "x"
        let nested = String(repeating: "abs(", count: 20) + "x" + String(repeating: ")", count: 20)
        try folder.database().run(
            """
            CREATE TABLE t (x, CHECK (\(deep) IS NOT 0)); INSERT INTO t VALUES (1);
            CREATE VIEW v AS SELECT \(deep) AS y, \(nested) AS z FROM t WHERE \(deep) > 0;
            CREATE VIEW w AS \(Array(repeating: "SELECT y FROM v", count: 499).joined(separator: " UNION ALL "));
            """)
        let threads = ConnectorThreads()
        let result = try await withTaskExecutorPreference(threads) { try await folder.read() }
        #expect(result.error == nil)
        #expect(result.bodies.count == 501)
    }

    @Test("views that double at each level are refused in bounded time", arguments: ["UNION ALL SELECT * FROM", ","])
    func doublingViews(join: String) async throws {
        let folder = try SQLiteFolder()
        let database = try folder.database()
        try database.run("CREATE TABLE v0 (x)")
        for index in 1...16 {
            let alias = join == "," ? " b" : ""
            let columns = join == "," ? "a.x" : "*"
            try database.run(
                """
                PRAGMA writable_schema = ON;
                INSERT INTO sqlite_schema VALUES ('view', 'v\(index)', 'v\(index)', 0,
                    'CREATE VIEW v\(index) AS SELECT \(columns) FROM v\(index - 1) a \(join) v\(index - 1)\(alias)')
                """)
        }
        let names = try await folder.discover().map(\.name)
        #expect(names.contains("v0") && names.contains("v1") && !names.contains("v16"))
        // Of these SQLite would make 8,192 selects, in time that grows with their square.
        #expect(join == "," || names.contains("v8") && !names.contains("v13"))
    }

    @Test("a schema that lies about its tables gives errors")
    func lyingSchema() async throws {
        for sql in [
            "UPDATE sqlite_schema SET rootpage = 1 WHERE name = 't'", "UPDATE sqlite_schema SET rootpage = 99999",
            "UPDATE sqlite_schema SET sql = 'CREATE TABLE t (a, b, c, d UNIQUE)'",
            "UPDATE sqlite_schema SET sql = 'CREATE TABLE t (a) WITHOUT ROWID'",
            "UPDATE sqlite_schema SET sql = 'garbage'",
            "INSERT INTO sqlite_schema VALUES ('view', 'v', 'v', 0, 'CREATE VIEW v AS SELECT * FROM other.t')",
            "UPDATE sqlite_schema SET sql = NULL",
            "INSERT INTO sqlite_schema SELECT * FROM sqlite_schema",
            "UPDATE sqlite_schema SET type = 'view', rootpage = 0, sql = 'CREATE VIEW t AS SELECT * FROM t'",
        ] {
            let folder = try SQLiteFolder()
            let database = try folder.database()
            try database.run(
                "CREATE TABLE t (a INT, b TEXT); INSERT INTO t VALUES (1, 'x'); PRAGMA writable_schema = ON")
            try database.run(sql)
            let result = try await folder.read(Self.plan("t"))
            #expect(result.error != nil, "\(sql)")
            #expect(result.ends.isEmpty, "\(sql)")
        }
    }

    @Test("files beside the database are opened for reading only, whatever SQLite asks for")
    func readOnlyFiles() throws {
        #expect(ReadOnlyFileSystem.isRegistered)
        let folder = try SQLiteFolder()
        try folder.write("a.db", [])
        try folder.write("a.db-wal", [1, 2, 3, 4])
        let system = try #require(sqlite3_vfs_find(ReadOnlyFileSystem.name))
        let memory = UnsafeMutableRawPointer.allocate(byteCount: Int(system.pointee.szOsFile), alignment: 16)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: Int(system.pointee.szOsFile))
        let file = memory.assumingMemoryBound(to: sqlite3_file.self)
        for kind in [SQLITE_OPEN_WAL, SQLITE_OPEN_MAIN_JOURNAL, SQLITE_OPEN_MAIN_DB] {
            let flags = kind | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            #expect(system.pointee.xOpen(system, folder.tenant + "/gone.db-wal", file, flags, nil) == SQLITE_CANTOPEN)
            // A name in the form that SQLite hands to its file systems.
            let path = try #require(sqlite3_create_filename(folder.tenant + "/a.db-wal", "", "", 0, nil))
            defer { sqlite3_free_filename(path) }
            var given: Int32 = 0
            #expect(system.pointee.xOpen(system, path, file, flags, &given) == SQLITE_OK)
            #expect(given & SQLITE_OPEN_READONLY != 0 && given & SQLITE_OPEN_READWRITE == 0)
            let methods = try #require(file.pointee.pMethods).pointee
            #expect(methods.xWrite(file, "abcd", 4, 0) != SQLITE_OK)
            #expect(methods.xClose(file) == SQLITE_OK)
        }
        #expect(try folder.names == ["a.db", "a.db-wal"])
        #expect(try folder.bytes("a.db-wal") == [1, 2, 3, 4])
    }

    @Test("a temporary file can't grow past its limit")
    func temporaryFiles() throws {
        #expect(ReadOnlyFileSystem.isRegistered)
        let system = try #require(sqlite3_vfs_find(ReadOnlyFileSystem.name))
        let memory = UnsafeMutableRawPointer.allocate(byteCount: Int(system.pointee.szOsFile), alignment: 16)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: Int(system.pointee.szOsFile))
        let file = memory.assumingMemoryBound(to: sqlite3_file.self)
        let flags =
            SQLITE_OPEN_TRANSIENT_DB | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE
            | SQLITE_OPEN_DELETEONCLOSE
        try #require(system.pointee.xOpen(system, nil, file, flags, nil) == SQLITE_OK)
        let methods = try #require(file.pointee.pMethods).pointee
        #expect(methods.xWrite(file, "abcd", 4, 0) == SQLITE_OK)
        #expect(methods.xWrite(file, "abcd", 4, TemporaryFileLimit.mostBytes - 4) == SQLITE_OK)
        #expect(methods.xWrite(file, "abcd", 4, TemporaryFileLimit.mostBytes - 3) == SQLITE_FULL)
        var bytes: [UInt8] = [0, 0, 0, 0]
        #expect(methods.xRead(file, &bytes, 4, 0) == SQLITE_OK)
        #expect(bytes == Array("abcd".utf8))
        #expect(methods.xClose(file) == SQLITE_OK)
        #expect(system.pointee.xOpen(system, "/tmp/x", file, flags, nil) == SQLITE_CANTOPEN)
        #expect(system.pointee.xDelete(system, "/tmp/x", 0) == SQLITE_READONLY)
    }
}
