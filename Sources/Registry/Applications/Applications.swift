public import Domain
public import JSON
import StoreAPI
import Vault

/// Registering Applications, changing them and looking at them; their keys too.
///
/// A caller whose token was minted for an Application sees and manages that one alone. What an Application may do is
/// given by people and programs that may do it themselves: neither a scope nor a key gives its maker more than they have.
public struct Applications: Sendable {
    let store: any Store
    let ids: ULIDGenerator
    let cursors: CursorSeal
    let watch: KeyWatch
    let random: RandomBytes

    /// Newest first; `limit` 1 to 500.
    ///
    /// Errors: `auth.scope_missing` (applications:admin), `cursor.invalid`.
    public func list(
        limit: Int, cursor: [UInt8]?, includesDeleted: Bool = false, as caller: Caller
    ) async throws -> ListPage<ClientApplication> {
        try caller.require(.applicationsAdmin)
        let list = ["applications", includesDeleted ? "deleted" : ""]
        let after: ApplicationID? = try cursors.id(cursor, for: list, caller: caller)
        let (rows, total) = try await store.read(caller.scope) { transaction in
            let applications = transaction.applications
            return (
                try applications.list(includesDeleted: includesDeleted, after: after, limit: limit + 1),
                try applications.count(includesDeleted: includesDeleted)
            )
        }
        return try cursors.page(rows, limit: limit, total: total, of: list, caller: caller) {
            [.string($0.id.rawValue)]
        }
    }

    /// Errors: `auth.scope_missing` (applications:admin), `application.not_found`.
    public func get(
        _ id: String, includesDeleted: Bool = false, as caller: Caller
    ) async throws -> ClientApplication {
        try caller.require(.applicationsAdmin)
        return try await store.read(caller.scope) { try $0.application(id, includesDeleted: includesDeleted) }
    }

    /// Registers an Application; it has no key yet.
    ///
    /// Errors: `auth.scope_missing` (applications:admin), `application.foreign` for an Application's token,
    /// `application.invalid` with every fault of the body, `application.scope_exceeded`.
    public func create(
        _ body: JSONValue, as caller: Caller, receipt: Receipt<ClientApplication>? = nil
    ) async throws -> ClientApplication {
        try caller.require(.applicationsAdmin)
        guard caller.scope.app == nil else { throw AppError(.applicationForeign) }
        let input = try ApplicationInput(body, .create)
        let grants = input.grants ?? ClientApplication.usualGrants
        try caller.requireAll(of: grants)
        let id = ids.next(ApplicationKind.self)
        return try await store.write(as: caller, receipt) { transaction in
            let application = ClientApplication(
                id: id, tenant: caller.scope.tenant, name: input.name ?? "", grants: grants,
                createdAt: transaction.now, createdBy: caller.subject)
            try transaction.applications.insert(application)
            try transaction.note(
                .applicationCreate, of: AuditSubject(application), by: caller, as: ids.next(EventKind.self))
            return application
        }
    }

    /// Changes an Application by a JSON Merge Patch (RFC 7396). A deleted one takes nothing but `is_deleted: false`; its
    /// keys stay revoked. Grants taken away are gone from its tokens within ``KeyWatch/maxAge``.
    ///
    /// Errors: `auth.scope_missing` (applications:admin), `application.not_found`, `application.invalid` with every fault
    /// of the body, `application.scope_exceeded` for grants that the caller hasn't.
    public func update(_ id: String, patch body: JSONValue, as caller: Caller) async throws -> ClientApplication {
        try caller.require(.applicationsAdmin)
        let input = try ApplicationInput(body, .patch)
        let application = try await store.write(caller.scope) { transaction in
            var application = try transaction.application(id, includesDeleted: input.isRestore)
            let old = application
            application.name = input.name ?? old.name
            application.grants = input.grants ?? old.grants
            try caller.requireAll(of: application.grants.subtracting(old.grants))
            application.stamp(by: caller, at: transaction.now)
            if input.isDeleted == false { (application.deletedAt, application.deletedBy) = (nil, nil) }
            if input.isDeleted == true { try transaction.delete(&application, by: caller) }
            try transaction.applications.update(application)
            try transaction.note(
                application.auditAction(after: old), of: AuditSubject(application),
                changes: application.changedFields(from: old), by: caller, as: ids.next(EventKind.self))
            return application
        }
        watch.forget(application.id)
        return application
    }

    /// Deletes an Application softly and revokes its keys. Its DataSources stay, with their schedules: whoever has a
    /// token for the whole tenant goes on seeing them.
    ///
    /// Errors: `auth.scope_missing` (applications:admin), `application.not_found`.
    public func delete(_ id: String, as caller: Caller) async throws {
        try caller.require(.applicationsAdmin)
        let deleted = try await store.write(caller.scope) { transaction in
            var application = try transaction.application(id)
            application.stamp(by: caller, at: transaction.now)
            try transaction.delete(&application, by: caller)
            try transaction.applications.update(application)
            try transaction.note(
                .applicationDelete, of: AuditSubject(application), by: caller, as: ids.next(EventKind.self))
            return application.id
        }
        watch.forget(deleted)
    }
}

/// What a body says of an Application, checked field by field.
struct ApplicationInput: Sendable {
    let name: String?
    let grants: GrantSet?
    let isDeleted: Bool?
    /// Whether it asks for nothing but the end of a deletion.
    let isRestore: Bool

    /// Reads a body; throws `application.invalid` with every fault.
    init(_ body: JSONValue, _ verb: FieldCheck.Verb) throws {
        guard let object = body.objectValue else {
            throw AppError(
                .applicationInvalid,
                faults: [AppError.Fault(FaultCode.type, at: "", "Must be of type object, not \(body.kind).")])
        }
        var faults = FieldCheck(fields: Resource.application.fields, verb: verb).faults(of: object)
        name = object["name"]?.stringValue?.trimmed
        isDeleted = object["is_deleted"]?.boolValue
        isRestore = isDeleted == false && object.names.count == 1
        let scope = object["scope"]?.stringValue
        grants = scope.flatMap { GrantSet(exactly: $0) }
        if scope != nil, grants == nil, !faults.contains(where: { $0.pointer == "/scope" }) {
            let words = Grant.allCases.map(\.rawValue).joined(separator: ", ")
            faults.append(
                AppError.Fault(FaultCode.value, at: "/scope", "Must be words of \(words), or *, with spaces between."))
        }
        guard faults.isEmpty else { throw AppError(.applicationInvalid, faults: faults) }
    }
}

extension ClientApplication {
    /// Notes a change; `updated_at` never goes back, whatever the clock does.
    mutating func stamp(by caller: Caller, at now: Timestamp) {
        updatedAt = max(now, updatedAt + .milliseconds(1))
        updatedBy = caller.subject
    }

    fileprivate func auditAction(after old: ClientApplication) -> AuditAction {
        if isDeleted == old.isDeleted { return .applicationUpdate }
        return isDeleted ? .applicationDelete : .applicationRestore
    }

    fileprivate func changedFields(from old: ClientApplication) -> [String] {
        [("name", name != old.name), ("scope", grants != old.grants)].filter(\.1).map(\.0)
    }
}

extension AuditSubject {
    /// An Application, whose own tokens see what was done to it.
    init(_ application: ClientApplication) {
        self.init(.application, id: application.id.rawValue, app: AppID(application.id))
    }

    /// A key of an Application.
    init(_ key: APIKey) { self.init(.key, id: key.id.rawValue, app: AppID(key.application)) }
}

extension Caller {
    /// Throws `application.scope_exceeded`, with what is missing, unless the caller has all of these grants.
    func requireAll(of wanted: GrantSet) throws(AppError) {
        let missing = wanted.subtracting(grants)
        guard !missing.isEmpty else { return }
        throw AppError(
            .applicationScopeExceeded, "An Application can't be given what your own token lacks: \(missing.scope).",
            details: ["scope": missing.scope])
    }
}

extension StoreTransaction {
    /// The Application that a request names. Invariant 5: a foreign, a deleted, a missing and a malformed id all take the
    /// same look-up and throw the same `application.not_found`.
    func application(_ id: String, includesDeleted: Bool = false) throws -> ClientApplication {
        guard let application = try applications.find(ApplicationID(id) ?? Identifier(ULID(bits: 0))),
            includesDeleted || !application.isDeleted
        else { throw AppError(.applicationNotFound) }
        return application
    }

    /// Marks a stamped Application as deleted and ends its keys in the same transaction.
    fileprivate func delete(_ application: inout ClientApplication, by caller: Caller) throws {
        application.deletedAt = application.updatedAt
        application.deletedBy = caller.subject
        _ = try apiKeys.revoke(nil, of: application.id)
    }
}
