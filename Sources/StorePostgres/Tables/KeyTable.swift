import Domain
import StoreAPI
import StoreRows

/// Wrapped data keys and sealed issuer keys.
struct KeyTable: KeyRows {
    let transaction: PostgresTransaction

    private static let columns = "key_id, version, master_key_id, wrapped, created_at"

    func insertDataKey(_ key: WrappedDataKey) throws {
        try transaction.link.run(
            "INSERT INTO data_keys (tenant_id, \(Self.columns)) VALUES ($1, $2, $3, $4, $5, $6)",
            transaction.scope.tenant, key.id, key.version, key.masterKeyID, key.wrapped, key.createdAt)
    }

    func activeDataKey() throws -> WrappedDataKey? {
        try transaction.link.first(
            "SELECT \(Self.columns) FROM data_keys WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1",
            transaction.scope.tenant, read: Self.read)
    }

    func dataKey(_ id: [UInt8]) throws -> WrappedDataKey? {
        try transaction.link.first(
            "SELECT \(Self.columns) FROM data_keys WHERE tenant_id = $1 AND key_id = $2",
            transaction.scope.tenant, id, read: Self.read)
    }

    func insertIssuerKey(_ key: SealedIssuerKey) throws {
        guard transaction.scope.tenant == .installation else { throw PostgresTransaction.missing(key.kid) }
        try transaction.link.run(
            "INSERT INTO issuer_keys (tenant_id, kid, sealed, created_at) VALUES ($1, $2, $3, $4)",
            transaction.scope.tenant, key.kid, key.sealed, key.createdAt)
    }

    func issuerKeys() throws -> [SealedIssuerKey] {
        guard transaction.scope.tenant == .installation else { return [] }
        // Two processes that start at once: the second finds the key that the first makes.
        if !transaction.isReading { try transaction.link.script("LOCK TABLE issuer_keys IN SHARE ROW EXCLUSIVE MODE") }
        return try transaction.link.all(
            "SELECT kid, sealed, created_at FROM issuer_keys WHERE tenant_id = $1 ORDER BY created_at DESC, kid DESC",
            transaction.scope.tenant
        ) { row in SealedIssuerKey(kid: try row.text(), sealed: row.blob(), createdAt: row.time()) }
    }

    private static func read(_ row: inout Row) throws -> WrappedDataKey {
        WrappedDataKey(
            id: row.blob(), version: row.int(), masterKeyID: try row.text(), wrapped: row.blob(),
            createdAt: row.time())
    }
}
