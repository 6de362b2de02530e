public import Domain
import JSON
import StoreAPI

/// Looking at who did what. The rows themselves are written where the changes are made, by
/// ``StoreAPI/StoreTransaction/note(_:of:changes:by:as:)``.
public struct AuditTrail: Sendable {
    let store: any Store
    let cursors: CursorSeal

    /// One page, newest first; an Application's token sees what was done to its own things. `query.after` is taken from
    /// `cursor`, which only fits the same filters; `query.limit` 1 to 500.
    ///
    /// Errors: `auth.scope_missing` (audit:read), `cursor.invalid`.
    public func list(_ query: AuditQuery, cursor: [UInt8]?, as caller: Caller) async throws -> ListPage<AuditEvent> {
        try caller.require(.auditRead)
        var query = query
        if let cursor {
            query.after = try AuditQuery.Position(cursors.open(cursor, for: query.binding, caller: caller))
        }
        let limit = query.limit
        query.limit = limit + 1
        let asked = query
        let (rows, total) = try await store.read(caller.scope) { transaction in
            (try transaction.audit.list(asked), try transaction.audit.count(asked))
        }
        return try cursors.page(rows, limit: limit, total: total, of: asked.binding, caller: caller) {
            AuditQuery.Position($0).json
        }
    }
}

extension AuditQuery {
    /// What a cursor of this list is bound to: the filters, not the page's size.
    fileprivate var binding: [String] {
        let filters: [(String, String?)] = [
            ("action", action?.rawValue), ("resource_type", kind?.rawValue), ("resource_id", resourceID),
            ("actor", actor), ("created_after", createdAfter.map { String($0.milliseconds) }),
            ("created_before", createdBefore.map { String($0.milliseconds) }),
        ]
        return ["audit"] + filters.compactMap { name, value in value.map { "\(name)=\($0)" } }
    }
}

extension AuditQuery.Position {
    fileprivate var json: [JSONValue] { [.int(at.milliseconds), .string(id.rawValue)] }

    /// Reads a position back; throws `cursor.invalid`.
    fileprivate init(_ json: [JSONValue]) throws {
        guard json.count == 2, let time = json[0].int64Value, let id = json[1].stringValue.flatMap({ EventID($0) })
        else { throw AppError(.cursorInvalid) }
        self.init(at: Timestamp(milliseconds: time), id: id)
    }
}
