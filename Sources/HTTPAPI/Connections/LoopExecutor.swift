import NIOCore

/// Runs a task's steps on its connection's event loop.
///
/// A request that is answered at once then never leaves the thread that read it: each move to another thread and back costs
/// more than the answer (`docs/decisions/0012`).
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
