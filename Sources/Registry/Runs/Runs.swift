import ConnectorAPI
public import Domain
import JSON
import StoreAPI

/// Runs of a DataSource: asking for one, looking at them, cancelling.
public struct Runs: Sendable {
    let store: any Store
    let catalog: ConnectorCatalog
    let ids: ULIDGenerator
    let cursors: CursorSeal
    let waits: Waits

    /// Newest first; `limit` 1 to 500.
    ///
    /// Errors: `auth.scope_missing` (datasources:read), `datasource.not_found`, `cursor.invalid`.
    public func list(
        of source: String, limit: Int, cursor: [UInt8]?, includesDeleted: Bool = false, as caller: Caller
    ) async throws -> ListPage<SyncRun> {
        try caller.require(.datasourcesRead)
        let list = ["runs", source]
        let after: RunID? = try cursors.id(cursor, for: list, caller: caller)
        let (rows, total) = try await store.read(caller.scope) { transaction in
            let id = try transaction.source(source, includesDeleted: includesDeleted).id
            return (
                try transaction.runs.list(of: id, after: after, limit: limit + 1), try transaction.runs.count(of: id)
            )
        }
        return try cursors.page(rows, limit: limit, total: total, of: list, caller: caller) {
            [.string($0.id.rawValue)]
        }
    }

    /// Errors: `auth.scope_missing` (datasources:read), `datasource.not_found`, `run.not_found`.
    public func get(
        _ run: String, of source: String, includesDeleted: Bool = false, as caller: Caller
    ) async throws -> SyncRun {
        try caller.require(.datasourcesRead)
        return try await store.read(caller.scope) { transaction in
            try transaction.run(run, of: transaction.source(source, includesDeleted: includesDeleted))
        }
    }

    /// Ends a run that is queued or running at once: its worker commits nothing more (Invariant 2).
    ///
    /// Errors: `auth.scope_missing` (datasources:sync), `datasource.not_found`, `run.not_found`, `run.ended`.
    public func cancel(
        _ run: String, of source: String, as caller: Caller, receipt: Receipt<SyncRun>? = nil
    ) async throws -> SyncRun {
        try caller.require(.datasourcesSync)
        return try await store.write(as: caller, receipt) { transaction in
            var source = try transaction.source(source)
            let run = try transaction.run(run, of: source)
            guard run.status.isActive else { throw AppError(.runEnded) }
            try transaction.endActiveRun(of: source.id, because: .runCancelled)
            source.syncVersion += 1
            try transaction.sources.update(source)
            try transaction.note(.runCancel, of: AuditSubject(run), by: caller, as: ids.next(EventKind.self))
            return try transaction.run(run.id.rawValue, of: source)
        }
    }

    /// What a run couldn't store, in the order met; `limit` 1 to 500.
    ///
    /// Errors: `auth.scope_missing` (datasources:read), `datasource.not_found`, `run.not_found`, `cursor.invalid`.
    public func rejects(
        of run: String, source: String, limit: Int, cursor: [UInt8]?, includesDeleted: Bool = false, as caller: Caller
    ) async throws -> ListPage<Reject> {
        try caller.require(.datasourcesRead)
        let list = ["rejects", source, run]
        let position = try cursor.map { try cursors.open($0, for: list, caller: caller) }
        let after = position?.first?.int64Value ?? 0
        let (rows, total) = try await store.read(caller.scope) { transaction in
            let source = try transaction.source(source, includesDeleted: includesDeleted)
            let run = try transaction.run(run, of: source)
            return (
                try transaction.runs.rejects(of: run.id, source: source.id, after: after, limit: limit + 1),
                try transaction.runs.rejectCount(of: run.id, source: source.id)
            )
        }
        let page = try cursors.page(rows, limit: limit, total: total, of: list, caller: caller) { [.int($0.position)] }
        return ListPage(items: page.items.map(\.reject), cursor: page.cursor, total: page.total)
    }
}
