public import Domain
public import StoreAPI

// What the vault's users seal, each at its own address.
extension Vault {
    /// Seals the secrets of a DataSource's config, each for its path.
    public func sealConfig(
        _ secrets: [String: Secret<String>], of source: DataSourceID, in transaction: any StoreTransaction
    ) throws -> [String: [UInt8]] {
        var sealed: [String: [UInt8]] = [:]
        for (path, secret) in secrets {
            sealed[path] = try secret.withExposed {
                try seal(Array($0.utf8), for: .config(path, of: source), in: transaction)
            }
        }
        return sealed
    }

    /// Opens the secrets of a DataSource's config.
    public func openConfig(
        _ sealed: [String: [UInt8]], of source: DataSourceID, in transaction: any StoreTransaction
    ) throws -> [String: Secret<String>] {
        var secrets: [String: Secret<String>] = [:]
        for (path, envelope) in sealed {
            let bytes = try open(envelope, for: .config(path, of: source), in: transaction)
            secrets[path] = Secret(String(decoding: bytes, as: UTF8.self))
        }
        return secrets
    }

    /// Seals the sync state of one entity.
    public func sealState(
        _ state: [UInt8], of entity: String, in source: DataSourceID, transaction: any StoreTransaction
    ) throws -> [UInt8] {
        try seal(state, for: .syncState(of: entity, in: source), in: transaction)
    }

    /// Opens the sync state of one entity.
    public func openState(
        _ sealed: [UInt8], of entity: String, in source: DataSourceID, transaction: any StoreTransaction
    ) throws -> [UInt8] {
        try open(sealed, for: .syncState(of: entity, in: source), in: transaction)
    }

    /// Seals a value outside a transaction, in one of its own when the tenant has no data key yet.
    public func seal(
        _ plaintext: [UInt8], for field: FieldAddress, tenant: TenantID, in store: any Store
    ) async throws -> [UInt8] {
        let scope = Scope(tenant: tenant)
        let sealed = try await store.read(scope) { transaction in
            try transaction.keys.activeDataKey().map { _ in try self.seal(plaintext, for: field, in: transaction) }
        }
        if let sealed { return sealed }
        return try await store.write(scope) { try self.seal(plaintext, for: field, in: $0) }
    }

    /// Opens a value outside a transaction.
    public func open(
        _ envelope: [UInt8], for field: FieldAddress, tenant: TenantID, in store: any Store
    ) async throws -> [UInt8] {
        try await store.read(Scope(tenant: tenant)) { try self.open(envelope, for: field, in: $0) }
    }
}
