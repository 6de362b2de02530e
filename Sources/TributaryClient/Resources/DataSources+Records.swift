public import WireAPI

extension DataSources {
    /// One page of an entity's records, in key order.
    public func records(
        _ id: String, _ entity: String, _ filter: RecordFilter = RecordFilter()
    ) async throws -> Page<RecordBody> {
        try await connection.send(.get(try Place.of(Paths.records, id: id, entity: entity), query: filter.query))
    }

    /// All records of an entity that the filter lets through, in key order from its cursor on; pages are fetched as
    /// they are needed. Not a snapshot: records that change meanwhile may be seen in either form.
    public func allRecords(
        _ id: String, _ entity: String, _ filter: RecordFilter = RecordFilter()
    ) -> ItemSequence<RecordBody> {
        ItemSequence(from: filter.cursor) { cursor in
            var filter = filter
            filter.cursor = cursor
            return try await records(id, entity, filter)
        }
    }

    /// Makes tombstones of the records of one entity, or of all, and drops their bodies for good.
    public func erase(_ id: String, entity: String? = nil, idempotencyKey: String? = nil) async throws -> ErasureBody {
        try await connection.send(
            .post(
                try Place.of(Paths.erase, id: id), body: EraseRequestBody(entity: entity),
                key: connection.key(idempotencyKey)))
    }
}
