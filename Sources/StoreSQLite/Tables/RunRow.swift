import Domain
import StoreRows

extension RunRow {
    /// In the order of ``columns``.
    static func values(_ run: SyncRun) -> [any Bindable] {
        [
            run.tenant, run.source, run.id, run.app, run.trigger.rawValue, run.requestedMode?.rawValue,
            run.requestedEntities.map(StoredDocument.strings), run.allowsDeletes, run.status.rawValue, run.attempt,
            run.fruitlessClaims, run.createdAt, run.scheduledFor, run.runAfter, run.startedAt, run.finishedAt,
            run.workerID, run.fence, run.leaseUntil, EntityCounts.document(run.entities),
            run.error?.document, run.host,
        ]
    }
}
