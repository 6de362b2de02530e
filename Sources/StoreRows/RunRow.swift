package import Domain
import StoreAPI

/// How a run is kept in its row.
package enum RunRow {
    /// In the order of ``read(_:)``, and of the values that a store binds.
    package static let columns = [
        "tenant_id", "ds_id", "run_id", "app_id", "cause", "requested_mode", "requested_entities", "allows_deletes",
        "status", "attempt", "fruitless_claims", "created_at", "scheduled_for", "run_after", "started_at",
        "finished_at", "worker_id", "fence", "lease_until", "entities", "error", "host",
    ]

    package static let selection = columns.joined(separator: ", ")

    package static func read(_ row: inout some StoredRow) throws -> SyncRun {
        let tenant = try row.tenant()
        let source = try row.id(DataSourceKind.self)
        let id = try row.id(RunKind.self)
        let app = try row.app()
        let trigger = try row.choice(SyncRun.Trigger.self)
        var run = SyncRun(
            id: id, tenant: tenant, app: app, source: source, trigger: trigger, createdAt: Timestamp(milliseconds: 0))
        run.requestedMode = try row.optionalChoice()
        run.requestedEntities = try row.optionalText().map(StoredDocument.strings)
        run.allowsDeletes = row.flag()
        run.status = try row.choice()
        run.attempt = row.int()
        run.fruitlessClaims = row.int()
        run.createdAt = row.time()
        run.scheduledFor = row.optionalTime()
        run.runAfter = row.time()
        run.startedAt = row.optionalTime()
        run.finishedAt = row.optionalTime()
        run.workerID = row.optionalText()
        run.fence = row.optionalInt64()
        run.leaseUntil = row.optionalTime()
        run.entities = try EntityCounts.list(row.text())
        run.error = try row.optionalText().map { try RunError(document: $0) }
        run.host = row.optionalText()
        return run
    }
}
