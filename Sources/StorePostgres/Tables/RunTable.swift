import Domain
import LibPQ
import StoreAPI
import StoreRows

/// The sync runs and their rejects.
struct RunTable: RunRows {
    let transaction: PostgresTransaction

    private static let insert = """
        INSERT INTO runs (\(RunRow.selection)) VALUES (\(placeholders(RunRow.columns.count))) ON CONFLICT DO NOTHING
        """

    private static let update: String = {
        let assignments = RunRow.columns.enumerated().dropFirst(3).map { "\($1) = $\($0 + 1)" }
        return """
            UPDATE runs SET \(assignments.joined(separator: ", "))
            WHERE tenant_id = $1 AND ds_id = $2 AND run_id = $3
            """
    }()

    func insert(_ run: SyncRun) throws -> Bool {
        try require(run)
        return try transaction.link.kept(Self.insert, RunRow.values(run)).affected == 1
    }

    func find(_ id: RunID, of source: DataSourceID) throws -> SyncRun? {
        guard try isInScope(source) else { return nil }
        return try transaction.link.first(
            "SELECT \(RunRow.selection) FROM runs WHERE tenant_id = $1 AND ds_id = $2 AND run_id = $3",
            transaction.scope.tenant, source, id, read: RunRow.read)
    }

    func active(of source: DataSourceID) throws -> SyncRun? {
        // Who looks for it in a write changes it, or makes one where there is none.
        guard try transaction.takeTurn(at: source) else { return nil }
        return try transaction.link.first(
            """
            SELECT \(RunRow.selection) FROM runs
            WHERE tenant_id = $1 AND ds_id = $2 AND status IN ('queued', 'running')
            """, transaction.scope.tenant, source, read: RunRow.read)
    }

    func update(_ run: SyncRun) throws {
        try require(run)
        let changed = try transaction.link.kept(Self.update, RunRow.values(run)).affected
        guard changed == 1 else { throw PostgresTransaction.missing(run.id.rawValue) }
    }

    func renewLease(_ id: RunID, of source: DataSourceID, fence: Int64, until: Timestamp) throws -> Bool {
        guard try isInScope(source) else { return false }
        let changed = try transaction.link.run(
            """
            UPDATE runs SET lease_until = $5
            WHERE tenant_id = $1 AND ds_id = $2 AND run_id = $3 AND fence = $4 AND status = 'running'
            """, transaction.scope.tenant, source, id, fence, until)
        return changed == 1
    }

    func runningCount() throws -> Int {
        try transaction.takeTurnToCount()
        return try transaction.link.integer(
            """
            SELECT count(*) FROM runs WHERE tenant_id = $1 AND status = 'running' AND ($2 IS NULL OR app_id = $2)
            """, transaction.scope.tenant, transaction.scope.app)
    }

    func runningCount(on host: String) throws -> Int {
        try transaction.takeTurnToCount()
        return try transaction.link.integer(
            """
            SELECT count(*) FROM runs
            WHERE tenant_id = $1 AND status = 'running' AND host = $2 AND ($3 IS NULL OR app_id = $3)
            """, transaction.scope.tenant, host, transaction.scope.app)
    }

    func list(of source: DataSourceID, after: RunID?, limit: Int) throws -> [SyncRun] {
        guard try isInScope(source) else { return [] }
        return try transaction.link.all(
            """
            SELECT \(RunRow.selection) FROM runs
            WHERE tenant_id = $1 AND ds_id = $2 AND ($3 IS NULL OR run_id < $3) ORDER BY run_id DESC LIMIT $4
            """, transaction.scope.tenant, source, after, limit, read: RunRow.read)
    }

    func count(of source: DataSourceID) throws -> Int {
        guard try isInScope(source) else { return 0 }
        return try transaction.link.integer(
            "SELECT count(*) FROM runs WHERE tenant_id = $1 AND ds_id = $2", transaction.scope.tenant, source)
    }

    func purge(finishedBefore time: Timestamp, limit: Int) throws -> Int {
        try transaction.link.run(
            """
            DELETE FROM runs WHERE tenant_id = $1 AND (ds_id, run_id) IN (
              SELECT ds_id, run_id FROM runs WHERE tenant_id = $1 AND ($2 IS NULL OR app_id = $2)
                AND finished_at IS NOT NULL AND finished_at < $3 AND status NOT IN ('queued', 'running')
              ORDER BY finished_at LIMIT $4)
            """, transaction.scope.tenant, transaction.scope.app, time, limit)
    }

    func isInScope(_ source: DataSourceID) throws -> Bool { try transaction.isInScope(source) }

    private func require(_ run: SyncRun) throws {
        guard run.tenant == transaction.scope.tenant, try transaction.takeTurn(at: run.source) else {
            throw PostgresTransaction.missing(run.id.rawValue)
        }
    }
}
