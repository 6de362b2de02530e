import Domain
import WireAPI

extension AuditEntryBody {
    init(_ event: AuditEvent) {
        self.init(
            id: event.id.rawValue, tenantID: event.tenant.rawValue, appID: event.subject.app?.rawValue,
            at: event.at.rfc3339, actor: event.actor, actorAppID: event.actorApp?.rawValue,
            action: event.action.rawValue, resourceType: event.subject.kind.rawValue, resourceID: event.subject.id,
            changes: event.changes, requestID: event.origin?.requestID, address: event.origin?.address)
    }
}
