public import Domain

/// What connectors renewed by themselves, such as OAuth tokens: one sealed set a DataSource.
///
/// The DataSource is of the transaction's tenant; that its Application fits, too, is the caller's care, who has read it.
public protocol CredentialRows {
    /// The set; nil before the first. In a write its row is locked.
    func find(_ source: DataSourceID) throws -> SealedCredentials?

    /// The set, locked until the transaction ends; an empty one of version 0 is made where there is none.
    func begin(_ source: DataSourceID) throws -> SealedCredentials

    /// Writes a set that ``begin(_:)`` gave in this transaction.
    func save(_ credentials: SealedCredentials, of source: DataSourceID) throws

    func remove(_ source: DataSourceID) throws

    /// Removes those of the scope's DataSources that were deleted before `time`.
    func removeAll(deletedBefore time: Timestamp) throws
}

/// A row of ``CredentialRows``.
public struct SealedCredentials: Sendable, Hashable {
    /// One more with every renewal; 0 = none yet.
    public var version: Int64
    /// Tells which config the set was made from: that of another is worth nothing.
    public var basis: [UInt8]
    public var sealed: [UInt8]
    /// Who is renewing it now, and until when that counts.
    public var renewer: String?
    public var renewsUntil: Timestamp?

    public init(version: Int64, basis: [UInt8], sealed: [UInt8], renewer: String? = nil, renewsUntil: Timestamp? = nil)
    {
        self.version = version
        self.basis = basis
        self.sealed = sealed
        self.renewer = renewer
        self.renewsUntil = renewsUntil
    }
}
