public import Domain
import JSON
import StoreAPI

/// Reading the records of DataSources and the feed of their changes.
public struct Records: Sendable {
    let store: any Store
    let cursors: CursorSeal
    let waits: Waits

    /// What a list of records is to have.
    public struct Filter: Sendable {
        public var entity: String
        public var includesDeleted = false
        /// JSON texts of arrays of key values, at most 500; empty = all records.
        public var keys: [String] = []
        /// Exclusive.
        public var updatedAfter: Timestamp?
        /// 1 to 500.
        public var limit = 50

        /// Makes a filter that lets all live records of the entity through.
        public init(entity: String) { self.entity = entity }
    }

    /// One page of an entity's records in key order.
    ///
    /// With `includesDeleted` tombstones come too, and a deleted DataSource is read. An entity that has no records is an
    /// empty list. Errors: `auth.scope_missing` (records:read), `datasource.not_found`, `key.invalid`, `cursor.invalid`.
    public func list(
        _ filter: Filter, of source: String, cursor: [UInt8]?, as caller: Caller
    ) async throws -> ListPage<RecordItem> {
        try caller.require(.recordsRead)
        let list = filter.binding(source)
        var query = RecordQuery(entity: filter.entity)
        query.includesDeleted = filter.includesDeleted
        query.keys = filter.keys.isEmpty ? nil : try filter.keys.map(Self.orderedKey)
        query.updatedAfter = filter.updatedAfter
        query.limit = filter.limit + 1
        if let cursor { query.after = try Self.key(cursors.open(cursor, for: list, caller: caller)) }
        let asked = query
        let (rows, total, owner) = try await store.read(caller.scope) { transaction in
            let source = try transaction.source(source, includesDeleted: asked.includesDeleted)
            return (
                try transaction.records.list(asked, of: source.id), try transaction.records.count(asked, of: source.id),
                source
            )
        }
        let items = rows.prefix(filter.limit)
        let next = rows.count > filter.limit || Self.mayHaveEndedEarly(rows) ? items.last?.key : nil
        return ListPage(
            items: items.map { RecordItem($0, of: owner) },
            cursor: try next.map { try cursors.seal($0.map { .int($0) }, for: list, caller: caller) }, total: total)
    }

    /// The store cuts a page of large bodies short; what it left out then didn't fit beside at least so much.
    private static func mayHaveEndedEarly(_ rows: [StoredRecord]) -> Bool {
        rows.reduce(0) { $0 + ($1.body?.count ?? 0) } >= RecordBatch.maxBodyBytes
    }

    /// A key of one field may be given as its value alone.
    private static func orderedKey(_ text: String) throws -> [UInt8] {
        do {
            let value = try JSONValue(parsing: text)
            let array = value.arrayValue == nil ? JSONValue.array([value]) : value
            return try JSONKey.encodeOrdered(keyText: array.serialized())
        } catch {
            throw AppError(.keyInvalid)
        }
    }

    private static func key(_ position: [JSONValue]) throws -> [UInt8] {
        try position.map { value in
            guard let byte = value.int64Value.flatMap({ UInt8(exactly: $0) }) else { throw AppError(.cursorInvalid) }
            return byte
        }
    }
}

extension Records.Filter {
    fileprivate func binding(_ source: String) -> [String] {
        [
            "records", source, entity, includesDeleted ? "deleted" : "",
            updatedAfter.map { String($0.milliseconds) } ?? "",
        ]
            + keys
    }
}
