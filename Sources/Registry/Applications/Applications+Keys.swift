public import Domain
public import JSON
import StoreAPI

/// An API key just made, with its secret: shown once and kept nowhere.
public struct NewAPIKey: Sendable {
    public var key: APIKey
    /// `trib_<public id>_<secret>`.
    public var secret: Secret<String>
}

extension Applications {
    /// The Application's keys, live or not, newest first; `limit` 1 to 500.
    ///
    /// Errors: `auth.scope_missing` (applications:admin), `application.not_found`, `cursor.invalid`.
    public func keys(
        of application: String, limit: Int, cursor: [UInt8]?, as caller: Caller
    ) async throws -> ListPage<APIKey> {
        try caller.require(.applicationsAdmin)
        let list = ["api_keys", application]
        let after: APIKeyID? = try cursors.id(cursor, for: list, caller: caller)
        let (rows, total) = try await store.read(caller.scope) { transaction in
            let id = try transaction.application(application).id
            return (
                try transaction.apiKeys.list(of: id, after: after, limit: limit + 1),
                try transaction.apiKeys.count(of: id)
            )
        }
        return try cursors.page(rows, limit: limit, total: total, of: list, caller: caller) {
            [.string($0.id.rawValue)]
        }
    }

    /// Makes a key of `{name?, expires_at?}`; the oldest keys that open nothing any more may go for it.
    ///
    /// Errors: `auth.scope_missing` (applications:admin), `application.not_found`, `request.invalid`,
    /// `application.scope_exceeded` when the Application may do more than the caller, `api_key.too_many`.
    public func createKey(
        of application: String, body: JSONValue?, as caller: Caller, receipt: Receipt<NewAPIKey>? = nil
    ) async throws -> NewAPIKey {
        try caller.require(.applicationsAdmin)
        let request = try RequestBody(body, as: .apiKey)
        try request.check()
        let name = request["name"]?.stringValue?.trimmed
        let expiresAt = request["expires_at"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
        let text = KeyText(id: ids.next(APIKeyKind.self), random: random)
        return try await store.write(as: caller, receipt) { transaction in
            let owner = try transaction.application(application)
            // A key is as good as a token: it must not lead to more than its maker may do.
            try caller.requireAll(of: owner.grants)
            if let expiresAt, expiresAt <= transaction.now {
                throw AppError(
                    .requestInvalid,
                    faults: [AppError.Fault(FaultCode.value, at: "/expires_at", "Must lie in the future.")])
            }
            guard try transaction.apiKeys.liveCount(of: owner.id) < APIKey.mostLive else {
                throw AppError(.keyTooMany)
            }
            try transaction.apiKeys.purge(of: owner.id, keeping: APIKey.mostKept - 1)
            let key = APIKey(
                id: text.id, application: owner.id, name: name, secretHash: text.hash, createdAt: transaction.now,
                createdBy: caller.subject, expiresAt: expiresAt)
            try transaction.apiKeys.insert(key)
            try transaction.note(.keyCreate, of: AuditSubject(key), by: caller, as: ids.next(EventKind.self))
            return NewAPIKey(key: key, secret: text.whole)
        }
    }

    /// Revokes a key for good; one that is revoked stays so. Its tokens end at once in this process and within
    /// ``KeyWatch/maxAge`` in others.
    ///
    /// Errors: `auth.scope_missing` (applications:admin), `application.not_found`, `api_key.not_found`.
    public func revokeKey(_ key: String, of application: String, as caller: Caller) async throws {
        try caller.require(.applicationsAdmin)
        let owner = try await store.write(caller.scope) { transaction in
            let owner = try transaction.application(application).id
            guard let known = try transaction.apiKeys.find(APIKeyID(key) ?? Identifier(ULID(bits: 0)), of: owner) else {
                throw AppError(.keyNotFound)
            }
            if try transaction.apiKeys.revoke(known.id, of: owner) > 0 {
                try transaction.note(.keyRevoke, of: AuditSubject(known), by: caller, as: ids.next(EventKind.self))
            }
            return owner
        }
        watch.forget(owner)
    }
}
