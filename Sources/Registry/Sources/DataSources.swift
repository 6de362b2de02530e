import ConnectorAPI
public import Domain
public import JSON
import StoreAPI
import Vault

/// Registering DataSources, changing them and looking at them.
///
/// Every call takes the id as it came; an id that the caller can't see is `datasource.not_found` (Invariant 5).
public struct DataSources: Sendable {
    let store: any Store
    let catalog: ConnectorCatalog
    let vault: Vault
    let ids: ULIDGenerator
    let cursors: CursorSeal
    let calls: ConnectorCalls

    /// One page in the query's order, as answers show it. `query.after` is taken from `cursor`, which only fits the same
    /// filters and order.
    ///
    /// Errors: `auth.scope_missing` (datasources:read), `cursor.invalid`.
    public func list(_ query: DataSourceQuery, cursor: [UInt8]?, as caller: Caller) async throws -> SourceList {
        try caller.require(.datasourcesRead)
        var query = query
        if let cursor {
            query.after = try DataSourceQuery.Position(
                cursors.open(cursor, for: query.binding, caller: caller), sort: query.sort)
        }
        let asked = query
        let body = { @Sendable (transaction: any StoreTransaction) in
            (try transaction.sources.page(asked), try transaction.sources.count(asked))
        }
        let (page, total) =
            asked.isBrief(in: caller.scope)
            ? try await store.readBriefly(caller.scope, body) : try await store.read(caller.scope, body)
        return SourceList(
            page: page, cursor: try page.next.map { try cursors.seal($0.json, for: asked.binding, caller: caller) },
            total: total)
    }

    /// One DataSource as answers show it.
    ///
    /// Errors: `auth.scope_missing` (datasources:read), `datasource.not_found`.
    public func get(_ id: String, includesDeleted: Bool = false, as caller: Caller) async throws -> SourceView {
        try caller.require(.datasourcesRead)
        return try await store.readBriefly(caller.scope) { try $0.view(id, includesDeleted: includesDeleted) }
    }

    /// Registers a DataSource; it isn't synced by that.
    ///
    /// Errors: `auth.scope_missing` (datasources:write), `datasource.invalid` with every fault of the body.
    public func create(
        _ body: JSONValue, as caller: Caller, receipt: Receipt<DataSource>? = nil
    ) async throws -> DataSource {
        try caller.require(.datasourcesWrite)
        let offer = try await offer(for: body, as: caller)
        let draft = try SourceDraft(body, offer)
        let id = ids.next(DataSourceKind.self)
        return try await store.write(as: caller, receipt) { transaction in
            try transaction.keep(offer?.manifest)
            let source = draft.source(
                id, by: caller, at: transaction.now,
                secrets: try vault.sealConfig(draft.secrets, of: id, in: transaction))
            try transaction.sources.insert(source)
            try transaction.note(
                .datasourceCreate, of: AuditSubject(source), by: caller, as: ids.next(EventKind.self))
            return source
        }
    }

    /// The connector that a body asks for; nil where there is none of that type and version, which is a fault of the body.
    private func offer(for body: JSONValue, as caller: Caller) async throws -> Offer? {
        guard let type = body["type"]?.stringValue else { return nil }
        let version = body["connector_version"]?.stringValue
        if version == nil, let connector = catalog.builtIn(type) { return Offer(connector: connector, manifest: nil) }
        do {
            return try await store.read(caller.scope) { try $0.offer(type, version: version, in: catalog) }
        } catch let error as AppError where error.code == ErrorCode.connectorUnknown.code {
            return nil
        }
    }

    /// Changes a DataSource by a JSON Merge Patch (RFC 7396). With `ifMatch` only if its config version is among these.
    ///
    /// A deleted DataSource takes nothing but `is_deleted: false`.
    /// Errors: `auth.scope_missing` (datasources:write), `datasource.not_found`, `datasource.changed`,
    /// `datasource.invalid` with every fault of the body.
    public func update(
        _ id: String, patch body: JSONValue, ifMatch: Set<Int>? = nil, includesDeleted: Bool = false,
        as caller: Caller
    ) async throws -> DataSource {
        try caller.require(.datasourcesWrite)
        let input = try SourceInput(body, .patch)
        let runID = ids.next(RunKind.self)
        return try await store.write(caller.scope) { transaction in
            let isRestore = input.isDeleted == false && input.names.count == 1
            let source = try transaction.source(id, includesDeleted: includesDeleted || isRestore)
            if let ifMatch, !ifMatch.contains(source.configVersion) { throw AppError(.sourceChanged) }
            return try SourcePatch(input, to: source, catalog: catalog, vault: vault, in: transaction)
                .save(by: caller, runID: runID, eventID: ids.next(EventKind.self), vault: vault, in: transaction)
        }
    }

    /// Deletes a DataSource softly and cancels its run.
    ///
    /// Errors: `auth.scope_missing` (datasources:write), `datasource.not_found`, `datasource.changed`.
    public func delete(_ id: String, ifMatch: Set<Int>? = nil, as caller: Caller) async throws {
        try caller.require(.datasourcesWrite)
        try await store.write(caller.scope) { transaction in
            var source = try transaction.source(id)
            if let ifMatch, !ifMatch.contains(source.configVersion) { throw AppError(.sourceChanged) }
            try transaction.endActiveRun(of: source.id, because: .runCancelled)
            source.stamp(by: caller, at: transaction.now)
            source.deletedAt = source.updatedAt
            source.deletedBy = caller.subject
            source.nextSyncAt = nil
            try transaction.sources.update(source)
            try transaction.note(
                .datasourceDelete, of: AuditSubject(source), by: caller, as: ids.next(EventKind.self))
        }
    }
}

extension DataSourceQuery {
    /// Whether an index leads to the page's rows and to no others.
    fileprivate func isBrief(in scope: Scope) -> Bool {
        !isFiltered && !includesDeleted && (scope.app == nil || sort == .createdAt)
    }
}

extension DataSource {
    /// Notes a person's change; `updated_at` never goes back, whatever the clock does.
    mutating func stamp(by caller: Caller, at now: Timestamp) {
        updatedAt = max(now, updatedAt + .milliseconds(1))
        updatedBy = caller.subject
        configVersion += 1
    }
}
