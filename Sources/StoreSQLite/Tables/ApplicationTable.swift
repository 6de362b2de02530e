import Domain
import StoreAPI
import StoreRows

/// The registered Applications.
struct ApplicationTable: ApplicationRows {
    let transaction: SQLiteTransaction

    private static let columns = """
        tenant_id, app_id, created_at, updated_at, created_by, updated_by, deleted_at, deleted_by, name, scope
        """
    /// Invariant 5: the tenant's, and for an Application's token its own alone.
    private static let inScope = "tenant_id = ?1 AND (?2 IS NULL OR app_id = ?2)"

    func insert(_ application: ClientApplication) throws {
        try requireScope(application)
        try transaction.connection.run(
            "INSERT INTO applications (\(Self.columns)) VALUES (\(placeholders(10)))",
            application.tenant, application.id, application.createdAt, application.updatedAt, application.createdBy,
            application.updatedBy, application.deletedAt, application.deletedBy, application.name,
            application.grants.scope)
    }

    func find(_ id: ApplicationID) throws -> ClientApplication? {
        try transaction.connection.first(
            "SELECT \(Self.columns) FROM applications WHERE \(Self.inScope) AND app_id = ?3",
            transaction.scope.tenant, transaction.scope.app, id, read: Self.read)
    }

    func update(_ application: ClientApplication) throws {
        try requireScope(application)
        let changed = try transaction.connection.run(
            """
            UPDATE applications SET updated_at = max(updated_at, ?3), updated_by = ?4, deleted_at = ?5, deleted_by = ?6,
              name = ?7, scope = ?8
            WHERE tenant_id = ?1 AND app_id = ?2
            """, application.tenant, application.id, application.updatedAt, application.updatedBy,
            application.deletedAt, application.deletedBy, application.name, application.grants.scope)
        guard changed == 1 else { throw SQLiteTransaction.missing(application.id.rawValue) }
    }

    func list(includesDeleted: Bool, after: ApplicationID?, limit: Int) throws -> [ClientApplication] {
        try transaction.connection.all(
            """
            SELECT \(Self.columns) FROM applications
            WHERE \(Self.inScope) AND (?3 OR deleted_at IS NULL) AND (?4 IS NULL OR app_id < ?4)
            ORDER BY app_id DESC LIMIT ?5
            """, transaction.scope.tenant, transaction.scope.app, includesDeleted, after, limit, read: Self.read)
    }

    func count(includesDeleted: Bool) throws -> Int {
        try transaction.connection.integer(
            "SELECT count(*) FROM applications WHERE \(Self.inScope) AND (?3 OR deleted_at IS NULL)",
            transaction.scope.tenant, transaction.scope.app, includesDeleted)
    }

    /// Invariant 5: no row is written for another tenant or Application.
    private func requireScope(_ application: ClientApplication) throws {
        let scope = transaction.scope
        guard application.tenant == scope.tenant, scope.app == nil || scope.app == AppID(application.id) else {
            throw SQLiteTransaction.missing(application.id.rawValue)
        }
    }

    private static func read(_ row: inout Row) throws -> ClientApplication {
        let tenant = try row.tenant()
        let id = try row.id(ApplicationKind.self)
        let (createdAt, updatedAt) = (row.time(), row.time())
        let (createdBy, updatedBy) = (try row.text(), try row.text())
        let (deletedAt, deletedBy) = (row.optionalTime(), row.optionalText())
        var application = ClientApplication(
            id: id, tenant: tenant, name: try row.text(), grants: GrantSet(scope: try row.text()),
            createdAt: createdAt, createdBy: createdBy)
        application.updatedAt = updatedAt
        application.updatedBy = updatedBy
        application.deletedAt = deletedAt
        application.deletedBy = deletedBy
        return application
    }
}
