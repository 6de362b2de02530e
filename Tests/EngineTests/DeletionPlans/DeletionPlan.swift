import ConnectorAPI
import Domain
import StoreAPI
import Synchronization
import TestSupport
import Testing

@testable import Engine

/// One random life of a source, run by run, on the engine and a store: what is deleted is compared with the rules after
/// every run, and what is stored with the truth after good ones.
struct DeletionPlan {
    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    private static let failures = [Recovery.waitForSource, .fixConfig, .reauthorise, .reportBug].map {
        AppError(ErrorCode("test.down", .source, "Down."), recovery: $0)
    }

    let bench: Bench
    private let isSnapshot: Bool
    private var random: SeededRandom
    private var entities: [MadeUpEntity]
    private(set) var deleted = 0

    init(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        isSnapshot = Bool.random(using: &random)
        let names = Bool.random(using: &random) ? ["a"] : ["a", "b"]
        let offers = names.map {
            ScriptedConnector.entity($0, defaultMode: Int.random(in: 0..<3, using: &random) == 0 ? .incremental : .full)
        }
        entities = names.map(MadeUpEntity.init)
        bench = try await Bench(entities: offers)
        self.random = random
    }

    /// Lives through random runs, then reads well until all is settled.
    mutating func live() async throws {
        for place in entities.indices { entities[place].live(&random) }
        for _ in 0..<Int.random(in: 5...14, using: &random) {
            try await run(request())
            for place in entities.indices where chance(8) { entities[place].live(&random) }
            if chance(1) { try await changeSystem() }
            if chance(1) { try await changeKeys() }
            bench.wall.advance(by: .seconds(Int.random(in: 1...200_000, using: &random)))
        }
        try await readWell()
    }

    /// True `tenths` times of ten.
    private mutating func chance(_ tenths: Int) -> Bool { Int.random(in: 0..<10, using: &random) < tenths }

    private mutating func request() -> RunRequest {
        let isSure = entities.allSatisfy { $0.review == nil || $0.isReviewTrue }
        let hasReview = entities.contains { $0.review != nil }
        return RunRequest(
            trigger: .manual, mode: chance(4) ? .full : nil, entities: chance(2) ? [entities[0].name] : nil,
            allowsDeletes: isSure && chance(hasReview ? 6 : 1))
    }

    /// One run, perhaps with an attempt before it that doesn't come to its end.
    private mutating func run(_ request: RunRequest) async throws {
        var id = try await bench.queue(request)
        var isConfirmed = request.allowsDeletes
        if chance(3) {
            let isSuperseded = try await interruptedAttempt(of: &id, request)
            if isSuperseded { isConfirmed = false }
        }
        let before = entities.map { Set($0.stored.keys) }
        let names = Set(request.entities ?? entities.map(\.name))
        var full: [String: MadeUpAnswer] = [:]
        var partial: [String: MadeUpAnswer] = [:]
        for place in entities.indices where names.contains(entities[place].name) {
            partial[entities[place].name] = entities[place].increment(&random)
            full[entities[place].name] = entities[place].answer(
                isSnapshot: isSnapshot, isConfirmed: isConfirmed, using: &random)
        }
        try await carryOut(id, full: full, partial: partial, before: before, isConfirmed: isConfirmed)
    }

    private mutating func carryOut(
        _ id: RunID, full: [String: MadeUpAnswer], partial: [String: MadeUpAnswer], before: [Set<String>],
        isConfirmed: Bool
    ) async throws {
        let (isSnapshot, failure) = (isSnapshot, Self.failures.randomElement(using: &random) ?? AppError(.runActive))
        bench.connector.willRead { plan in
            plan.entities.flatMap { entity -> [ScriptedConnector.Step] in
                let answer = entity.mode == .full ? full[entity.name] : partial[entity.name]
                return answer?.steps(entity.name, isSnapshot: isSnapshot, failure: failure) ?? []
            }
        }
        guard try await bench.worker().runOne() else { throw Broken(description: "no run was there to be claimed") }
        let read = bench.connector.plans.last?.entities ?? []
        let modes = Dictionary(uniqueKeysWithValues: read.map { ($0.name, $0.mode) })
        let answers = read.map { (modes[$0.name] == .full ? full : partial)[$0.name] ?? MadeUpAnswer(pages: []) }
        let fault = answers.firstIndex { $0.ending == .failure }
        var expected = SyncRun.Status.succeeded
        var deletions: [String: Int] = [:]
        for (place, answer) in answers.enumerated() where place <= fault ?? place {
            guard let index = entities.firstIndex(where: { $0.name == read[place].name }) else { continue }
            entities[index].take(answer.rows)
            guard fault == nil, modes[read[place].name] == .full, answer.ending == .complete else { continue }
            let gone = entities[index].settle(
                answer, before: before[index], isSnapshot: isSnapshot, isConfirmed: isConfirmed)
            if gone == nil { expected = .needsReview }
            deletions[entities[index].name] = gone?.count
            let wrong = gone?.intersection(entities[index].truthKeys) ?? []
            if !wrong.isEmpty { throw Broken(description: "the rules delete live records: \(wrong.sorted())") }
        }
        deleted += deletions.values.reduce(0, +)
        try await compare(try await bench.run(id), status: fault == nil ? expected : .failed, deletions)
    }

    private func compare(_ run: SyncRun, status: SyncRun.Status, _ deletions: [String: Int]) async throws {
        guard run.status == status else {
            throw Broken(description: "the run is \(run.status) instead of \(status)")
        }
        for counts in run.entities where counts.deleted != deletions[counts.name] ?? 0 {
            throw Broken(
                description: "\(counts.deleted) deletions of \(counts.name), not \(deletions[counts.name] ?? 0)")
        }
        for entity in entities {
            let live = try await bench.live(of: entity.name)
            if live != entity.stored {
                let wrong = Set(live.keys).symmetricDifference(entity.stored.keys).sorted()
                throw Broken(description: "\(entity.name) has \(live.count), not \(entity.stored.count): \(wrong)")
            }
        }
    }

    /// Honest complete reads, confirmed where a true review waits: then the store must equal the truth, deletions and all.
    private mutating func readWell() async throws {
        for reads in 1... {
            let isConfirmed = entities.allSatisfy { $0.review == nil || $0.isReviewTrue }
            let id = try await bench.queue(
                RunRequest(trigger: .manual, mode: .full, allowsDeletes: isConfirmed))
            let answers = entities.map { ($0.name, MadeUpAnswer(pages: $0.pages($0.rows, &random))) }
            try await carryOut(
                id, full: Dictionary(uniqueKeysWithValues: answers), partial: [:],
                before: entities.map { Set($0.stored.keys) }, isConfirmed: isConfirmed)
            if reads >= 2, entities.allSatisfy({ $0.review == nil }) { break }
            if reads == 4 { throw Broken(description: "deletions still wait after four good reads") }
        }
        for entity in entities {
            let live = try await bench.live(of: entity.name)
            if live != entity.wanted { throw Broken(description: "\(entity.name) isn't what the source holds") }
            let gone = Set(try await bench.tombstones(of: entity.name))
            if gone != entity.everStored.subtracting(entity.wanted.keys) {
                throw Broken(description: "\(entity.name) has other tombstones than records that are gone")
            }
        }
    }
}

/// What is done to a source, and to those who read it, between and during its runs.
extension DeletionPlan {
    /// A first attempt stores some records and then stops, is frozen past its lease, or reads by a config that changes.
    /// Answers whether another run took this one's place.
    private mutating func interruptedAttempt(of id: inout RunID, _ request: RunRequest) async throws -> Bool {
        let gate = Gate()
        let name = entities[0].name
        let rows = entities[0].rows.filter { _ in Bool.random(using: &random) }
        let steps = (rows.isEmpty ? [] : [ScriptedConnector.Step.batch(name, rows)]) + [.wait(gate)]
        bench.connector.willRead(steps)
        let worker = bench.worker("w1")
        let task = Task { try await worker.runOne() }
        await gate.arrival()
        while !rows.isEmpty, try await bench.run(id).entities.first?.read != rows.count { await Task.yield() }
        entities[0].take(rows)
        let way = Int.random(in: 0..<3, using: &random)
        if way == 0 {
            task.cancel()
        } else if way == 1 {
            // Another worker takes over; the frozen one wakes and finds that out.
            bench.wall.advance(by: .seconds(31))
            try await bench.takeAway()
        } else {
            id = try await supersede(request)
            for place in entities.indices { entities[place].beginGeneration() }
        }
        gate.open()
        _ = await task.result
        for place in entities.indices { entities[place].live(&random) }
        return way == 2
    }

    /// Ends the active run as a change of config does, begins a new generation, and queues another.
    private func supersede(_ request: RunRequest) async throws -> RunID {
        let (source, id) = (bench.source.id, bench.ids.next(RunKind.self))
        let again = RunRequest(trigger: .manual, mode: request.mode, entities: request.entities)
        return try await bench.store.write(bench.scope) { tx in
            try tx.endActiveRun(of: source, because: .runSuperseded)
            try tx.beginGeneration(of: source)
            guard let row = try tx.sources.find(source) else { throw Broken(description: "the source is gone") }
            return try tx.enqueue(again, for: row, id: id).run.id
        }
    }

    private mutating func changeSystem() async throws {
        try await bench.beginGeneration()
        for place in entities.indices { entities[place].beginGeneration() }
    }

    private mutating func changeKeys() async throws {
        let place = Int.random(in: 0..<entities.count, using: &random)
        entities[place].keyFields = entities[place].keyFields.count == 1 ? ["v", "id"] : ["id"]
        var source = try await bench.current()
        source.entities = entities.map { EntitySelection(name: $0.name, mode: .full, primaryKey: $0.keyFields) }
        let changed = source
        try await bench.store.write(bench.scope) { try $0.sources.update(changed) }
    }
}
