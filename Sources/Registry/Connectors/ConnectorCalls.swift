import ConnectorAPI
import Domain
import Vault

/// Runs connectors' checks and discoveries: on their own threads, with a time limit, at most so many at once.
final class ConnectorCalls: Sendable {
    static let timeLimit = Duration.seconds(30)
    static let mostAtOnce = 32
    /// So that one tenant's slow sources don't hold up the others' checks (Invariant 5).
    static let mostOfOneTenant = 4

    let clock: MonotonicClock
    private let threads: ConnectorThreads
    private let slots = TenantSlots(ofOneTenant: mostOfOneTenant, atOnce: mostAtOnce)

    init(threads: ConnectorThreads, clock: MonotonicClock) {
        self.threads = threads
        self.clock = clock
    }

    /// What `call` returns. Errors come with the context's secrets scrubbed: the connector's own, `connector.timeout`,
    /// `connector.fault` for what isn't an ``AppError``, `connector.busy` when too many are under way.
    func run<Value: Sendable>(
        _ context: ConnectorContext, _ call: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard slots.enter(context.tenant) else { throw AppError(.connectorBusy, retryAfter: .seconds(5)) }
        let (results, answers) = AsyncStream.makeStream(of: Result<Value, any Error>.self)
        // Not a child of this task: a connector that blocks its thread can't be waited for. It counts against the
        // limits until it has really ended.
        let work = Task(executorPreference: threads) { [self] in
            let result: Result<Value, any Error>
            do { result = .success(try await call()) } catch { result = .failure(error) }
            slots.leave(context.tenant)
            answers.yield(result)
        }
        let timer = Task { [clock] in
            // Cancelled when the call was quicker: nothing to do then.
            try? await clock.sleep(Self.timeLimit)
            if !Task.isCancelled { answers.yield(.failure(AppError(.connectorTimeout, recovery: .retry))) }
        }
        defer {
            work.cancel()
            timer.cancel()
        }
        guard let result = await results.first(where: { _ in true }) else { throw CancellationError() }
        do { return try result.get() } catch { throw Self.scrubbed(error, context) }
    }

    private static func scrubbed(_ error: any Error, _ context: ConnectorContext) -> AppError {
        // Only the type is told of an error that no connector should throw: its text may hold anything.
        let known =
            error as? AppError
            ?? AppError(.connectorFault, "The connector failed with \(type(of: error)).", recovery: .reportBug)
        return Scrubber(secrets: Array(context.secrets.values)).scrub(known)
    }
}
