import Domain
import Registry
import WireAPI

/// Looking at who did what.
enum AuditRoutes {
    @Sendable static func list(_ exchange: Exchange) async throws -> Answer {
        let query = exchange.query
        var list = AuditQuery()
        list.action = try query.choice("action", AuditAction.self)
        list.kind = try query.choice("resource_type", AuditSubject.Kind.self)
        list.resourceID = try query.text("resource_id")
        list.actor = try query.text("actor")
        list.createdAfter = try query.time("created_after")
        list.createdBefore = try query.time("created_before")
        list.limit = try query.number("limit")
        let page = try await exchange.useCases.audit.list(list, cursor: query.cursor(), as: exchange.caller)
        return .json(Page(page, AuditEntryBody.init))
    }
}
