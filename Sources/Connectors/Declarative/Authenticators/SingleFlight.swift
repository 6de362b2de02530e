import Synchronization

/// Lets many tasks that want the same thing at once wait for one of them to get it.
///
/// A task that is cancelled stops waiting; the work goes on for the others.
final class SingleFlight<Result: Sendable>: Sendable {
    private let current = Mutex<Task<Result, any Error>?>(nil)

    /// What `work` gives, from a call under way where there is one.
    func run(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result {
        let task = current.withLock { current in
            if let current { return current }
            let task = Task {
                defer { self.current.withLock { $0 = nil } }
                return try await work()
            }
            current = task
            return task
        }
        return try await task.value
    }
}
