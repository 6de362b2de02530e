import Domain
import Foundation
import StoreAPI
import TestSupport
import Testing

@testable import StoreSQLite

@Suite("A SQLite database's backups")
struct BackupTests {
    @Test("hold what was committed, the write-ahead log's too, in one private file, while the store writes on")
    func taken() async throws {
        let opened = try await Opened()
        for number in 1...3 { try await opened.insert(number) }
        let file = opened.folder.path + "/backup.db"
        let bytes = try await SQLiteBackup.write(opened.path, to: file)
        try await opened.insert(4)
        #expect(try files(opened.folder.path) == ["backup.db", "data"])
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(attributes[.size] as? Int == bytes)
        #expect(try await names(in: file, opened) == ["source 1", "source 2", "source 3"])
        #expect(try await opened.names().count == 4)
        try await opened.store.close()
    }

    @Test("overwrite nothing, and begin anew where a process died while it wrote one")
    func notOverwritten() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        let file = opened.folder.path + "/backup.db"
        try Data("mine".utf8).write(to: URL(fileURLWithPath: file))
        try await expectError("backup.exists") { _ = try await SQLiteBackup.write(opened.path, to: file) }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
        try FileManager.default.removeItem(atPath: file)
        try Data(repeating: 7, count: 100_000).write(to: URL(fileURLWithPath: file + ".partial"))
        _ = try await SQLiteBackup.write(opened.path, to: file)
        #expect(try await names(in: file, opened) == ["source 1"])
        try await opened.store.close()
    }

    @Test("are refused of what isn't a whole database of ours, and leave nothing behind")
    func refused() async throws {
        let opened = try await Opened()
        let folder = opened.folder.path
        let file = folder + "/backup.db"
        try await expectError("backup.path_unusable") { _ = try await SQLiteBackup.write(folder + "/none", to: file) }
        try Data(repeating: 7, count: 10_000).write(to: URL(fileURLWithPath: folder + "/noise"))
        try await expectError("store.broken") { _ = try await SQLiteBackup.write(folder + "/noise", to: file) }
        try await expectError("backup.path_unusable") {
            _ = try await SQLiteBackup.write(opened.path, to: folder + "/none/backup.db")
        }
        try await opened.store.close()
        #expect(try files(folder) == ["data", "noise"])
    }

    @Test("come back with moved fences, epochs and versions, and with runs that were running queued again")
    func restored() async throws {
        let opened = try await Opened()
        for number in 1...2 { try await opened.insert(number) }
        let id = try await running(opened)
        let before = try await state(opened.store, opened)
        let file = opened.folder.path + "/backup.db"
        _ = try await SQLiteBackup.write(opened.path, to: file)
        try await opened.insert(3)
        try await opened.store.close()
        opened.clock.advance(by: .seconds(5))
        let restored = try await SQLiteBackup.restore(
            file, to: opened.path, isReplacing: true, clock: opened.clock.wall)
        let store = try SQLiteStore(path: opened.path, clock: opened.clock.wall)
        let (source, now) = (opened.source(1), opened.clock.now)
        let (run, found) = try await store.read(opened.scope) { transaction in
            (try transaction.runs.find(id, of: source.id), try transaction.sources.find(source.id))
        }
        #expect(run?.status == .queued)
        #expect(run?.workerID == nil)
        #expect(found.map { $0.configVersion > source.configVersion + 1000 } == true)
        #expect(found.map { $0.syncVersion > source.syncVersion + 1000 } == true)
        let after = try await state(store, opened)
        #expect(after.count == 2)
        for (old, new) in zip(before, after) {
            #expect(new.fence > old.fence)
            #expect(new.feedEpoch == now.milliseconds)
            #expect(new.batchNumber == 0)
        }
        #expect(try await count(store, opened) == 2)
        try await store.close()
        let kept = try #require(restored.kept)
        #expect(try await names(in: kept, opened) == ["source 1", "source 2", "source 3"])
    }

    @Test("are restored in nobody's place unless that is asked for, and never under a server")
    func guarded() async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        let file = opened.folder.path + "/backup.db"
        _ = try await SQLiteBackup.write(opened.path, to: file)
        try await opened.insert(2)
        try await expectError("store.locked") { try await restore(file, opened, isReplacing: true) }
        try await opened.store.close()
        try await expectError("restore.exists") { try await restore(file, opened, isReplacing: false) }
        #expect(try await names(in: opened.path, opened).count == 2)
        let other = opened.folder.path + "/other/test.db"
        let made = try await SQLiteBackup.restore(file, to: other, isReplacing: false, clock: opened.clock.wall)
        #expect(made.kept == nil)
        #expect(try await names(in: other, opened) == ["source 1"])
    }

    @Test("that are damaged, foreign or of a newer version aren't restored, and what is there stays")
    func damaged() async throws {
        let opened = try await Opened()
        for number in 1...200 { try await opened.insert(number) }
        let file = opened.folder.path + "/backup.db"
        _ = try await SQLiteBackup.write(opened.path, to: file)
        try await opened.store.close()
        let whole = try Data(contentsOf: URL(fileURLWithPath: file))
        let cut = opened.folder.path + "/cut.db"
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: cut))
        try await expectError("backup.unreadable") { try await restore(cut, opened, isReplacing: true) }
        var bytes = whole
        // The head of one page among many: nothing but a look at all of them finds it.
        for place in bytes.count - 4_096..<bytes.count - 4_088 { bytes[place] ^= 0x55 }
        try bytes.write(to: URL(fileURLWithPath: cut))
        try await expectError("backup.unreadable") { try await restore(cut, opened, isReplacing: true) }
        try run("sqlite3", [opened.folder.path + "/foreign.db", "CREATE TABLE t (a)"])
        try await expectError("backup.unreadable") {
            try await restore(opened.folder.path + "/foreign.db", opened, isReplacing: true)
        }
        try run("sqlite3", [file, "INSERT INTO schema_migrations VALUES ('9999-later', 1)"])
        try await expectError("store.newer") { try await restore(file, opened, isReplacing: true) }
        #expect(try files(opened.folder.path + "/data") == ["test.db", "test.db.lock"])
        #expect(try await names(in: opened.path, opened).count == 200)
    }

    @Test(
        "are finished by whoever opens the folder next, where a restore died on the way",
        arguments: 0...3)
    func finished(steps: Int) async throws {
        let opened = try await Opened()
        try await opened.insert(1)
        let backup = opened.folder.path + "/backup.db"
        _ = try await SQLiteBackup.write(opened.path, to: backup)
        try await opened.insert(2)
        // As a crash leaves them: what is newest is in the log.
        let files = FileManager.default
        let path = opened.folder.path + "/died/test.db"
        try files.createDirectory(atPath: opened.folder.path + "/died", withIntermediateDirectories: true)
        for ending in ["", "-wal"] { try files.copyItem(atPath: opened.path + ending, toPath: path + ending) }
        try await opened.store.close()
        try files.copyItem(atPath: backup, toPath: path + (steps == 0 ? ".restoring" : ".restored"))
        if steps > 1 { try files.moveItem(atPath: path + "-wal", toPath: path + ".replaced-1-wal") }
        if steps > 2 { try files.moveItem(atPath: path, toPath: path + ".replaced-1") }
        let store = try SQLiteStore(path: path, clock: opened.clock.wall)
        #expect(try await count(store, opened) == (steps == 0 ? 2 : 1))
        try await store.close()
        guard steps > 0 else { return }
        #expect(try await names(in: path + ".replaced-1", opened) == ["source 1", "source 2"])
        #expect(!files.fileExists(atPath: path + ".replaced-2"))
    }

    private func expectError(_ code: String, _ body: () async throws -> Void) async throws {
        let failure = await #expect(throws: AppError.self) { try await body() }
        #expect(failure?.code == code)
    }

    private func restore(_ file: String, _ opened: Opened, isReplacing: Bool) async throws {
        _ = try await SQLiteBackup.restore(file, to: opened.path, isReplacing: isReplacing, clock: opened.clock.wall)
    }

    private func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    private func names(in file: String, _ opened: Opened) async throws -> [String] {
        let store = try SQLiteStore.openReadOnly(path: file, clock: opened.clock.wall)
        var query = DataSourceQuery()
        (query.sort, query.isDescending, query.limit) = (.name, false, 500)
        let asked = query
        let names = try await store.read(opened.scope) { try $0.sources.list(asked).map(\.name) }
        try await store.close()
        return names
    }

    private func count(_ store: SQLiteStore, _ opened: Opened) async throws -> Int {
        try await store.read(opened.scope) { try $0.sources.count(DataSourceQuery()) }
    }

    private func state(_ store: SQLiteStore, _ opened: Opened) async throws -> [SyncState] {
        let ids = (1...2).map { opened.source($0).id }
        return try await store.read(opened.scope) { transaction in try ids.compactMap(transaction.sync.lock) }
    }

    /// Has a worker hold a run of the first source's.
    private func running(_ opened: Opened) async throws -> RunID {
        let source = opened.source(1)
        var run = SyncRun(
            id: RunID(ULID(bits: 99)), tenant: source.tenant, app: nil, source: source.id, trigger: .manual,
            createdAt: source.createdAt)
        (run.status, run.fence, run.workerID) = (.running, 1, "w")
        run.leaseUntil = opened.clock.now + .seconds(30)
        let inserted = run
        _ = try await opened.store.write(opened.scope) { try $0.runs.insert(inserted) }
        return run.id
    }

    private func run(_ program: String, _ arguments: [String]) throws {
        let process = try ChildProcess(
            ["/usr/bin/" + program] + arguments, environment: ["PATH": "/usr/bin:/bin"], errors: "/dev/null")
        #expect(process.wait() == 0)
    }
}
