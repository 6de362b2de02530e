import Domain
import StoreAPI
import TestSupport
import Testing

@testable import StoreSQLite

@Suite("Migrating a SQLite store")
struct MigrationTests {
    private static let first = Migration(name: "1", sql: "CREATE TABLE one (id INTEGER PRIMARY KEY) STRICT")
    private static let second = Migration(
        name: "2", sql: "CREATE TABLE two (id INTEGER PRIMARY KEY) STRICT; INSERT INTO two VALUES (7)")

    @Test("applies what is missing, in order, and says what")
    func steps() async throws {
        let folder = try TemporaryFolder()
        #expect(try await migrate(folder, [Self.first]) == ["1"])
        #expect(try await migrate(folder, [Self.first, Self.second]) == ["2"])
        #expect(try await migrate(folder, [Self.first, Self.second]) == [])
    }

    @Test("leaves nothing of a step that fails, and all of those before it")
    func failure() async throws {
        let folder = try TemporaryFolder()
        let broken = Migration(
            name: "2", sql: "CREATE TABLE two (id INTEGER PRIMARY KEY) STRICT; INSERT INTO none VALUES (1)")
        await #expect(throws: AppError.self) { try await migrate(folder, [Self.first, broken]) }
        #expect(try await migrate(folder, [Self.first, Self.second]) == ["2"])
    }

    @Test("refuses a step that leaves rows without their parents")
    func orphans() async throws {
        let folder = try TemporaryFolder()
        let orphan = Migration(
            name: "2",
            sql: """
                CREATE TABLE child (one INTEGER REFERENCES one DEFERRABLE INITIALLY DEFERRED) STRICT;
                INSERT INTO child VALUES (5)
                """)
        let failure = await #expect(throws: AppError.self) { try await migrate(folder, [Self.first, orphan]) }
        #expect(failure?.message.contains("Migration 2") == true)
        #expect(try await migrate(folder, [Self.first, Self.second]) == ["2"])
    }

    @Test("refuses a database that a newer program migrated, for writing and for reading")
    func newer() async throws {
        let folder = try TemporaryFolder()
        _ = try await migrate(folder, Migration.all + [Migration(name: "9999-later", sql: "SELECT 1")])
        let path = folder.path + "/test.db"
        let clock = TestClock()
        #expect(throws: AppError(.storeNewer)) { try SQLiteStore(path: path, clock: clock.wall) }
        let reader = try SQLiteStore.openReadOnly(path: path, clock: clock.wall)
        await #expect(throws: AppError(.storeNewer)) {
            try await reader.read(Scope(tenant: .installation)) { _ = try $0.keys.issuerKeys() }
        }
        try await reader.close()
    }

    private func migrate(_ folder: TemporaryFolder, _ migrations: [Migration]) async throws -> [String] {
        let store = try SQLiteStore(
            path: folder.path + "/test.db", clock: TestClock().wall, readers: 1, migrations: migrations,
            onFatal: { _ in })
        do {
            let applied = try await store.migrate()
            try await store.close()
            return applied
        } catch {
            try await store.close()
            throw error
        }
    }
}
