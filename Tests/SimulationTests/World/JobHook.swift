import Glibc

/// Brings the jobs that have no executor of their own (unstructured tasks, actors) to the world that runs on this thread.
///
/// The runtime calls `swift_task_enqueueGlobal_hook` before it hands a job to the shared pool. On a thread that runs no
/// world the job goes on as always, so other tests of the process notice nothing.
enum JobHook {
    private typealias Original = @convention(thin) (UnownedJob) -> Void
    private typealias Hook = @convention(thin) (UnownedJob, Original) -> Void

    /// False where the runtime has no such hook.
    static let isInstalled: Bool = {
        guard let place = dlsym(dlopen(nil, RTLD_NOW), "swift_task_enqueueGlobal_hook") else { return false }
        place.assumingMemoryBound(to: Hook?.self).pointee = { job, original in
            guard let world = World.onThisThread else { return original(job) }
            world.enqueueWithoutExecutor(job)
        }
        return true
    }()

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// What belongs to this thread.
    static var ofThisThread: UnsafeMutableRawPointer? {
        get { pthread_getspecific(key) }
        set { pthread_setspecific(key, newValue) }
    }
}
