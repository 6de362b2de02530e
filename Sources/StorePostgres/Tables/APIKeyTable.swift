import Domain
import StoreAPI
import StoreRows

/// The API keys of Applications.
struct APIKeyTable: APIKeyRows {
    let transaction: PostgresTransaction

    private static let columns = """
        app_id, key_id, name, secret_hash, created_at, created_by, expires_at, last_used_at, revoked_at
        """
    /// Invariant 5: the tenant's Application of that id, which for an Application's token must be its own.
    private static let inScope = "tenant_id = $1 AND ($2 IS NULL OR app_id = $2) AND app_id = $3"

    func insert(_ key: APIKey) throws {
        guard try ApplicationTable(transaction: transaction).find(key.application) != nil else {
            throw PostgresTransaction.missing(key.application.rawValue)
        }
        try transaction.link.run(
            "INSERT INTO api_keys (tenant_id, \(Self.columns)) VALUES (\(placeholders(10)))",
            transaction.scope.tenant, key.application, key.id, key.name, key.secretHash, key.createdAt, key.createdBy,
            key.expiresAt, key.lastUsedAt, key.revokedAt)
    }

    func find(_ id: APIKeyID, of application: ApplicationID) throws -> APIKey? {
        try transaction.link.first(
            "SELECT \(Self.columns) FROM api_keys WHERE \(Self.inScope) AND key_id = $4",
            transaction.scope.tenant, transaction.scope.app, application, id, read: Self.read)
    }

    func list(of application: ApplicationID, after: APIKeyID?, limit: Int) throws -> [APIKey] {
        try transaction.link.all(
            """
            SELECT \(Self.columns) FROM api_keys WHERE \(Self.inScope) AND ($4 IS NULL OR key_id < $4)
            ORDER BY key_id DESC LIMIT $5
            """, transaction.scope.tenant, transaction.scope.app, application, after, limit, read: Self.read)
    }

    func count(of application: ApplicationID) throws -> Int {
        try transaction.link.integer(
            "SELECT count(*) FROM api_keys WHERE \(Self.inScope)", transaction.scope.tenant, transaction.scope.app,
            application)
    }

    func liveCount(of application: ApplicationID) throws -> Int {
        try transaction.link.integer(
            """
            SELECT count(*) FROM api_keys
            WHERE \(Self.inScope) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $4)
            """, transaction.scope.tenant, transaction.scope.app, application, transaction.now)
    }

    func revoke(_ id: APIKeyID?, of application: ApplicationID) throws -> Int {
        try transaction.link.run(
            """
            UPDATE api_keys SET revoked_at = $5
            WHERE \(Self.inScope) AND ($4 IS NULL OR key_id = $4) AND revoked_at IS NULL
            """, transaction.scope.tenant, transaction.scope.app, application, id, transaction.now)
    }

    func stampUse(of id: APIKeyID, of application: ApplicationID) throws {
        try transaction.link.run(
            """
            UPDATE api_keys SET last_used_at = greatest(coalesce(last_used_at, $5), $5) WHERE \(Self.inScope) AND key_id = $4
            """, transaction.scope.tenant, transaction.scope.app, application, id, transaction.now)
    }

    func purge(of application: ApplicationID, keeping count: Int) throws {
        let surplus = try self.count(of: application) - count
        guard surplus > 0 else { return }
        try transaction.link.run(
            """
            DELETE FROM api_keys WHERE tenant_id = $1 AND app_id = $3 AND key_id IN (
              SELECT key_id FROM api_keys WHERE \(Self.inScope) AND (revoked_at IS NOT NULL OR expires_at <= $4)
              ORDER BY key_id LIMIT $5)
            """, transaction.scope.tenant, transaction.scope.app, application, transaction.now, surplus)
    }

    private static func read(_ row: inout Row) throws -> APIKey {
        let (application, id) = (try row.id(ApplicationKind.self), try row.id(APIKeyKind.self))
        let (name, hash) = (row.optionalText(), row.blob())
        let (createdAt, createdBy) = (row.time(), try row.text())
        var key = APIKey(
            id: id, application: application, name: name, secretHash: hash, createdAt: createdAt,
            createdBy: createdBy, expiresAt: row.optionalTime())
        key.lastUsedAt = row.optionalTime()
        key.revokedAt = row.optionalTime()
        return key
    }
}
