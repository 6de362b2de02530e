import Dispatch

/// Threads on which connectors' calls run, so that a blocking read or a long parse never holds up the threads that answer
/// requests. Use with `withTaskExecutorPreference`.
public final class ConnectorThreads: TaskExecutor {
    private let queue: DispatchQueue

    public init(label: String) {
        queue = DispatchQueue(label: label, attributes: .concurrent)
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
