import Domain
import FaultKit
import StoreAPI
import StorePostgres
import Synchronization
import TestSupport
import Testing

@Suite("Migrating a PostgreSQL store")
struct MigrationTests {
    @Test("is done once however many processes start at the same time")
    func together() async throws {
        let database = try await Cluster.database()
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<5 {
                group.addTask {
                    let store = try database.store()
                    let applied = try await store.migrate()
                    try await store.close()
                    return applied
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(applied.filter { !$0.isEmpty }.count == 1)
    }

    @Test("can be looked at before, and changes nothing by that")
    func plan() async throws {
        let database = try await Cluster.database()
        let store = try database.store()
        let plan = try await store.pendingMigrations()
        #expect(plan.first == "0001-first")
        #expect(try database.rows("SELECT FROM pg_namespace WHERE nspname = 'tributary'").isEmpty)
        #expect(try await store.migrate() == plan)
        #expect(try await store.pendingMigrations() == [])
    }

    @Test("refuses a database of a newer program")
    func newer() async throws {
        let opened = try await Opened()
        try opened.database.execute("INSERT INTO tributary.schema_migrations (name) VALUES ('9999-later')")
        await #expect(throws: AppError(.storeNewer)) { _ = try await opened.store.migrate() }
        await #expect(throws: AppError(.storeNewer)) { _ = try await opened.store.pendingMigrations() }
    }

    @Test("says what to do where nobody migrated")
    func missing() async throws {
        let store = try await Cluster.database().store()
        let error = await #expect(throws: AppError.self) { _ = try await store.backlog() }
        #expect(error?.code == ErrorCode.storeUnavailable.code)
        #expect(error?.message.contains("tributary migrate") == true)
    }

    @Test("keeps the records that named their DataSource by its id")
    func numbered() async throws {
        let opened = try await Opened()
        for number in 1...3 {
            try await opened.insert(number)
            try await opened.merge([("a", "\(number)"), ("b", "\(number)")], into: number)
        }
        let before = try await opened.feeds(3)
        #expect(before.map(\.count) == [2, 2, 2])
        try opened.database.execute(Self.unnumbered)
        try await opened.store.close()
        let again = try await Opened(on: opened.database)
        #expect(try await again.feeds(3) == before)
        try await again.insert(4)
        for number in [2, 4] { try await again.merge([("a", "new"), ("c", "new")], into: number) }
        #expect(try await again.feeds(4).map(\.count) == [2, 3, 2, 2])
        #expect(try await again.feeds(4)[0] == before[0])
        try await again.store.close()
    }

    /// Makes of a database what it was before records had their DataSource's number.
    private static let unnumbered = """
        SET search_path = tributary;
        CREATE TABLE named_records AS SELECT s.ds_id, r.* FROM records r JOIN source_sync s USING (tenant_id, source_no);
        CREATE TABLE named_absent AS SELECT s.ds_id, a.* FROM absent a JOIN source_sync s USING (tenant_id, source_no);
        DROP TABLE records, absent;
        ALTER TABLE named_records RENAME TO records;
        ALTER TABLE named_absent RENAME TO absent;
        ALTER TABLE source_sync DROP COLUMN source_no;
        DELETE FROM schema_migrations WHERE name = '0007-numbered-records'
        """

    @Test("works for a database's owner who may make no roles, and says what is missing")
    func plainOwner() async throws {
        let server = try await PostgresServer.start()
        var database = try server.database()
        try server.maintenance.execute("CREATE ROLE plain LOGIN PASSWORD 'p'")
        try server.maintenance.execute("ALTER DATABASE \"\(database.name)\" OWNER TO plain")
        (database.user, database.password) = ("plain", "p")
        let said = Mutex<[String]>([])
        let store = try database.store { line in said.withLock { $0.append(line) } }
        #expect(try await store.migrate().count == 8)
        #expect(said.withLock { $0 }.first?.contains("CREATE ROLE tributary_app") == true)
        #expect(try await store.backlog() == Backlog(queued: 0, running: 0))
        // An administrator does what was said.
        try server.maintenance.execute("CREATE ROLE tributary_app NOLOGIN; GRANT tributary_app TO plain")
        said.withLock { $0 = [] }
        let again = try database.store { line in said.withLock { $0.append(line) } }
        #expect(try await again.migrate() == [])
        #expect(said.withLock { $0 } == [])
        let source = DataSource(
            id: DataSourceID(ULID(bits: 1)), tenant: .named("acme"), app: nil,
            createdAt: Timestamp(milliseconds: 1), createdBy: "ann", name: "a", type: "file")
        try await again.write(Scope(tenant: source.tenant)) { try $0.sources.insert(source) }
        #expect(try await again.dueSources(limit: 1).isEmpty)
        try await again.close()
        try await store.close()
    }
}
