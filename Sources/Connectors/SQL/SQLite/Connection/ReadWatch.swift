import Domain
import Synchronization

/// Says from any thread that a read is no longer wanted.
final class Cancellation: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    func set() { flag.store(true, ordering: .relaxed) }
}

/// What a connection asks while it computes: whether to go on. It stops a computation that is cancelled, or that gives
/// no row for longer than `patience`, as a view without an end does.
final class ReadWatch {
    enum Verdict { case cancelled, stalled }

    let cancellation: Cancellation
    /// Why the computation was stopped; nil while it wasn't.
    private(set) var verdict: Verdict?
    /// The time when it was last asked.
    private(set) var lastTime = Duration.zero
    private let patience: Duration
    private let clock: MonotonicClock
    private var rows: UInt64 = 0
    private var rowsSeen: UInt64?
    private var since = Duration.zero

    init(_ cancellation: Cancellation, clock: MonotonicClock, patience: Duration) {
        self.cancellation = cancellation
        self.clock = clock
        self.patience = patience
    }

    /// A row came, or a new statement begins.
    @inline(__always)
    func advance() { rows &+= 1 }

    /// Begins anew, after a pause of the reader's own; answers the time.
    func restart() -> Duration {
        advance()
        lastTime = clock.now()
        return lastTime
    }

    /// Whether to go on; asked every few thousand steps of SQLite's machine.
    func goesOn() -> Bool {
        guard !cancellation.isSet else {
            verdict = .cancelled
            return false
        }
        let now = clock.now()
        lastTime = now
        if rowsSeen != rows {
            rowsSeen = rows
            since = now
        } else if now - since > patience {
            verdict = .stalled
            return false
        }
        return true
    }
}
