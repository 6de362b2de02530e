public import ConnectorAPI
public import Domain
public import StoreAPI
public import Vault

/// The use cases: each call takes who asks, checks what they may do and works in one transaction of theirs.
public struct UseCases: Sendable {
    public let sources: DataSources
    public let runs: Runs
    public let records: Records
    public let connectors: Connectors
    public let schedules: Schedules
    public let audit: AuditTrail
    private let waits: Waits

    /// Puts the use cases together; `clock` times waits and limits, `wallClock` tells the time of day, `threads` run the
    /// connectors' calls.
    public init(
        store: any Store, catalog: ConnectorCatalog, vault: Vault, ids: ULIDGenerator, threads: ConnectorThreads,
        clock: MonotonicClock, wallClock: WallClock
    ) {
        let calls = ConnectorCalls(threads: threads, clock: clock)
        let cursors = CursorSeal(vault: vault)
        waits = Waits(clock: clock)
        sources = DataSources(
            store: store, catalog: catalog, vault: vault, ids: ids, cursors: cursors, calls: calls)
        runs = Runs(store: store, ids: ids, cursors: cursors, waits: waits)
        records = Records(store: store, cursors: cursors, waits: waits)
        connectors = Connectors(catalog: catalog, calls: calls)
        schedules = Schedules(clock: wallClock)
        audit = AuditTrail(store: store, cursors: cursors)
    }

    /// Ends requests that wait, for a server that stops: they get what there is.
    public func stopWaiting() { waits.stop() }
}
