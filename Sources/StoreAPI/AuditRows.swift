public import Domain

/// Who did what, in the transaction's scope: an Application's scope has only the rows of what belongs to it.
public protocol AuditRows {
    /// Keeps a row of the transaction's tenant; throws `store.broken` for another's.
    func insert(_ event: AuditEvent) throws

    /// One page, newest first.
    func list(_ query: AuditQuery) throws -> [AuditEvent]

    /// How many rows the query's filters match, page aside.
    func count(_ query: AuditQuery) throws -> Int

    /// Removes rows of before `time`; at most `limit`. Answers how many.
    func purge(before time: Timestamp, limit: Int) throws -> Int
}

extension StoreTransaction {
    /// Writes down that `caller` did something, in the transaction of the change itself: there is no change without its
    /// row and no row without its change. `changes` are names of fields, never values.
    public func note(
        _ action: AuditAction, of subject: AuditSubject, changes: [String] = [], by caller: Caller, as id: EventID
    ) throws {
        try audit.insert(
            AuditEvent(
                id: id, tenant: caller.scope.tenant, at: now, actor: caller.subject, actorApp: caller.scope.app,
                action: action, subject: subject, changes: changes, origin: caller.origin))
    }
}
