import Crypto
public import Domain
public import StoreAPI
import Synchronization

/// Seals secrets for the database and opens them again: AES-256-GCM under a data key of each tenant, itself wrapped by
/// a master key that isn't in the database (SYNC.md 10).
///
/// A data key is made with the tenant's first secret, in the transaction that stores the secret. Unwrapped keys are
/// kept in a bounded cache. Which key is the active one is read in every transaction and never remembered: a key whose
/// transaction was rolled back must not seal anything.
///
/// Errors of opening: `secrets.undecryptable`, without any detail; `keys.master_key_unknown` and
/// `keys.master_key_wrong` when the tenant's data key can't be unwrapped.
public final class Vault: Sendable {
    /// The longest value that is sealed.
    public static let maxPlaintextBytes = 32 << 20
    /// Unwrapped data keys that are kept.
    static let maxCachedKeys = 10_000

    private struct CachedKey: Hashable {
        var tenant: TenantID
        var id: [UInt8]
    }

    private let masterKeys: MasterKeys
    private let random: RandomBytes
    private let cache = Mutex(BoundedCache<CachedKey, SymmetricKey>(capacity: maxCachedKeys))
    private let macKeys = Mutex(MACKeys())

    /// What codes are made with: few, since purposes are constants of the program.
    private struct MACKeys {
        var root: SymmetricKey?
        var derived: [String: SymmetricKey] = [:]
    }

    /// Makes a vault; call ``prepare(in:)`` once before anything else.
    public init(masterKeys: MasterKeys, random: RandomBytes = .secure) {
        self.masterKeys = masterKeys
        self.random = random
    }

    /// The id of the master key that wraps the installation's data key; nil in a database that no vault has used yet,
    /// and only then may a new key file be made.
    public static func masterKeyInUse(in store: any Store) async throws -> String? {
        try await store.read(Scope(tenant: .installation)) { try $0.keys.activeDataKey()?.masterKeyID }
    }

    /// Opens the installation's data key, or makes it in a new database. After this ``mac(purpose:message:)`` works.
    ///
    /// Errors: `keys.master_key_unknown`, `keys.master_key_wrong`: the database belongs to other master keys.
    public func prepare(in store: any Store) async throws {
        let scope = Scope(tenant: .installation)
        let known = try await store.read(scope) { try $0.keys.activeDataKey() }
        let id: [UInt8]
        if let known { id = known.id } else { id = try await store.write(scope) { try self.sealingKey(in: $0).id } }
        try await store.read(scope) { transaction in
            guard let key = try self.openingKey(id, in: transaction) else { throw AppError(.secretUndecryptable) }
            let root = HKDF<SHA256>.extract(inputKeyMaterial: key, salt: Array("tributary/v1/mac".utf8))
            self.macKeys.withLock { $0 = MACKeys(root: SymmetricKey(data: root)) }
        }
    }

    /// Seals a value for a field of the transaction's tenant. The envelope is 45 bytes longer than the value.
    ///
    /// Errors: `secrets.too_large` above ``maxPlaintextBytes``. Needs a write transaction where the tenant may have no
    /// data key yet.
    public func seal(
        _ plaintext: [UInt8], for field: FieldAddress, in transaction: any StoreTransaction
    ) throws -> [UInt8] {
        guard plaintext.count <= Self.maxPlaintextBytes else { throw AppError(.secretTooLarge) }
        let (id, key) = try sealingKey(in: transaction)
        let data = field.authenticatedData(tenant: transaction.scope.tenant)
        return Envelope.bytes(keyID: id, sealed: try GCM.seal(plaintext, key: key, data: data, random: random))
    }

    /// Opens what was sealed for this field of the transaction's tenant.
    public func open(
        _ envelope: [UInt8], for field: FieldAddress, in transaction: any StoreTransaction
    ) throws -> [UInt8] {
        guard let envelope = Envelope(envelope), let key = try openingKey(envelope.keyID, in: transaction),
            let plaintext = GCM.open(
                envelope.sealed, key: key, data: field.authenticatedData(tenant: transaction.scope.tenant))
        else { throw AppError(.secretUndecryptable) }
        return plaintext
    }

    /// Forgets the tenant's unwrapped keys; for when the tenant is erased.
    public func forget(_ tenant: TenantID) {
        cache.withLock { $0.removeAll { $0.tenant == tenant } }
    }

    /// HMAC-SHA-256 (32 bytes) of `message` under a key that is derived for `purpose` from the installation's data key;
    /// for cursors and fingerprints.
    ///
    /// Errors: `vault.not_prepared` before ``prepare(in:)``.
    public func mac(purpose: String, message: [UInt8]) throws -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: try macKey(purpose)))
    }

    /// Whether `code` is the message's ``mac(purpose:message:)``; takes the same time wherever they differ.
    public func isValidMAC(_ code: [UInt8], purpose: String, message: [UInt8]) throws -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: try macKey(purpose))
    }

    private func macKey(_ purpose: String) throws -> SymmetricKey {
        try macKeys.withLock { keys in
            if let key = keys.derived[purpose] { return key }
            guard let root = keys.root else { throw AppError(.vaultNotPrepared) }
            let key = HKDF<SHA256>.expand(pseudoRandomKey: root, info: Array(purpose.utf8), outputByteCount: 32)
            keys.derived[purpose] = key
            return key
        }
    }
}

// Data keys.
extension Vault {
    /// The tenant's newest data key, made now if there is none.
    private func sealingKey(in transaction: any StoreTransaction) throws -> (id: [UInt8], key: SymmetricKey) {
        if let row = try transaction.keys.activeDataKey() { return (row.id, try unwrapped(row, in: transaction)) }
        let tenant = transaction.scope.tenant
        let id = random(Envelope.keyIDBytes)
        let key = SymmetricKey(data: random(MasterKeys.keyBytes))
        let (masterKeyID, wrapped) = try masterKeys.wrap(key, id: id, tenant: tenant, random: random)
        try transaction.keys.insertDataKey(
            WrappedDataKey(id: id, version: 1, masterKeyID: masterKeyID, wrapped: wrapped, createdAt: transaction.now))
        return (id, key)
    }

    /// nil when the tenant has no data key of that id.
    private func openingKey(_ id: [UInt8], in transaction: any StoreTransaction) throws -> SymmetricKey? {
        let name = CachedKey(tenant: transaction.scope.tenant, id: id)
        if let key = cache.withLock({ $0.value(for: name) }) { return key }
        return try transaction.keys.dataKey(id).map { try unwrapped($0, in: transaction) }
    }

    private func unwrapped(_ row: WrappedDataKey, in transaction: any StoreTransaction) throws -> SymmetricKey {
        let name = CachedKey(tenant: transaction.scope.tenant, id: row.id)
        if let key = cache.withLock({ $0.value(for: name) }) { return key }
        let key = try masterKeys.unwrap(row, tenant: transaction.scope.tenant)
        cache.withLock { $0.insert(key, for: name) }
        return key
    }
}

extension ErrorCode {
    /// A sealed value doesn't open: it was damaged, moved, or belongs to another database.
    public static let secretUndecryptable = ErrorCode(
        "secrets.undecryptable", .bug, "A stored secret can't be opened.")
    /// A value is too long to be sealed.
    public static let secretTooLarge = ErrorCode(
        "secrets.too_large", .tooLarge, "A secret is longer than \(Vault.maxPlaintextBytes) bytes.")
    /// The vault was used before the installation's key was opened.
    public static let vaultNotPrepared = ErrorCode(
        "vault.not_prepared", .bug, "The vault was used before it was prepared.")
}
