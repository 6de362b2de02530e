import Domain
import Synchronization

/// One caller's write: waits in the ``Writer``'s line, runs in a group's transaction, is answered after the commit.
struct WriteJob: Sendable {
    let scope: Scope
    let cancellation: CancellationFlag
    /// Runs the caller's closure, perhaps twice; what it answers hands the caller its value, once that is durable.
    let body: @Sendable (SQLiteTransaction) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
}

/// Whether a caller gave up; one that did before its closure began leaves no trace.
final class CancellationFlag: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .acquiring) }

    func set() { flag.store(true, ordering: .releasing) }
}
