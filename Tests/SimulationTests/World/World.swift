import Domain
import TestSupport

/// One small world behind one seed: processes, their clocks, what waits for a time, and the loop that decides what
/// happens next.
///
/// Nothing in it runs by itself. The loop takes one step at a time, on one thread: a job of a process, or a request that
/// reached the database. Time passes only when there is neither.
final class World: @unchecked Sendable {
    /// The time of day at which all worlds begin.
    static let start = Timestamp(milliseconds: 1_893_456_000_000)

    private struct Timer {
        var due: Duration
        var number: Int
        var fire: () -> Void
    }

    let seed: UInt64
    var chance: Chance
    private(set) var now = Duration.zero
    private(set) var steps = 0
    private(set) var nodes: [Node] = []
    private(set) var trace: Trace
    private(set) var violation: String?
    /// Requests that reached the database.
    var arrived: [() -> Void] = []
    /// What an idle process's poll may come late by, in milliseconds.
    var idleness = 20_000
    /// Told of every process that crashed.
    var onCrash: (Node) -> Void = { _ in }
    private var timers: [Timer] = []
    private var numbers = 0
    private var current: Node?

    init(seed: UInt64, isTold: Bool) {
        self.seed = seed
        chance = Chance(seed: seed)
        trace = Trace(isTold: isTold)
    }

    // MARK: the thread

    static var onThisThread: World? {
        JobHook.ofThisThread.map { Unmanaged<World>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Makes this the world of the thread while `body` runs.
    func inhabit<Value>(_ body: () throws -> Value) rethrows -> Value {
        JobHook.ofThisThread = Unmanaged.passUnretained(self).toOpaque()
        defer { JobHook.ofThisThread = nil }
        return try body()
    }

    func enqueueWithoutExecutor(_ job: UnownedJob) {
        guard let current else { return fail("a job belongs to no process") }
        current.add(job)
    }

    // MARK: processes

    func makeNode(_ name: String, _ role: Node.Role) -> Node {
        let node = Node(name: name, role: role, index: nodes.count, world: self)
        nodes.append(node)
        return node
    }

    /// Does `body` as if `node` did it: tasks that it wakes are that process's.
    func acting(as node: Node, _ body: () -> Void) {
        let before = current
        current = node
        body()
        current = before
    }

    /// Starts a process.
    func start(_ node: Node, _ body: @escaping @Sendable () async -> Void) {
        acting(as: node) {
            node.root = Task(executorPreference: node) {
                await body()
                node.hasEnded = true
            }
        }
    }

    /// Ends a process as `kill -9` would: what it had sent may still arrive, nothing else of it ever does.
    func crash(_ node: Node) {
        guard !node.isDead else { return }
        note(.crash, node.index) { "\(node.name) crashes" }
        node.isDead = true
        node.isFrozen = false
        node.unsent = []
        acting(as: node) {
            node.root?.cancel()
            let awaited = node.awaited.sorted { $0.key < $1.key }.map(\.value)
            node.awaited = [:]
            for end in awaited { end() }
            let overdue = node.overdue
            node.overdue = []
            for fire in overdue { fire() }
        }
        onCrash(node)
    }

    func freeze(_ node: Node, for duration: Duration, stopsClock: Bool) {
        guard !node.isFrozen, !node.isDead else { return }
        note(.freeze, node.index) { "\(node.name) stands still for \(duration)" }
        node.isFrozen = true
        let began = now
        after(duration) { [self] in thaw(node, since: stopsClock ? began : now) }
    }

    func thaw(_ node: Node, since began: Duration) {
        guard node.isFrozen else { return }
        note(.thaw, node.index) { "\(node.name) goes on" }
        node.isFrozen = false
        node.monotonicOffset -= now - began
        let (overdue, unsent) = (node.overdue, node.unsent)
        node.overdue = []
        node.unsent = []
        for send in unsent { send() }
        acting(as: node) { for fire in overdue { fire() } }
    }

    // MARK: time

    /// Does `body` once so much time has passed.
    func after(_ delay: Duration, _ body: @escaping () -> Void) {
        numbers += 1
        timers.append(Timer(due: now + delay, number: numbers, fire: body))
    }

    func nextNumber() -> Int {
        numbers += 1
        return numbers
    }

    /// A process's sleep. A poll, which lasts a second, may come late by as much as a busy machine lets it.
    func sleep(_ duration: Duration, on node: Node) async throws {
        guard !node.isDead else { throw CancellationError() }
        let sleeper = Sleeper()
        let late = duration == .seconds(1) ? Duration.milliseconds(chance.below(idleness)) : .zero
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled, duration > .zero else { return continuation.resume() }
                sleeper.continuation = continuation
                after(duration + late) { [self] in
                    if node.isFrozen {
                        node.overdue.append { sleeper.wake() }
                    } else {
                        acting(as: node) { sleeper.wake() }
                    }
                }
            }
        } onCancel: {
            sleeper.wake()
        }
        if node.isDead { throw CancellationError() }
        try Task.checkCancellation()
    }

    // MARK: the loop

    /// Goes on until `isDone`, the time is up, or a promise was broken. False when the steps ran out first.
    @discardableResult
    func run(until end: Duration, atMost limit: Int, isDone: () -> Bool = { false }) -> Bool {
        let last = steps + limit
        while violation == nil, !isDone() {
            guard steps < last else { return false }
            steps += 1
            guard step(until: end) else { break }
        }
        return true
    }

    private func step(until end: Duration) -> Bool {
        var able = 0
        for node in nodes where !node.jobs.isEmpty && !node.isFrozen {
            if node.isDead {
                run(node)
                return true
            }
            able += 1
        }
        let choices = able + (arrived.isEmpty ? 0 : 1)
        guard choices > 0 else { return passTime(until: end) }
        var choice = chance.below(choices)
        if choice == able {
            arrived.remove(at: chance.below(arrived.count))()
            return true
        }
        for node in nodes where !node.jobs.isEmpty && !node.isFrozen {
            if choice == 0 {
                run(node)
                break
            }
            choice -= 1
        }
        return true
    }

    private func run(_ node: Node) {
        trace.mix(UInt64(node.index))
        acting(as: node) { node.runOne() }
    }

    /// Moves on to the next timers; false when none ends in time.
    private func passTime(until end: Duration) -> Bool {
        guard let next = timers.map(\.due).min(), next <= end else {
            now = max(now, end)
            return false
        }
        now = max(now, next)
        var due: [Timer] = []
        timers.removeAll { timer in
            guard timer.due <= now else { return false }
            due.append(timer)
            return true
        }
        trace.mix(UInt64(bitPattern: now.wholeMilliseconds))
        for timer in due.sorted(by: { $0.number < $1.number }) { timer.fire() }
        return true
    }

    /// Ends every process, so that none of its tasks stays behind.
    func end() {
        for node in nodes { crash(node) }
        for _ in 0..<100_000 {
            guard let node = nodes.first(where: { !$0.jobs.isEmpty }) else { break }
            acting(as: node) { node.runOne() }
        }
        timers = []
        arrived = []
    }

    // MARK: what is told

    func note(_ kind: Trace.Kind, _ number: Int = 0, _ line: () -> String) { trace.note(kind, number, at: now, line) }

    /// A promise was broken.
    func fail(_ what: @autoclosure () -> String) {
        guard violation == nil else { return }
        violation = what()
        note(.violation) { "BROKEN: \(violation ?? "")" }
    }
}

/// Somebody who sleeps; woken once, by the time or by being cancelled.
private final class Sleeper: @unchecked Sendable {
    var continuation: CheckedContinuation<Void, Never>?

    func wake() {
        continuation?.resume()
        continuation = nil
    }
}
