public import Domain
public import JSON
import StoreAPI

extension DataSources {
    /// How many tombstones one transaction of an erasure makes.
    static let eraseChunk = 10_000

    /// Makes tombstones of a DataSource's records, or of one entity's, and drops their bodies; answers how many. Its run
    /// ends, what was known of the entities is forgotten, and feed cursors given before are void.
    ///
    /// Works in chunks, each a transaction of its own; cut short, it is repeated by calling it again. The answer is kept
    /// with the last.
    /// Errors: `auth.scope_missing` (datasources:write), `datasource.not_found`, `request.invalid`.
    public func erase(
        _ id: String, body: JSONValue?, as caller: Caller, receipt: Receipt<Int>? = nil
    ) async throws -> Int {
        try caller.require(.datasourcesWrite)
        let request = try RequestBody(body, as: .eraseRequest)
        try request.check()
        let entity = request["entity"]?.stringValue
        var erased = 0
        while true {
            let before = erased
            let chunk = try await store.write(as: caller, settling: receipt) { transaction in
                let source = try transaction.source(id)
                if before == 0 {
                    try transaction.note(
                        .datasourceErase, of: AuditSubject(source), changes: entity.map { [$0] } ?? [], by: caller,
                        as: ids.next(EventKind.self))
                }
                let count = try transaction.eraseChunk(of: source, entity: entity)
                let isLast = count < Self.eraseChunk
                if isLast { try receipt?.keep(before + count, in: transaction) }
                return (count, isLast)
            }
            erased += chunk.value
            if chunk.isLast { return erased }
        }
    }
}

extension StoreTransaction {
    /// One chunk. Runs are ended and states dropped with every one, so that neither a run that began in between nor a
    /// crash leaves records erased that an incremental read would never send again.
    fileprivate func eraseChunk(of source: DataSource, entity: String?) throws -> Int {
        var source = source
        try endActiveRun(of: source.id, because: .runCancelled)
        guard var state = try changeOwner(of: source.id) else { return 0 }
        let count = try records.deleteAll(of: entity, run: nil, limit: DataSources.eraseChunk, sync: &state)
        if count < DataSources.eraseChunk { state.feedEpoch += 1 }
        try sync.save(state)
        for var known in try sync.entities(of: source.id) where entity == nil || known.name == entity {
            known.state = nil
            known.isComplete = false
            known.fullReadAt = nil
            known.deletesToReview = nil
            try sync.saveEntity(known, of: source.id)
            if source.syncedEntities[known.name] != nil { source.syncedEntities[known.name] = known.live }
        }
        source.syncVersion += 1
        try sources.update(source)
        post(.source(source.id))
        return count
    }
}
