import Domain
import StoreAPI

/// One simulated process: its jobs, its clocks, whether it stands still or is gone.
///
/// Everything of a world happens on one thread, so nothing here is locked.
final class Node: TaskExecutor, @unchecked Sendable {
    enum Role: String { case worker, scheduler, housekeeper, person }

    let name: String
    let role: Role
    let index: Int
    unowned let world: World
    let board = HintBoard()
    private(set) var jobs: [UnownedJob] = []
    /// Ends with the process's own end.
    var root: Task<Void, Never>?
    /// Its root task is over.
    var hasEnded = false
    var isFrozen = false
    /// Crashed: nothing of it has an effect any more; its tasks wind down unseen.
    var isDead = false
    /// Told to stop in good order.
    var isStopping = false
    /// What its clock shows beyond the world's time; only grows smaller, by times in which it stood still.
    var monotonicOffset: Duration
    /// What its time of day shows beyond the world's; jumps.
    var wallOffset: Duration
    /// Timers that ended while it was frozen.
    var overdue: [() -> Void] = []
    /// Requests that it was about to send when it froze.
    var unsent: [() -> Void] = []
    /// What it awaits from the database.
    var awaited: [Int: () -> Void] = [:]
    /// The newest read of its connector.
    var reader: SimulatedReader?

    init(name: String, role: Role, index: Int, world: World) {
        self.name = name
        self.role = role
        self.index = index
        self.world = world
        monotonicOffset = .seconds(world.chance.below(100_000))
        wallOffset = .seconds(world.chance.below(7_200) - 3_600)
    }

    func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

    func add(_ job: UnownedJob) { jobs.append(job) }

    /// Runs one of its jobs; they may have been meant for several threads, so any may be next.
    func runOne() {
        let place = jobs.count == 1 ? 0 : world.chance.below(jobs.count)
        let job = jobs.remove(at: place)
        job.runSynchronously(on: asUnownedTaskExecutor())
    }

    var monotonicNow: Duration { world.now + monotonicOffset }

    var clock: MonotonicClock {
        MonotonicClock(now: { self.monotonicNow }, sleep: { try await self.world.sleep($0, on: self) })
    }

    var wallClock: WallClock {
        WallClock { World.start + self.world.now + self.wallOffset }
    }
}
