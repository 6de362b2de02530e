public import Domain

/// The Applications of the transaction's scope: all of the tenant's or, for an Application's token, itself alone.
public protocol ApplicationRows {
    func insert(_ application: ClientApplication) throws

    /// The Application, deleted or not; nil when the scope has none of that id.
    func find(_ id: ApplicationID) throws -> ClientApplication?

    /// Writes every column of a row that exists but its creation's. `updated_at` never goes back.
    func update(_ application: ClientApplication) throws

    /// Newest first by id, starting behind `after`; `limit` 1 to 501: one more than an API's page.
    func list(includesDeleted: Bool, after: ApplicationID?, limit: Int) throws -> [ClientApplication]

    func count(includesDeleted: Bool) throws -> Int
}

/// The API keys of the scope's Applications.
public protocol APIKeyRows {
    /// Stores a new key of an Application that the scope has.
    func insert(_ key: APIKey) throws

    /// The key, live or not; nil when the Application has none of that id.
    func find(_ id: APIKeyID, of application: ApplicationID) throws -> APIKey?

    /// Newest first by id, starting behind `after`; `limit` 1 to 501: one more than an API's page.
    func list(of application: ApplicationID, after: APIKeyID?, limit: Int) throws -> [APIKey]

    func count(of application: ApplicationID) throws -> Int

    /// How many open something at the transaction's time.
    func liveCount(of application: ApplicationID) throws -> Int

    /// Revokes a key, or every key of the Application where none is named; one that is revoked keeps its time. Answers
    /// how many it revoked.
    func revoke(_ id: APIKeyID?, of application: ApplicationID) throws -> Int

    /// Notes that the key was used at the transaction's time.
    func stampUse(of id: APIKeyID, of application: ApplicationID) throws

    /// Removes the oldest keys that are revoked or expired until at most `count` keys are left, or only live ones.
    func purge(of application: ApplicationID, keeping count: Int) throws
}
