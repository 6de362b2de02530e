import Domain
import WireAPI

extension SyncRunBody {
    init(_ run: SyncRun, isCoalesced: Bool = false) {
        self.init(
            id: run.id.rawValue, tenantID: run.tenant.rawValue, appID: run.app?.rawValue,
            datasourceID: run.source.rawValue, trigger: run.trigger.rawValue, mode: run.mode,
            status: run.status.rawValue, attempt: run.attempt, createdAt: run.createdAt.rfc3339,
            scheduledFor: run.scheduledFor?.rfc3339, startedAt: run.startedAt?.rfc3339,
            finishedAt: run.finishedAt?.rfc3339, workerID: run.workerID, fence: run.fence.map { Int($0) },
            entities: run.entities.map(EntityCountsBody.init), error: run.error.map(RunErrorBody.init),
            isCoalesced: isCoalesced ? true : nil)
    }
}

extension EntityCountsBody {
    init(_ counts: EntityCounts) {
        self.init(
            name: counts.name, mode: counts.mode.rawValue, read: counts.read, inserted: counts.inserted,
            updated: counts.updated, deleted: counts.deleted, unchanged: counts.unchanged, rejected: counts.rejected,
            duplicates: counts.duplicates, bytes: counts.bytes, isComplete: counts.isComplete,
            fullReason: counts.fullReason?.rawValue)
    }
}

extension RunErrorBody {
    init(_ error: RunError) {
        self.init(
            code: error.code, message: error.message, recovery: error.recovery.rawValue,
            retryAt: error.retryAt?.rfc3339, entity: error.entity)
    }
}

extension RejectBody {
    init(_ reject: Reject) {
        self.init(entity: reject.entity, reason: reject.reason, excerpt: reject.excerpt)
    }
}
