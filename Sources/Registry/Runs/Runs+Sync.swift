import ConnectorAPI
public import Domain
public import JSON
import StoreAPI

/// What became of "sync now".
public struct SyncAnswer: Sendable {
    /// The run as it is now.
    public var run: SyncRun
    /// It was there already and covers the request.
    public var isCoalesced: Bool
}

extension Runs {
    /// The longest time that a caller may wait for the end of a run.
    public static let longestWait = Duration.seconds(60)

    /// Queues a run, or finds one that does what is asked; with `wait` answers when it has ended or the time is up, or at
    /// once when too many of the tenant's requests wait already. What is kept for a repetition is the queued run, and the
    /// ended one from when it is known.
    ///
    /// `body`: `{mode, entities, allow_deletes}`, each optional. Errors: `auth.scope_missing` (datasources:sync),
    /// `datasource.not_found`, `datasource.push_only`, `request.invalid`, `datasource.paused`, `datasource.disconnected`,
    /// `run.active`.
    public func sync(
        _ source: String, body: JSONValue?, wait: Duration = .zero, as caller: Caller,
        receipt: Receipt<SyncAnswer>? = nil
    ) async throws -> SyncAnswer {
        try caller.require(.datasourcesSync)
        let input = try SyncInput(body)
        let id = ids.next(RunKind.self)
        // Listening begins before the run is queued, so its end can't be missed.
        let listener = DataSourceID(source).map { store.hints.listen(for: .runEnded($0)) }
        let queued = try await store.write(as: caller, receipt) { transaction in
            let source = try transaction.source(source)
            guard try transaction.connector(of: source, in: catalog).descriptor.hasRuns else {
                throw AppError(.sourceIsPushed)
            }
            let queued = try transaction.enqueue(input.request(for: source), for: source, id: id)
            // A request that a run covers already changes nothing.
            if !queued.isCoalesced {
                try transaction.note(
                    .datasourceSync, of: AuditSubject(source), changes: input.names, by: caller,
                    as: ids.next(EventKind.self))
            }
            return SyncAnswer(run: queued.run, isCoalesced: queued.isCoalesced)
        }
        guard let listener, wait > .zero else { return queued }
        let run = try await end(of: queued.run, listener, within: min(wait, Self.longestWait), caller: caller)
        let answer = SyncAnswer(run: run, isCoalesced: queued.isCoalesced)
        // Where that fails, a repetition gets the queued run, which is true as well.
        if !run.status.isActive { try? await receipt?.replace(with: answer, as: caller, in: store) }
        return answer
    }

    /// The run once it has ended, or as it is when the time is up.
    private func end(
        of run: SyncRun, _ listener: HintListener, within limit: Duration, caller: Caller
    ) async throws -> SyncRun {
        var now = run
        do {
            _ = try await waits.wait(upTo: limit, for: listener, of: caller.scope.tenant) { () -> Bool? in
                now = try await store.read(caller.scope) { try $0.runs.find(run.id, of: run.source) } ?? run
                return now.status.isActive ? nil : true
            }
        } catch let error as AppError where error.code == ErrorCode.tooManyWaiting.code {
            // The run is queued all the same: the answer is that it hasn't ended yet.
        }
        return now
    }
}

/// The body of "sync now", checked.
struct SyncInput: Sendable {
    private let mode: SyncMode?
    private let entities: [String]?
    private let allowsDeletes: Bool
    /// What the request asked for beyond a plain sync, by the members' names.
    let names: [String]

    /// Throws `request.invalid` with every fault.
    init(_ body: JSONValue?) throws {
        let request = try RequestBody(body, as: .syncRequest)
        try request.check()
        mode = request["mode"]?.stringValue.flatMap(SyncMode.init(rawValue:))
        allowsDeletes = request["allow_deletes"]?.boolValue ?? false
        let names = request["entities"]?.arrayValue
        var seen = Set<String>()
        entities = names?.compactMap(\.stringValue).filter { seen.insert($0).inserted }
        let isAsked = ["mode": mode != nil, "entities": entities != nil, "allow_deletes": allowsDeletes]
        self.names = isAsked.filter(\.value).map(\.key)
    }

    /// What to ask of this DataSource; throws `request.invalid` for entities that its selection hasn't.
    func request(for source: DataSource) throws -> RunRequest {
        if let selected = source.entities.map({ Set($0.map(\.name)) }), let entities {
            let faults = entities.enumerated().filter { !selected.contains($1) }
                .map { AppError.Fault(FaultCode.entityNotSelected, at: "/entities/\($0.offset)") }
            if !faults.isEmpty { throw AppError(.requestInvalid, faults: faults) }
        }
        return RunRequest(trigger: .manual, mode: mode, entities: entities, allowsDeletes: allowsDeletes)
    }
}
