public import WireAPI

extension DataSources {
    /// Queues a run, or joins one that covers the request already.
    ///
    /// - Parameters:
    ///   - id: The DataSource.
    ///   - request: What to ask of the run.
    ///   - seconds: How long the server may wait for the run's end, at most 60; nil returns at once.
    public func sync(
        _ id: String, _ request: SyncRequestBody = SyncRequestBody(), wait seconds: Int? = nil
    ) async throws -> SyncRunBody {
        var query = Query()
        query.add("wait", seconds)
        var call = Call.post(Paths.sync.text(id), query: query, body: request)
        call.wait = .seconds(seconds ?? 0)
        return try await connection.send(call)
    }

    /// Its runs, newest first.
    public func runs(_ id: String, limit: Int? = nil, cursor: String? = nil) async throws -> Page<SyncRunBody> {
        try await connection.send(.get(Paths.runs.text(id), query: .page(limit, cursor)))
    }

    /// One run as it stands.
    public func run(_ id: String, _ run: String) async throws -> SyncRunBody {
        try await connection.send(.get(Paths.run.text(id, run)))
    }

    /// Asks a run to stop; what it has stored stays.
    public func cancel(_ id: String, _ run: String) async throws -> SyncRunBody {
        try await connection.send(.post(Paths.cancel.text(id, run)))
    }

    /// The items that a run couldn't store.
    public func rejects(
        _ id: String, _ run: String, limit: Int? = nil, cursor: String? = nil
    ) async throws -> Page<RejectBody> {
        try await connection.send(.get(Paths.rejects.text(id, run), query: .page(limit, cursor)))
    }
}

extension Query {
    static func page(_ limit: Int?, _ cursor: String?) -> Query {
        var query = Query()
        query.add("limit", limit)
        query.add("cursor", cursor)
        return query
    }
}
