import Domain
import GRDB
import StoreAPI
import StoreRows

/// One step of the schema: a name that never changes once released, and the statements.
struct Migration: Sendable {
    let name: String
    let sql: String

    /// In the order in which they are applied.
    static let all = [firstSchema, applications, idempotencyAndAudit, sourceAnswers, runHosts, manifests]
}

/// Brings a database up to the migrations that this program knows. The names of those applied are kept in it.
struct Migrator {
    let migrations: [Migration]
    let clock: WallClock

    /// Throws `store.newer` when the database has a migration that this program doesn't know.
    func refuseNewer(_ connection: Connection) throws { _ = try missing(connection) }

    /// What isn't applied yet. Throws as ``refuseNewer(_:)``.
    func missing(_ connection: Connection) throws -> [Migration] {
        let applied = try applied(connection)
        guard applied.isSubset(of: Set(migrations.map(\.name))) else { throw AppError(.storeNewer) }
        return migrations.filter { !applied.contains($0.name) }
    }

    /// Each step commits by itself, so one that fails leaves those before it. Answers the names applied.
    func migrate(_ connection: Connection) throws -> [String] {
        let missing = try missing(connection)
        try connection.run(
            "CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT")
        for migration in missing {
            try connection.transaction { try apply(migration, connection) }
        }
        return missing.map(\.name)
    }

    private func apply(_ migration: Migration, _ connection: Connection) throws {
        do {
            try connection.database.execute(sql: migration.sql)
        } catch {
            throw StoreFailure.error(error)
        }
        try connection.run(
            "INSERT INTO schema_migrations (name, applied_at) VALUES (?1, ?2)", migration.name, clock.now())
        let orphans = try connection.oneTimeStatement("PRAGMA foreign_key_check").all([]) { row in row.int64() }
        guard orphans.isEmpty else {
            throw AppError(.storeBroken, "Migration \(migration.name) would leave rows without their parents.")
        }
    }

    private func applied(_ connection: Connection) throws -> Set<String> {
        let exists = try connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'")
        guard exists > 0 else { return [] }
        return Set(try connection.all("SELECT name FROM schema_migrations") { row in try row.text() })
    }
}

extension Connection {
    /// Runs `body` in one durable transaction; only on the writer.
    func transaction<Value>(_ body: () throws -> Value) throws -> Value {
        try run("BEGIN IMMEDIATE")
        do {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            try rollBackIfOpen()
            throw error
        }
    }

    func rollBackIfOpen() throws {
        if isInTransaction { try run("ROLLBACK") }
    }
}
