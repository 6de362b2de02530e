import ConnectorAPI
import Domain
import FoundationEssentials
import GRDBSQLite
import Glibc
import JSON
import TestSupport
import Testing

@testable import SQLConnectors

@Suite("SQLite files", .ownThreads)
struct SQLiteFileTests {
    @Test(
        "refuses paths that lead out, and what is no database",
        arguments: [
            ("../t2/a.db", "sqlite.path_invalid"), ("/etc/passwd", "sqlite.path_invalid"),
            ("..", "sqlite.path_invalid"),
            ("file:a.db", "sqlite.path_invalid"), ("a\u{0}.db", "sqlite.path_invalid"), ("sub", "file.not_regular"),
            ("out.db", "file.path_outside_root"), ("outdir/a.db", "file.path_outside_root"),
            ("gone.db", "file.not_found"), ("pipe.db", "file.not_regular"), ("text.db", "sqlite.not_a_database"),
            ("short.db", "sqlite.not_a_database"), ("loop.db", "file.not_found"), ("*.db", "file.not_found"),
            ("a.db?mode=rwc", "file.not_found"), ("a%2Edb", "file.not_found"),
        ])
    func refusals(path: String, code: String) async throws {
        let folder = try SQLiteFolder()
        let other = try SQLiteFolder()
        try other.database().run("CREATE TABLE t (x)")
        try folder.database().run("CREATE TABLE t (x)")
        try FileManager.default.createDirectory(atPath: folder.tenant + "/sub", withIntermediateDirectories: true)
        #expect(mkfifo(folder.tenant + "/pipe.db", 0o600) == 0)
        try folder.write("text.db", Array(repeating: UInt8(ascii: "x"), count: 5_000))
        try folder.write("short.db", Array("SQLite".utf8))
        for (name, target) in [
            ("out.db", other.tenant + "/a.db"), ("outdir", other.tenant), ("loop.db", "loop.db"),
        ] { try folder.link(name, to: target) }
        let plan: [ReadPlan.Entity] = [.init(name: "t", mode: .full, primaryKey: [])]
        let error = try await folder.read(plan, ["path": .string(path)]).error
        #expect(error?.code == code)
        #expect(error?.recovery == .fixConfig)
        let found = await #expect(throws: AppError.self) { _ = try await folder.discover(["path": .string(path)]) }
        #expect(found?.code == code)
    }

    @Test("follows links that stay inside, and names that need quoting in a URI")
    func innerLinks() async throws {
        let folder = try SQLiteFolder()
        try FileManager.default.createDirectory(atPath: folder.tenant + "/d", withIntermediateDirectories: true)
        for name in ["d/a.db", "a b?c#d%41&é.db"] {
            try folder.database(name).run("PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)")
        }
        try folder.link("in.db", to: "d/a.db")
        try folder.link("folder", to: folder.tenant + "/d")
        for path in ["d/a.db", "in.db", "folder/a.db", "./d//a.db", "a b?c#d%41&é.db"] {
            #expect(try await folder.read(nil, ["path": .string(path)]).bodies == [#"{"x":1}"#], "\(path)")
        }
    }

    @Test("a log or journal that is a link is never followed", arguments: ["-wal", "-shm", "-journal"])
    func linkedSidecars(suffix: String) async throws {
        let folder = try SQLiteFolder()
        let other = try SQLiteFolder()
        let mode = suffix == "-journal" ? "DELETE" : "WAL"
        let writer = try other.database()
        try writer.run("PRAGMA journal_mode = \(mode); CREATE TABLE t (x); INSERT INTO t VALUES (1); BEGIN")
        try writer.run("INSERT INTO t VALUES (2)")
        for name in try other.names where name != "a.db" + suffix { try folder.write(name, other.bytes(name)) }
        try folder.link("a.db" + suffix, to: other.tenant + "/a.db" + suffix)
        let plan: [ReadPlan.Entity] = [.init(name: "t", mode: .full, primaryKey: [])]
        let result = try await folder.read(plan)
        #expect(result.error?.code == "file.not_regular")
        #expect(result.ends.isEmpty)
    }

    @Test("a pipe beside the database is refused, not waited for", arguments: ["-wal", "-shm", "-journal"])
    func pipes(suffix: String) async throws {
        let folder = try SQLiteFolder()
        try folder.database().run(
            "PRAGMA journal_mode = \(suffix == "-journal" ? "DELETE" : "WAL"); CREATE TABLE t (x)")
        #expect(mkfifo(folder.tenant + "/a.db" + suffix, 0o600) == 0)
        if suffix == "-shm" { try folder.write("a.db-wal", [1]) }
        let error = await #expect(throws: AppError.self) { _ = try await folder.discover() }
        #expect(error?.code == "file.not_regular")
        #expect(error?.message.contains(suffix) == true)
    }

    @Test("a read writes nothing beside the database", arguments: ["DELETE", "WAL", "TRUNCATE", "PERSIST"])
    func leavesNothing(mode: String) async throws {
        let folder = try SQLiteFolder()
        try folder.database().run(
            """
            PRAGMA journal_mode = \(mode); CREATE TABLE t (id INTEGER PRIMARY KEY, x INT);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
            INSERT INTO t SELECT i, 30000 - i FROM n;
            """)
        let names = try folder.names
        let bytes = try folder.bytes()
        let reader = try await folder.reader([
            .init(name: "t", mode: .incremental, primaryKey: ["id"], cursorField: "x")
        ])
        #expect(try await reader.next()?.items.count == 10_000)
        #expect(try folder.names == names)
        await reader.close()
        #expect(try await folder.read().ends["t"]?.isSnapshot == true)
        #expect(try folder.names == names)
        #expect(try folder.bytes() == bytes)
    }

    @Test("reads a WAL database in a folder that can't be written, whoever asks")
    func readOnlyFolder() async throws {
        let folder = try SQLiteFolder()
        try folder.database().run("PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)")
        #expect(chmod(folder.tenant, 0o555) == 0)
        defer { chmod(folder.tenant, 0o755) }
        #expect(try await folder.read().bodies == [#"{"x":1}"#])
        #expect(try folder.names == ["a.db"])
    }

    @Test("a log without its index asks for the database's own program")
    func orphanLog() async throws {
        let folder = try SQLiteFolder()
        let other = try SQLiteFolder()
        let writer = try other.database()
        try writer.run("PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)")
        try folder.write("a.db", other.bytes("a.db"))
        try folder.write("a.db-wal", other.bytes("a.db-wal"))
        let plan: [ReadPlan.Entity] = [.init(name: "t", mode: .full, primaryKey: [])]
        let error = try await folder.read(plan).error
        #expect(error?.code == "sqlite.recovery_needed")
        #expect(error?.recovery == .waitForSource)
        // With an index that nobody holds, as a killed program leaves it, the log is read.
        try folder.write("a.db-shm", other.bytes("a.db-shm"))
        let names = try folder.names
        let bytes = try names.map { try folder.bytes($0) }
        #expect(try await folder.read(plan).bodies == [#"{"x":1}"#])
        #expect(try folder.names == names)
        #expect(try names.map { try folder.bytes($0) } == bytes)
        // A program that comes back can go on.
        try folder.database().run("INSERT INTO t VALUES (2)")
        #expect(try await folder.read(plan).bodies.count == 2)
    }

    @Test("a journal left by a program that was killed asks for it")
    func hotJournal() async throws {
        let folder = try SQLiteFolder()
        let other = try SQLiteFolder()
        let writer = try other.database()
        try writer.run(
            """
            CREATE TABLE t (x); PRAGMA cache_size = 1;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            INSERT INTO t SELECT printf('%100d', i) FROM n;
            BEGIN; UPDATE t SET x = 'half';
            """)
        for name in ["a.db", "a.db-journal"] { try folder.write(name, other.bytes(name)) }
        let plan: [ReadPlan.Entity] = [.init(name: "t", mode: .full, primaryKey: [])]
        let error = try await folder.read(plan).error
        #expect(error?.code == "sqlite.recovery_needed")
        try folder.database().run("SELECT count(*) FROM t")
        let result = try await folder.read(plan)
        #expect(result.error == nil && result.bodies.count == 5_000 && !result.bodies.contains(#"{"x":"half"}"#))
    }

    @Test("a database that is held exclusively is locked, and is read once it is free")
    func locked() async throws {
        let folder = try SQLiteFolder()
        let writer = try folder.database()
        try writer.run("CREATE TABLE t (x); INSERT INTO t VALUES (1); BEGIN EXCLUSIVE")
        let plan: [ReadPlan.Entity] = [.init(name: "t", mode: .full, primaryKey: [])]
        let error = try await folder.read(plan).error
        #expect(error?.code == "sqlite.locked")
        #expect(error?.recovery == .retry)
        try writer.run("COMMIT")
        #expect(try await folder.read(plan).bodies.count == 1)
    }

    /// Reads two tables of which the second changes after the first batch.
    private func readDuringWrites(_ folder: SQLiteFolder, _ write: (Int) throws -> Void) async throws -> SQLiteResult {
        let reader = try await folder.reader([
            .init(name: "a", mode: .full, primaryKey: ["id"]), .init(name: "b", mode: .full, primaryKey: ["id"]),
        ])
        var result = SQLiteResult()
        while let batch = try await reader.next() {
            result.add(batch)
            try write(result.batches)
        }
        await reader.close()
        return result
    }

    private static let twoTables = """
        CREATE TABLE a (id INTEGER PRIMARY KEY, v); CREATE TABLE b (id INTEGER PRIMARY KEY, v);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000)
        INSERT INTO a SELECT i, 'old' FROM n;
        INSERT INTO b SELECT * FROM a;
        """

    @Test("a writer that goes on during the read of a WAL database isn't seen, even when it checkpoints")
    func concurrentWriter() async throws {
        let folder = try SQLiteFolder()
        let writer = try folder.database()
        try writer.run("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 10; \(Self.twoTables)")
        let result = try await readDuringWrites(folder) { batch in
            try writer.run(
                """
                UPDATE b SET v = 'new\(batch)'; UPDATE a SET v = 'new'; DELETE FROM b WHERE id % 7 = \(batch);
                INSERT INTO a VALUES (\(100_000 + batch), 'new'); PRAGMA wal_checkpoint(PASSIVE);
                """)
        }
        #expect(result.bodies.count == 50_000)
        #expect(result.bodies.allSatisfy { $0.hasSuffix(#""v":"old"}"#) })
        #expect(result.ends.count == 2 && result.ends.values.allSatisfy { $0.isComplete && $0.isSnapshot })
    }

    @Test(
        "a writer in another process isn't seen either")
    func otherProcess() async throws {
        let folder = try SQLiteFolder()
        try folder.database().run("PRAGMA journal_mode = WAL; \(Self.twoTables)")
        let child = try ShellDatabase(folder.tenant + "/a.db")
        try child.run("UPDATE b SET v = 'old';")
        let result = try await readDuringWrites(folder) { batch in
            try child.run("UPDATE b SET v = 'new\(batch)'; DELETE FROM a; PRAGMA wal_checkpoint(TRUNCATE);")
        }
        #expect(result.bodies.count == 50_000)
        #expect(result.bodies.allSatisfy { $0.hasSuffix(#""v":"old"}"#) })
        child.end()
        #expect(try folder.names == ["a.db"])
        #expect(try await folder.read().bodies.count == 25_000)
    }

    @Test("writers wait while a database without WAL is read")
    func writersWait() async throws {
        let folder = try SQLiteFolder()
        let writer = try folder.database()
        sqlite3_busy_timeout(writer.handle, 0)
        try writer.run(Self.twoTables)
        let result = try await readDuringWrites(folder) { batch in
            if batch < 6 { #expect(throws: SQLiteDatabase.Failure.self) { try writer.run("UPDATE b SET v = 'new'") } }
        }
        #expect(result.bodies.count == 50_000)
        #expect(result.bodies.allSatisfy { $0.hasSuffix(#""v":"old"}"#) })
        try writer.run("UPDATE b SET v = 'new'")
    }

    @Test(
        "the end of one read doesn't drop the lock of another")
    func twoReads() async throws {
        let folder = try SQLiteFolder()
        try folder.database().run(Self.twoTables)
        let reader = try await folder.reader([.init(name: "a", mode: .full, primaryKey: ["id"])])
        var result = SQLiteResult()
        result.add(try #require(try await reader.next()))
        #expect(try await folder.read().ends.count == 2)
        _ = try await folder.discover()
        let child = try ShellDatabase(folder.tenant + "/a.db")
        #expect(throws: SQLiteFolder.Failure.self) { try child.run("UPDATE a SET v = 'new';") }
        while let batch = try await reader.next() { result.add(batch) }
        #expect(result.bodies.count == 25_000 && result.ends["a"]?.isSnapshot == true)
    }

    /// What happens to the file past SQLite's locks.
    enum Rewrite: CaseIterable { case overwritten, touched, cut, grown, writerWithoutLog }

    @Test("a file that is rewritten past SQLite's locks fails the read", arguments: Rewrite.allCases)
    func rewritten(how: Rewrite) async throws {
        let folder = try SQLiteFolder()
        let mode = how == .writerWithoutLog ? "WAL" : "DELETE"
        try folder.database().run("PRAGMA journal_mode = \(mode); \(Self.twoTables)")
        let reader = try await folder.reader([
            .init(name: "a", mode: .full, primaryKey: ["id"]), .init(name: "b", mode: .full, primaryKey: ["id"]),
        ])
        var result = SQLiteResult()
        result.add(try #require(try await reader.next()))
        let path = folder.tenant + "/a.db"
        var writer: SQLiteDatabase?
        switch how {
        case .overwritten:
            let file = open(path, O_WRONLY)
            #expect(pwrite(file, "x", 1, 900_000) == 1)
            close(file)
        case .touched:
            var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
            #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
        case .cut: #expect(truncate(path, 8_192) == 0)
        case .grown: #expect(truncate(path, 10_000_000) == 0)
        case .writerWithoutLog:
            writer = try folder.database()
            try writer?.run("UPDATE b SET v = 'new'")
        }
        let error = await #expect(throws: AppError.self) {
            while let batch = try await reader.next() { result.add(batch) }
        }
        #expect(error?.code == "sqlite.changed_during_read" || how == .cut && error?.code == "sqlite.damaged")
        #expect(result.ends.isEmpty)
        withExtendedLifetime(writer) {}
    }

    @Test("a database replaced by renaming another over it is read as it was")
    func renamed() async throws {
        let folder = try SQLiteFolder()
        try folder.database().run(Self.twoTables)
        try folder.database("b.db").run("CREATE TABLE a (id INTEGER PRIMARY KEY, v)")
        let result = try await readDuringWrites(folder) { batch in
            if batch == 1 { #expect(rename(folder.tenant + "/b.db", folder.tenant + "/a.db") == 0) }
        }
        #expect(result.bodies.count == 50_000 && result.ends.count == 2)
    }
}

/// A `sqlite3` shell of a process of its own.
private final class ShellDatabase {
    private let input: UnsafeMutablePointer<FILE>
    private let answers: UnsafeMutablePointer<FILE>
    private var process: pid_t = 0

    init(_ path: String) throws {
        var toChild: [Int32] = [0, 0]
        var fromChild: [Int32] = [0, 0]
        guard pipe(&toChild) == 0, pipe(&fromChild) == 0,
            let input = fdopen(toChild[1], "w"), let answers = fdopen(fromChild[0], "r")
        else { throw SQLiteFolder.Failure(number: errno) }
        self.input = input
        self.answers = answers
        for end in toChild + fromChild { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sqlite3"), strdup("-bail"), strdup(path), nil]
        defer { for argument in arguments { free(argument) } }
        let code = posix_spawn(&process, "/usr/bin/sqlite3", &actions, nil, &arguments, environ)
        close(toChild[0])
        close(fromChild[1])
        guard code == 0 else { throw SQLiteFolder.Failure(number: code) }
    }

    /// Returns once the shell has run it.
    func run(_ sql: String) throws {
        fputs(sql + "\nSELECT 'is ' || 'done';\n", input)
        fflush(input)
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, answers) != nil {
            if String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) == "is done\n" {
                return
            }
        }
        throw SQLiteFolder.Failure(number: EPIPE)
    }

    func end() {
        guard process != 0 else { return }
        fclose(input)
        fclose(answers)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        process = 0
    }

    deinit { end() }
}
