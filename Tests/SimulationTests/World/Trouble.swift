import Domain
import StoreAPI

/// What goes wrong in a world, and how often: drawn from the seed once, so that worlds differ in kind and not in luck
/// alone. Shares are in a thousand.
final class Trouble: @unchecked Sendable {
    let world: World
    let lease: Duration
    /// Nothing goes wrong any more.
    private(set) var isOver = false
    private(set) var connectorFaults: Int
    private var crashes: Int
    private var freezes: Int
    private var lostAnswers: Int
    private var refusals: Int
    private var delays: Int
    private var lostHints: Int
    private var twice: Int
    private var ambushes: Int
    /// A system whose read kills the worker that begins it, or that has read a little of it.
    private(set) var poison: String?
    let isPoisonSlow: Bool
    /// Moves the database's clock.
    var jumpClock: (Duration) -> Void = { _ in }
    /// The database answers nobody until then.
    private var outageEnds = Duration.zero

    init(world: World, lease: Duration) {
        self.world = world
        self.lease = lease
        var chance = world.chance
        func share(_ levels: [Int]) -> Int { chance.pick(levels) }
        crashes = share([0, 0, 8, 30])
        freezes = share([0, 8, 25, 60])
        lostAnswers = share([0, 10, 40, 120])
        refusals = share([0, 0, 15, 60])
        delays = share([0, 100, 300])
        lostHints = share([0, 200, 1_000])
        twice = share([0, 100])
        connectorFaults = share([0, 150, 400])
        ambushes = share([0, 10, 40])
        poison = chance.permille(100) ? chance.pick(["t0s0", "t1s0"]) : nil
        isPoisonSlow = chance.permille(500)
        world.chance = chance
    }

    func heal() {
        isOver = true
        (crashes, freezes, lostAnswers, refusals, delays, lostHints, twice, connectorFaults) = (0, 0, 0, 0, 0, 0, 0, 0)
        (ambushes, poison) = (0, nil)
        outageEnds = .zero
    }

    /// No request is answered for a while.
    func beginOutage(_ duration: Duration) {
        guard !isOver else { return }
        world.note(.outcome, 5) { "the database is away for \(duration)" }
        outageEnds = world.now + duration
    }

    private var isOut: Bool { world.now < outageEnds }

    func fate(of node: Node) -> SimulatedDatabase.Fate {
        if isOut { return .refused(AppError(.storeUnavailable)) }
        if node.isDead { return world.chance.permille(500) ? .refused(AppError(.storeUnavailable)) : .good }
        if node.role != .person {
            if world.chance.permille(crashes) { return world.chance.permille(500) ? .crashBefore : .crashAfter }
            if world.chance.permille(freezes / 2) { freeze(node) }
        }
        if world.chance.permille(lostAnswers) { return .answerLost }
        if world.chance.permille(refusals) {
            return world.chance.permille(500)
                ? .rolledBack : .refused(AppError(world.chance.permille(200) ? .storeFull : .storeUnavailable))
        }
        return .good
    }

    func readFailure() -> AppError? {
        isOut || world.chance.permille(refusals) ? AppError(.storeUnavailable) : nil
    }

    func isTwice() -> Bool { world.chance.permille(twice) }

    /// Between what it decided and the request that tells of it.
    func freezesBeforeSending(_ node: Node) -> Bool {
        if node.isFrozen { return true }
        if node.role == .worker, world.chance.permille(ambushes) {
            ambush(node)
            return true
        }
        guard node.role != .person, world.chance.permille(freezes) else { return false }
        freeze(node)
        return true
    }

    /// Stops a worker for a moment, in which its lease ends by the database's clock and others are told to look: it goes
    /// on while its successor is at work.
    private func ambush(_ node: Node) {
        world.freeze(node, for: .milliseconds(world.chance.range(10, 4_000)), stopsClock: true)
        world.after(.milliseconds(world.chance.below(10))) { [self] in
            guard !isOver else { return }
            jumpClock(lease + .seconds(1))
            for other in world.nodes where other.role == .worker && !other.isDead && other !== node {
                world.acting(as: other) { other.board.post(.runQueued) }
            }
        }
    }

    /// Makes a process stand still, mostly for longer than its lease lasts.
    func freeze(_ node: Node) {
        let tenths = world.chance.permille(700) ? world.chance.range(12, 40) : world.chance.range(1, 9)
        world.freeze(node, for: lease * tenths / 10, stopsClock: world.chance.permille(500))
    }

    /// How long a request travels; nil for no time.
    func delay() -> Duration? {
        guard world.chance.permille(delays) else { return nil }
        return world.chance.permille(30)
            ? .milliseconds(world.chance.range(500, 15_000)) : .milliseconds(world.chance.range(1, 200))
    }

    /// Takes hints to every process; some are lost, as hints may be.
    func spread(_ hints: [Hint], from node: Node) {
        guard !hints.isEmpty else { return }
        for other in world.nodes where !other.isDead && !other.hasEnded {
            for hint in hints where !world.chance.permille(lostHints) {
                world.acting(as: other) { other.board.post(hint) }
            }
        }
    }
}
