public import WireAPI

extension DataSources {
    /// Queues a run, or joins one that covers the request already.
    ///
    /// - Parameters:
    ///   - id: The DataSource.
    ///   - request: What to ask of the run.
    ///   - seconds: How long the server may wait for the run's end, at most 60; nil returns at once. The run may still
    ///     go on afterwards: ``finished(_:within:)`` waits to its end.
    ///   - idempotencyKey: 1 to 255 visible ASCII characters that tell this request from another.
    public func sync(
        _ id: String, _ request: SyncRequestBody = SyncRequestBody(), wait seconds: Int? = nil,
        idempotencyKey: String? = nil
    ) async throws -> SyncRunBody {
        var query = Query()
        query.add("wait", seconds)
        var call = Call.post(
            try Place.of(Paths.sync, id: id), query: query, body: request, key: connection.key(idempotencyKey))
        call.wait = .seconds(seconds ?? 0)
        return try await connection.send(call)
    }

    /// One page of its runs, newest first.
    public func runs(
        _ id: String, limit: Int? = nil, cursor: String? = nil, includeDeleted: Bool = false
    ) async throws -> Page<SyncRunBody> {
        var query = Query.page(limit, cursor)
        query.add("include_deleted", if: includeDeleted)
        return try await connection.send(.get(try Place.of(Paths.runs, id: id), query: query))
    }

    /// All its runs, newest first; pages of `limit` are fetched as they are needed.
    public func allRuns(_ id: String, limit: Int? = nil, includeDeleted: Bool = false) -> ItemSequence<SyncRunBody> {
        ItemSequence { try await runs(id, limit: limit, cursor: $0, includeDeleted: includeDeleted) }
    }

    /// One run as it stands.
    public func run(_ id: String, _ run: String, includeDeleted: Bool = false) async throws -> SyncRunBody {
        try await connection.send(
            .get(try Place.of(Paths.run, id: id, run: run), query: .including(deleted: includeDeleted)))
    }

    /// Ends a run that is queued or running; what it has stored stays. Throws `run.ended` for one that has ended.
    public func cancel(_ id: String, _ run: String, idempotencyKey: String? = nil) async throws -> SyncRunBody {
        try await connection.send(
            .post(try Place.of(Paths.cancel, id: id, run: run), key: connection.key(idempotencyKey)))
    }

    /// Follows a run as the server tells of it: at once, then at most once a second when it has changed, the ended run
    /// last. Holds a connection until then. See ``watch(_:looks:)`` for one that works without events too.
    public func events(_ id: String, _ run: String, includeDeleted: Bool = false) -> RunEvents {
        RunEvents(connection: connection) {
            .events(try Place.of(Paths.events, id: id, run: run), query: .including(deleted: includeDeleted))
        }
    }

    /// Watches a run until it has ended: first what was given, then each change that the server tells of, the ended run
    /// last. Where events don't come through, it looks at the run instead.
    ///
    /// A server that is away for up to half a minute at a time is waited for, since the run outlives it; then its error
    /// is thrown. Cancelling ends the watch, not the run.
    ///
    /// - Parameters:
    ///   - run: As a call answered it; one that has ended already is all there is.
    ///   - looks: The pauses between looks, where there are no events: 100 ms at first, later 2 s.
    public func watch(_ run: SyncRunBody, looks: Backoff = .looks) -> RunSnapshots {
        let events = RunEvents(connection: connection, hasOtherWay: true) {
            .events(try Place.of(Paths.events, id: run.datasourceID, run: run.id))
        }
        return RunSnapshots(run: run, looks: looks, connection: connection, events: events) {
            var call = Call.get(try Place.of(Paths.run, id: run.datasourceID, run: run.id))
            call.isTriedOnce = true
            return try await connection.send(call)
        }
    }

    /// The run once it has ended, well or not: see `hasSucceeded` and `error` of what is returned.
    ///
    /// - Parameters:
    ///   - run: As a call answered it.
    ///   - limit: Throws `ConnectionError` (`timedOut`) when it takes longer; the run goes on. nil = no limit.
    public func finished(_ run: SyncRunBody, within limit: Duration? = nil) async throws -> SyncRunBody {
        guard let limit, !run.hasEnded else { return try await ended(run) }
        return try await withThrowingTaskGroup(of: SyncRunBody?.self) { group in
            group.addTask { try await ended(run) }
            group.addTask {
                try await connection.surroundings.sleep(limit)
                return nil
            }
            defer { group.cancelAll() }
            if let last = try await group.next() ?? nil { return last }
            throw ConnectionError(.timedOut, "\(run.id) hasn't ended in time; it goes on.", mayHaveArrived: true)
        }
    }

    private func ended(_ run: SyncRunBody) async throws -> SyncRunBody {
        try await watch(run).reduce(run) { $1 }
    }

    /// One page of the items that a run couldn't store.
    public func rejects(
        _ id: String, _ run: String, limit: Int? = nil, cursor: String? = nil, includeDeleted: Bool = false
    ) async throws -> Page<RejectBody> {
        var query = Query.page(limit, cursor)
        query.add("include_deleted", if: includeDeleted)
        return try await connection.send(.get(try Place.of(Paths.rejects, id: id, run: run), query: query))
    }

    /// All items that a run couldn't store; pages of `limit` are fetched as they are needed.
    public func allRejects(
        _ id: String, _ run: String, limit: Int? = nil, includeDeleted: Bool = false
    ) -> ItemSequence<RejectBody> {
        ItemSequence { try await rejects(id, run, limit: limit, cursor: $0, includeDeleted: includeDeleted) }
    }
}
