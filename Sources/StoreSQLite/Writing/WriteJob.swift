import Domain
import StoreRows

/// One caller's write: waits in the ``Writer``'s line, runs in a group's transaction, is answered after the commit.
struct WriteJob: Sendable {
    let scope: Scope
    let cancellation: CancellationFlag
    /// Runs the caller's closure, perhaps twice; what it answers hands the caller its value, once that is durable.
    let body: @Sendable (SQLiteTransaction) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
}
