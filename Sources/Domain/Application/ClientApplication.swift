/// An Application: a program that is registered with a tenant and gets its tokens by API keys.
///
/// Deleted softly: its keys are revoked with it, its DataSources stay.
public struct ClientApplication: Sendable, Hashable {
    /// The characters that a name may have.
    public static let nameLength = 1...200
    /// What an Application may do whose registration doesn't say.
    public static let usualGrants = GrantSet([.datasourcesRead, .datasourcesWrite, .datasourcesSync, .recordsRead])

    public var id: ApplicationID
    public var tenant: TenantID
    /// For people: 1 to 200 characters after trimming.
    public var name: String
    /// What its tokens may do at most.
    public var grants: GrantSet
    public var createdAt: Timestamp
    /// Moves on every change and never goes back.
    public var updatedAt: Timestamp
    public var createdBy: String
    public var updatedBy: String
    public var deletedAt: Timestamp?
    public var deletedBy: String?

    /// Makes an Application that was never changed.
    public init(
        id: ApplicationID, tenant: TenantID, name: String, grants: GrantSet, createdAt: Timestamp, createdBy: String
    ) {
        self.id = id
        self.tenant = tenant
        self.name = name
        self.grants = grants
        self.createdAt = createdAt
        self.updatedAt = createdAt
        self.createdBy = createdBy
        self.updatedBy = createdBy
    }

    public var isDeleted: Bool { deletedAt != nil }
}

/// What an Application proves itself with: the secret's hash, never the secret.
public struct APIKey: Sendable, Hashable {
    /// How many keys of one Application may be live at once.
    public static let mostLive = 20
    /// How many keys of one Application are kept: the oldest that are dead go first.
    public static let mostKept = 200

    public var id: APIKeyID
    public var application: ApplicationID
    /// For people.
    public var name: String?
    /// SHA-256 of the secret's text, 32 bytes.
    public var secretHash: [UInt8]
    public var createdAt: Timestamp
    public var createdBy: String
    /// From then on it opens nothing; nil = never.
    public var expiresAt: Timestamp?
    /// When a token was minted for it, to the minute.
    public var lastUsedAt: Timestamp?
    public var revokedAt: Timestamp?

    /// Makes a key that was never used.
    public init(
        id: APIKeyID, application: ApplicationID, name: String?, secretHash: [UInt8], createdAt: Timestamp,
        createdBy: String, expiresAt: Timestamp?
    ) {
        self.id = id
        self.application = application
        self.name = name
        self.secretHash = secretHash
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
    }

    /// Whether it opens anything at `time`.
    public func isLive(at time: Timestamp) -> Bool { revokedAt == nil && expiresAt.map { $0 > time } ?? true }
}
