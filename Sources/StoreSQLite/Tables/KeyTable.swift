import Domain
import StoreAPI
import StoreRows

/// Wrapped data keys and sealed issuer keys.
struct KeyTable: KeyRows {
    let transaction: SQLiteTransaction

    private static let columns = "key_id, version, master_key_id, wrapped, created_at"

    func insertDataKey(_ key: WrappedDataKey) throws {
        try transaction.connection.run(
            "INSERT INTO data_keys (tenant_id, \(Self.columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            transaction.scope.tenant, key.id, key.version, key.masterKeyID, key.wrapped, key.createdAt)
    }

    func activeDataKey() throws -> WrappedDataKey? {
        try transaction.connection.first(
            "SELECT \(Self.columns) FROM data_keys WHERE tenant_id = ?1 ORDER BY version DESC LIMIT 1",
            transaction.scope.tenant, read: Self.read)
    }

    func dataKey(_ id: [UInt8]) throws -> WrappedDataKey? {
        try transaction.connection.first(
            "SELECT \(Self.columns) FROM data_keys WHERE tenant_id = ?1 AND key_id = ?2",
            transaction.scope.tenant, id, read: Self.read)
    }

    func insertIssuerKey(_ key: SealedIssuerKey) throws {
        guard transaction.scope.tenant == .installation else { throw SQLiteTransaction.missing(key.kid) }
        try transaction.connection.run(
            "INSERT INTO issuer_keys (tenant_id, kid, sealed, created_at) VALUES (?1, ?2, ?3, ?4)",
            transaction.scope.tenant, key.kid, key.sealed, key.createdAt)
    }

    func issuerKeys() throws -> [SealedIssuerKey] {
        guard transaction.scope.tenant == .installation else { return [] }
        return try transaction.connection.all(
            "SELECT kid, sealed, created_at FROM issuer_keys WHERE tenant_id = ?1 ORDER BY created_at DESC, kid DESC",
            transaction.scope.tenant
        ) { row in SealedIssuerKey(kid: try row.text(), sealed: row.blob(), createdAt: row.time()) }
    }

    private static func read(_ row: inout Row) throws -> WrappedDataKey {
        WrappedDataKey(
            id: row.blob(), version: row.int(), masterKeyID: try row.text(), wrapped: row.blob(),
            createdAt: row.time())
    }
}
