public import Domain
import StoreAPI

/// One page of a DataSource's change feed.
public struct ChangePage: Sendable {
    /// In the order in which they were made; none means "up to date".
    public var items: [RecordItem]
    /// Where to go on from: opaque bytes.
    public var cursor: [UInt8]
}

extension Records {
    /// The longest time that a reader of the feed may wait for a change.
    public static let longestWait = Duration.seconds(30)

    /// The newest version of each record changed since the cursor; `limit` 1 to 5,000. With `wait` an empty page isn't
    /// given before the time is up.
    ///
    /// Errors: `auth.scope_missing` (records:read), `datasource.not_found`, `cursor.invalid`, `changes.cursor_expired`,
    /// `request.too_many_waiting`.
    public func changes(
        of source: String, entity: String?, limit: Int, cursor: [UInt8]?, wait: Duration = .zero,
        includesDeleted: Bool = false, as caller: Caller
    ) async throws -> ChangePage {
        try caller.require(.recordsRead)
        let list = ["changes", source, entity ?? "", entity == nil ? "all" : "one"]
        let place = try cursor.map { try FeedPlace(cursors.open($0, for: list, caller: caller)) }
        // Listening begins before the first look, so a change in between isn't missed.
        let listener = DataSourceID(source).map { store.hints.listen(for: .source($0)) }
        var found = try await look(at: source, entity, place, limit, includesDeleted, caller)
        if let listener, found.rows.isEmpty, wait > .zero {
            _ = try await waits.wait(
                upTo: min(wait, Self.longestWait), for: listener, of: caller.scope.tenant
            ) { () -> Bool? in
                found = try await look(at: source, entity, place, limit, includesDeleted, caller)
                return found.rows.isEmpty ? nil : true
            }
        }
        return ChangePage(
            items: found.rows.map { [source = found.source] in RecordItem($0, of: source) },
            cursor: try cursors.seal(found.next.json, for: list, caller: caller))
    }

    private func look(
        at source: String, _ entity: String?, _ place: FeedPlace?, _ limit: Int, _ includesDeleted: Bool,
        _ caller: Caller
    ) async throws -> FeedLook {
        try await store.read(caller.scope) { transaction in
            let source = try transaction.source(source, includesDeleted: includesDeleted)
            return try transaction.look(at: source, entity: entity, from: place, limit: limit)
        }
    }
}

/// What one look at the feed found.
private struct FeedLook: Sendable {
    var source: DataSource
    var rows: [StoredRecord]
    var next: FeedPlace
}

extension StoreTransaction {
    fileprivate func look(at source: DataSource, entity: String?, from place: FeedPlace?, limit: Int) throws -> FeedLook
    {
        // In a read this locks nothing. A DataSource always has its sync row.
        guard let state = try sync.lock(source.id) else { throw AppError(.sourceNotFound) }
        let after = place?.seq ?? 0
        if let place, place.epoch != state.feedEpoch || (place.seq > 0 && place.seq < state.purgedThrough) {
            throw AppError(.cursorExpired)
        }
        let rows = try records.changes(of: source.id, entity: entity, after: after, limit: limit)
        // Nothing more of this entity up to the newest change: the next look can begin there.
        let seq = rows.last?.seq ?? max(after, state.feedSeq)
        return FeedLook(source: source, rows: rows, next: FeedPlace(epoch: state.feedEpoch, seq: seq))
    }
}
