import Domain
import JSON
import LibPQ
import StoreAPI
import StoreRows

/// Who did what.
struct AuditTable: AuditRows {
    let transaction: PostgresTransaction

    private static let columns = [
        "tenant_id", "at", "event_id", "app_id", "actor", "actor_app_id", "action", "resource_type", "resource_id",
        "changes", "request_id", "address",
    ]
    private static let selection = columns.joined(separator: ", ")
    private static let insertion = "INSERT INTO audit (\(selection)) VALUES (\(placeholders(columns.count)))"

    func insert(_ event: AuditEvent) throws {
        guard event.tenant == transaction.scope.tenant else { throw PostgresTransaction.missing(event.id.rawValue) }
        try transaction.link.run(
            Self.insertion, event.tenant, event.at, event.id, event.subject.app, event.actor, event.actorApp,
            event.action.rawValue, event.subject.kind.rawValue, event.subject.id,
            StoredDocument.strings(event.changes), event.origin?.requestID, event.origin?.address)
    }

    func list(_ query: AuditQuery) throws -> [AuditEvent] {
        let (condition, values) = filter(query)
        return try transaction.link.once(
            "SELECT \(Self.selection) FROM audit WHERE \(condition) ORDER BY at DESC, event_id DESC LIMIT \(query.limit)",
            values
        ).all(Self.read)
    }

    func count(_ query: AuditQuery) throws -> Int {
        var query = query
        query.after = nil
        let (condition, values) = filter(query)
        return try transaction.link.once("SELECT count(*) FROM audit WHERE \(condition)", values)
            .all { row in row.int() }.first ?? 0
    }

    func purge(before time: Timestamp, limit: Int) throws -> Int {
        try transaction.link.run(
            """
            DELETE FROM audit WHERE tenant_id = $1 AND (at, event_id) IN (
              SELECT at, event_id FROM audit WHERE tenant_id = $1 AND at < $2 AND ($3 IS NULL OR app_id = $3)
              ORDER BY at LIMIT $4)
            """, transaction.scope.tenant, time, transaction.scope.app, limit)
    }

    /// The conditions come from a closed set of texts, every value is bound.
    private func filter(_ query: AuditQuery) -> (condition: String, values: [any Bindable]) {
        var conditions: [String] = []
        var values: [any Bindable] = []
        func require(_ condition: String, _ value: (any Bindable)?) {
            guard let value else { return }
            values.append(value)
            conditions.append("\(condition) $\(values.count)")
        }
        // Invariant 5.
        require("tenant_id =", transaction.scope.tenant)
        require("app_id =", transaction.scope.app)
        require("action =", query.action?.rawValue)
        require("resource_type =", query.kind?.rawValue)
        require("resource_id =", query.resourceID)
        require("actor =", query.actor)
        require("at >", query.createdAfter)
        require("at <", query.createdBefore)
        if let after = query.after {
            conditions.append("(at, event_id) < ($\(values.count + 1), $\(values.count + 2))")
            values += [after.at, after.id] as [any Bindable]
        }
        return (conditions.joined(separator: " AND "), values)
    }

    private static func read(_ row: inout Row) throws -> AuditEvent {
        let tenant = try row.tenant()
        let at = row.time()
        let id = try row.id(EventKind.self)
        let app = try row.app()
        let actor = try row.text()
        let actorApp = try row.app()
        let action = try row.choice(AuditAction.self)
        let subject = AuditSubject(try row.choice(), id: try row.text(), app: app)
        let changes = try StoredDocument.strings(try row.text())
        let origin = row.optionalText().map { Origin(requestID: $0, address: row.optionalText()) }
        return AuditEvent(
            id: id, tenant: tenant, at: at, actor: actor, actorApp: actorApp, action: action, subject: subject,
            changes: changes, origin: origin)
    }
}
