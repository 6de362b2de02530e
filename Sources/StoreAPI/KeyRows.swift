public import Domain

/// Wrapped data keys of the transaction's tenant, and the installation's token issuer keys.
public protocol KeyRows {
    func insertDataKey(_ key: WrappedDataKey) throws

    /// The tenant's newest data key; nil before the first secret.
    func activeDataKey() throws -> WrappedDataKey?

    func dataKey(_ id: [UInt8]) throws -> WrappedDataKey?

    func insertIssuerKey(_ key: SealedIssuerKey) throws

    /// Newest first. Only in the scope of ``TenantID/installation``.
    func issuerKeys() throws -> [SealedIssuerKey]
}

/// A tenant's data key, wrapped by a key-encryption key that isn't in the database.
public struct WrappedDataKey: Sendable, Hashable {
    /// 16 random bytes.
    public var id: [UInt8]
    public var version: Int
    /// The id of the key-encryption key.
    public var masterKeyID: String
    /// AES-256-GCM: nonce, ciphertext, tag.
    public var wrapped: [UInt8]
    public var createdAt: Timestamp

    public init(id: [UInt8], version: Int, masterKeyID: String, wrapped: [UInt8], createdAt: Timestamp) {
        self.id = id
        self.version = version
        self.masterKeyID = masterKeyID
        self.wrapped = wrapped
        self.createdAt = createdAt
    }
}

/// A private key of the built-in token issuer, sealed with the installation's data key.
public struct SealedIssuerKey: Sendable, Hashable {
    public var kid: String
    public var sealed: [UInt8]
    public var createdAt: Timestamp

    public init(kid: String, sealed: [UInt8], createdAt: Timestamp) {
        self.kid = kid
        self.sealed = sealed
        self.createdAt = createdAt
    }
}
