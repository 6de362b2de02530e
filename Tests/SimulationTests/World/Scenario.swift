import ConnectorAPI
import Domain
import Engine
import GRDB
import Logging
import Scheduler
import StoreAPI
import Vault

/// What a run of a world is to show.
enum Mode: String, CaseIterable, Sendable {
    /// Nothing that goes wrong breaks a promise, at any step.
    case safety
    /// Once nothing goes wrong any more, everything comes to its end.
    case liveness
}

/// How a world ended.
struct Outcome: Sendable {
    let seed: UInt64
    let mode: Mode
    /// nil: every promise held.
    let violation: String?
    let hash: UInt64
    let steps: Int
    let commits: Int
    let trace: String
}

/// One world with all that is in it.
final class Scenario {
    private let mode: Mode
    private let world: World
    private let truth = Truth()
    private let trouble: Trouble
    private let vault: Vault
    private let examiner: Examiner
    private let database: SimulatedDatabase
    private let lease: Duration
    private let tenants: [TenantID]
    private var workers = 0
    private var schedulers = 0
    private var isEnding = false

    /// Runs the world of a seed; `isTold` keeps the words of what happened.
    static func outcome(of seed: UInt64, _ mode: Mode, in arena: Arena, isTold: Bool = false) throws -> Outcome {
        guard JobHook.isInstalled else { throw Broken("the runtime has no hook for jobs") }
        let world = World(seed: seed, isTold: isTold)
        return try arena.run { database in
            try world.inhabit {
                let scenario = try Scenario(world: world, mode: mode, database: database)
                scenario.run()
                try scenario.database.close()
                return Outcome(
                    seed: seed, mode: mode, violation: world.violation, hash: world.trace.hash, steps: world.steps,
                    commits: scenario.examiner.commits, trace: world.trace.last(200))
            }
        }
    }

    private init(world: World, mode: Mode, database connection: Database) throws {
        self.world = world
        self.mode = mode
        lease = .seconds(world.chance.pick([5, 8, 15]))
        world.idleness = world.chance.pick([2_000, 20_000])
        trouble = Trouble(world: world, lease: lease)
        let random = RandomBytes { [unowned world] count in
            (0..<count).map { _ in UInt8(truncatingIfNeeded: world.chance.bits()) }
        }
        vault = Vault(
            masterKeys: try MasterKeys(setting: Secret("k1:" + String(repeating: "A", count: 43) + "=")), random: random
        )
        examiner = Examiner(world: world, truth: truth, vault: vault, lease: lease)
        database = try SimulatedDatabase(world: world, database: connection, examiner: examiner)
        tenants = ["acme", "zeta"].compactMap { TenantID($0) }
    }

    private func run() {
        build()
        // A run that kills its workers takes a while to be given up.
        let length = trouble.poison == nil ? world.chance.pick([20, 40, 80]) : 250
        world.run(until: .seconds(length), atMost: 20_000)
        if mode == .liveness { heal() }
        if world.violation == nil { compare() }
        isEnding = true
        world.end()
    }

    // MARK: what is there

    private func build() {
        trouble.jumpClock = { [unowned self] in jumpDatabaseClock(by: $0) }
        world.onCrash = { [unowned self] node in replace(node) }
        var systems: [[String]] = []
        for tenant in tenants.indices {
            let names = (0..<world.chance.range(1, 2)).map { "t\(tenant)s\($0)" }
            systems.append(names)
            for name in names { addTables(of: name) }
        }
        for (index, tenant) in tenants.enumerated() {
            let person = person(of: tenant, "person\(index)")
            let names = systems[index]
            world.start(person.node) { await person.live(systems: names) }
        }
        for _ in 0..<world.chance.range(1, 3) { startWorker() }
        for _ in 0..<world.chance.range(1, 2) { startScheduler() }
        if world.chance.permille(300) { startHousekeeper() }
        changeTruth()
        disturb()
    }

    private func addTables(of system: String) {
        for host in ["a", "b"] {
            for kind in Truth.Kind.allCases {
                let rows = world.chance.pick([0, 3, 12, 25])
                truth.addTable(Truth.Place(host: system + host, entity: kind.rawValue), rows: rows, &world.chance)
            }
        }
    }

    private func port(of node: Node) -> Port { Port(node: node, database: database, trouble: trouble) }

    private func catalog(of node: Node) -> ConnectorCatalog {
        ConnectorCatalog([SimulatedConnector(node: node, truth: truth, trouble: trouble, examiner: examiner)])
    }

    private func person(of tenant: TenantID, _ name: String) -> Person {
        let node = world.makeNode(name, .person)
        return Person(
            node: node, tenant: tenant, store: port(of: node), catalog: catalog(of: node), vault: vault,
            examiner: examiner)
    }

    private static let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }

    private func startWorker() {
        workers += 1
        let node = world.makeNode("worker\(workers)", .worker)
        let worker = Worker(
            store: port(of: node), vault: vault, catalog: catalog(of: node), threads: node, clock: node.clock,
            workerID: node.name, lanes: 1, lease: lease, tenantRuns: 2, logger: Self.logger,
            random: { node.world.chance.bits() })
        world.start(node) { await worker.run() }
    }

    private func startScheduler() {
        schedulers += 1
        let node = world.makeNode("scheduler\(schedulers)", .scheduler)
        let scheduler = Scheduler(
            store: port(of: node), ids: ULIDGenerator(clock: node.wallClock, random: { node.world.chance.bits() }),
            clock: node.clock, logger: Self.logger)
        world.start(node) { await scheduler.run() }
    }

    private func startHousekeeper() {
        let node = world.makeNode("housekeeper", .housekeeper)
        let housekeeper = Housekeeper(
            store: port(of: node),
            retention: Retention(deleted: .seconds(30), tombstones: .seconds(20), runs: .seconds(86_400)),
            clock: node.clock, logger: Self.logger)
        world.start(node) { await housekeeper.run() }
    }

    /// A process that is gone comes back after a while under another name.
    private func replace(_ node: Node) {
        guard !isEnding else { return }
        let pause = Duration.milliseconds(trouble.isOver ? 100 : world.chance.range(100, 20_000))
        world.after(pause) { [unowned self] in
            switch node.role {
            case .worker: startWorker()
            case .scheduler: startScheduler()
            case .housekeeper: startHousekeeper()
            case .person: break
            }
        }
    }

    // MARK: what happens to it

    private func changeTruth() {
        world.after(.milliseconds(world.chance.range(100, 6_000))) { [unowned self] in
            guard !trouble.isOver else { return }
            for _ in 0..<world.chance.range(1, 3) {
                let place = world.chance.pick(truth.places)
                let what = truth.change(place, &world.chance)
                world.note(.source) { "\(place.host) \(place.entity): \(what)" }
            }
            changeTruth()
        }
    }

    private func disturb() {
        world.after(.milliseconds(world.chance.range(500, 40_000))) { [unowned self] in
            guard !trouble.isOver else { return }
            switch world.chance.below(10) {
            case 0, 1: jumpDatabaseClock()
            case 2: world.nodes.forEach { $0.wallOffset += .seconds(world.chance.range(-3_600, 3_600)) }
            case 3: trouble.beginOutage(.milliseconds(world.chance.range(200, 40_000)))
            case 4, 5, 6: if let node = victim() { trouble.freeze(node) }
            case 7: if let node = victim() { world.crash(node) }
            default: if let node = victim() { stop(node) }
            }
            disturb()
        }
    }

    private func jumpDatabaseClock() {
        let back = mode == .liveness ? 60 : 3_600
        let jump = world.chance.permille(600) ? world.chance.range(1, 7_200) : -world.chance.range(1, back)
        jumpDatabaseClock(by: .seconds(jump))
    }

    private func jumpDatabaseClock(by jump: Duration) {
        world.note(.clock, Int(jump.wholeMilliseconds)) { "the database's clock jumps by \(jump)" }
        database.clockOffset += jump
    }

    /// Mostly who owns a run: to disturb others finds little.
    private func victim() -> Node? {
        let alive = world.nodes.filter { !$0.isDead && !$0.hasEnded && $0.role != .person }
        let owners = alive.filter { node in examiner.sources.values.contains { $0.owner === node } }
        if !owners.isEmpty, world.chance.permille(750) { return world.chance.pick(owners) }
        return alive.isEmpty ? nil : world.chance.pick(alive)
    }

    /// Ends a process in good order.
    private func stop(_ node: Node) {
        world.note(.crash, node.index) { "\(node.name) is told to stop" }
        world.acting(as: node) { node.root?.cancel() }
        node.isStopping = true
        replace(node)
    }

    // MARK: the end

    private func heal() {
        world.note(.phase, 1) { "nothing goes wrong from now on" }
        trouble.heal()
        for node in world.nodes where node.isFrozen { world.thaw(node, since: world.now) }
        for node in world.nodes where node.role == .person { world.acting(as: node) { node.root?.cancel() } }
        if !world.nodes.contains(where: { $0.role == .worker && isGood($0) }) { startWorker() }
        if !world.nodes.contains(where: { $0.role == .scheduler && isGood($0) }) { startScheduler() }
        settle(within: 1_800, "the runs that were under way don't end")
        for round in 1...6 where world.violation == nil {
            setRight(round)
            if isMirrored() { return checkSchedules() }
        }
        if world.violation == nil { world.fail("the mirror isn't the source's: \(difference())") }
    }

    private func isGood(_ node: Node) -> Bool { !node.isDead && !node.hasEnded && !node.isStopping }

    private func settle(within seconds: Int, _ complaint: String, isDone: () -> Bool = { true }) {
        let isInTime = world.run(until: world.now + .seconds(seconds), atMost: 60_000) { [examiner] in
            isDone() && examiner.sources.values.allSatisfy { $0.activeRun == nil }
        }
        let isQuiet = isDone() && examiner.sources.values.allSatisfy { $0.activeRun == nil }
        if world.violation == nil, !isQuiet || !isInTime { world.fail("\(complaint) within \(seconds) s") }
    }

    private func setRight(_ round: Int) {
        let people = tenants.enumerated().map { person(of: $1, "helper\(round)\($0)") }
        for person in people { world.start(person.node) { await person.setRight() } }
        settle(within: 3_600, "not all is read again") { people.allSatisfy(\.node.hasEnded) }
    }

    private func isMirrored() -> Bool { world.violation == nil && difference().isEmpty }

    /// Where a DataSource's records aren't what its source has.
    private func difference() -> String {
        for source in examiner.sources.values.sorted(by: { $0.id < $1.id }) where source.wishes.deletedAt == nil {
            for name in source.selected {
                let rows = truth.tables[Truth.Place(host: source.wishes.host, entity: name)]?.rows ?? [:]
                let live = source.entity(named: name).map { source.live(of: $0) } ?? [:]
                if live != rows.mapValues(\.content) {
                    return "\(source.id.suffix(4)) \(name): \(live.count) records, \(rows.count) rows"
                }
            }
        }
        return ""
    }

    /// Whatever has a schedule is synced by it.
    private func checkSchedules() {
        let ticks = examiner.sources.mapValues(\.ticks.count)
        let scheduled = examiner.sources.values.filter { $0.acceptsRuns && $0.wishes.schedule != nil }.map(\.id)
        settle(within: 900, "a schedule queues no run") { [examiner] in
            scheduled.allSatisfy { (examiner.sources[$0]?.ticks.count ?? 0) > (ticks[$0] ?? 0) }
        }
    }

    /// What readers get is what was committed: the feed from its start, and every entity's list.
    private func compare() {
        do {
            for source in examiner.sources.values.sorted(by: { $0.id < $1.id }) {
                try Readback(source: source, truth: truth).compare(in: database)
            }
        } catch {
            world.fail("\(error)")
        }
    }
}
