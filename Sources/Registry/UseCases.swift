public import ConnectorAPI
public import Domain
public import StoreAPI
public import Tokens
public import Vault

/// The use cases: each call takes who asks, checks what they may do and works in one transaction of theirs.
public final class UseCases: Sendable {
    public let sources: DataSources
    public let runs: Runs
    public let records: Records
    public let pushes: Pushes
    public let connectors: Connectors
    public let schedules: Schedules
    public let audit: AuditTrail
    public let applications: Applications
    public let tokens: AccessTokens
    public let idempotency: Idempotency
    private let waits: Waits

    /// Puts the use cases together; `clock` times waits and limits, `wallClock` tells the time of day, `threads` run the
    /// connectors' calls, `issuer` signs the tokens of Applications, `random` makes their keys,
    /// `meters` count the records of pushes.
    public init(
        store: any Store, catalog: ConnectorCatalog, vault: Vault, ids: ULIDGenerator, threads: ConnectorThreads,
        clock: MonotonicClock, wallClock: WallClock, issuer: BuiltInIssuer, random: RandomBytes = .secure,
        meters: RunMeters = RunMeters()
    ) {
        let calls = ConnectorCalls(threads: threads, clock: clock)
        let cursors = CursorSeal(vault: vault)
        waits = Waits(clock: clock)
        sources = DataSources(
            store: store, catalog: catalog, vault: vault, ids: ids, cursors: cursors, calls: calls)
        runs = Runs(store: store, catalog: catalog, ids: ids, cursors: cursors, waits: waits)
        records = Records(store: store, cursors: cursors, waits: waits)
        pushes = Pushes(store: store, catalog: catalog, threads: threads, meters: meters)
        connectors = Connectors(store: store, catalog: catalog, ids: ids, calls: calls)
        schedules = Schedules(clock: wallClock)
        audit = AuditTrail(store: store, cursors: cursors)
        let watch = KeyWatch(store: store, clock: clock)
        applications = Applications(store: store, ids: ids, cursors: cursors, watch: watch, random: random)
        tokens = AccessTokens(store: store, issuer: issuer, watch: watch, attempts: AttemptLimits(clock: clock))
        idempotency = Idempotency(store: store, vault: vault, waits: waits)
    }

    /// Ends requests that wait, for a server that stops: they get what there is.
    public func stopWaiting() { waits.stop() }
}
