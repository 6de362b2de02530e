import ConnectorAPI
public import Domain

/// What trying a connection found.
public struct CheckOutcome: Sendable {
    /// How long it took.
    public var latency: Duration
    /// Why there is no connection; nil when there is one. Its `recovery` is always set.
    public var error: AppError?
}

extension ConnectorCalls {
    /// Tries a connection; a failure of the source is an outcome, not an error. Throws `connector.busy`.
    func check(_ connector: any Connector, _ context: ConnectorContext) async throws -> CheckOutcome {
        let watch = Stopwatch(clock)
        do {
            try await run(context) { try await connector.check(context) }
            return CheckOutcome(latency: watch.elapsed, error: nil)
        } catch var error as AppError where error.category != .throttled {
            error.recovery = error.recovery ?? .fixConfig
            return CheckOutcome(latency: watch.elapsed, error: error)
        }
    }
}
