import ConnectorAPI
import Domain

/// One read: entity after entity in small batches, with the one fault that it was given.
final class SimulatedReader: RecordReader, @unchecked Sendable {
    enum Fault: Equatable {
        case none
        /// Throws at this batch.
        case fails(Int, Recovery)
        /// Ends without its last row and says so.
        case cut
        /// Answers that there is nothing.
        case empty
        /// One more item that can't be read, or has no key.
        case rejects(String)
        case slow
    }

    /// A row, or the source's word that it is gone.
    struct Entry {
        var row: Truth.Row
        var isDeletion = false
    }

    /// One entity of the plan.
    struct Part {
        var entity: String
        var kind: Truth.Kind
        var mode: SyncMode
        /// The cursor that it goes on from.
        var from: Int?
        /// What there was when the read began, in the order in which it is read.
        var entries: [Entry] = []
        /// Keys handed over.
        var keys: Set<Int> = []
        var offset = 0
        /// Items handed over.
        var read = 0
        var unreadable = 0
        var end: EntityEnd?
    }

    /// A batch as it was handed over.
    struct Handed {
        var entity: String
        var mode: SyncMode
        /// By key, the last of each.
        var items: [Int: Entry]
        var read: Int
        var rejected: Int
        var state: Int?
        var end: EntityEnd?
    }

    let fault: Fault
    private(set) var parts: [Part]
    private(set) var handed: [Handed] = []
    /// It said that there is no more.
    private(set) var isOver = false
    /// By entity, live records when it began.
    var liveBefore: [String: Int] = [:]
    /// Kills its worker once it has given two batches.
    var isPoisoned = false
    let host: String
    private let node: Node
    private let truth: Truth
    private var place = 0
    private var isClosed = false

    init(plan: ReadPlan, host: String, node: Node, truth: Truth, trouble: Trouble) {
        self.host = host
        self.node = node
        self.truth = truth
        let tables = truth.tables
        parts = plan.entities.map { entity in
            let table = tables[Truth.Place(host: host, entity: entity.name)] ?? Truth.Table()
            return Self.part(entity, table)
        }
        fault = trouble.world.chance.permille(trouble.connectorFaults) ? Self.draw(&trouble.world.chance) : .none
    }

    private static func part(_ entity: ReadPlan.Entity, _ table: Truth.Table) -> Part {
        let kind = Truth.Kind(rawValue: entity.name) ?? .items
        var part = Part(entity: entity.name, kind: kind, mode: entity.mode)
        part.entries = table.sorted.map { Entry(row: $0) }
        guard entity.mode == .incremental, let state = entity.state else { return part }
        let from = Int(String(decoding: state, as: UTF8.self)) ?? 0
        part.from = from
        if kind == .events { part.entries += table.gone.values.map { Entry(row: $0, isDeletion: true) } }
        part.entries = part.entries.filter { $0.row.cursor >= from - Truth.lateness }
            .sorted { ($0.row.cursor, $0.row.key) < ($1.row.cursor, $1.row.key) }
        return part
    }

    private static func draw(_ chance: inout Chance) -> Fault {
        switch chance.below(12) {
        case 0, 1: .fails(chance.below(2), .retry)
        case 2: .fails(chance.range(1, 4), .retry)
        case 3: .fails(chance.below(4), chance.pick([.fixConfig, .reauthorise, .waitForSource, .reportBug]))
        case 4, 5: .cut
        case 6: .empty
        case 7: .rejects("record.not_object")
        case 8: .rejects("record.key_missing")
        default: .slow
        }
    }

    func next() async throws -> RecordBatch? {
        guard !isClosed, !node.isDead else { throw CancellationError() }
        let isLong = fault == .slow && node.world.chance.permille(300)
        let pause = isLong ? node.world.chance.range(1_000, 12_000) : node.world.chance.range(1, 300)
        try await node.world.sleep(.milliseconds(pause), on: node)
        if isPoisoned, handed.count >= 2 {
            node.world.crash(node)
            throw CancellationError()
        }
        if case .fails(handed.count, let recovery) = fault {
            throw AppError(ErrorCode("simulated.down", .source, "It fails."), recovery: recovery)
        }
        guard place < parts.count else {
            isOver = true
            return nil
        }
        return page()
    }

    func close() async { isClosed = true }

    private func page() -> RecordBatch {
        let part = parts[place]
        guard fault != .empty else { return batch([], isLast: true) }
        // A paged table is looked at anew for each page: rows that go meanwhile shift the others.
        let all =
            part.kind == .pages && part.mode == .full
            ? (truth.tables[Truth.Place(host: host, entity: part.entity)]?.sorted ?? []).map { Entry(row: $0) }
            : part.entries
        let size = node.world.chance.range(1, 7)
        var entries = Array(all.dropFirst(part.offset).prefix(size))
        parts[place].offset += entries.count
        let isLast = entries.count < size || parts[place].offset == all.count && node.world.chance.permille(500)
        if isLast, fault == .cut { entries = entries.dropLast() }
        return batch(entries, isLast: isLast)
    }

    private func batch(_ entries: [Entry], isLast: Bool) -> RecordBatch {
        let part = parts[place]
        var batch = RecordBatch(entity: part.entity)
        var handing = Handed(entity: part.entity, mode: part.mode, items: [:], read: 0, rejected: 0)
        for entry in entries {
            append(entry, &batch)
            handing.items[entry.row.key] = entry
            if !entry.isDeletion { parts[place].keys.insert(entry.row.key) }
        }
        parts[place].read += batch.items.count
        if isLast {
            if case .rejects(let reason) = fault {
                batch.rejects = [Reject(entity: part.entity, reason: reason, excerpt: "x")]
                if !reason.hasPrefix("record.key_") { parts[place].unreadable += 1 }
            }
            batch.end = EntityEnd(isComplete: fault != .cut, isSnapshot: part.kind != .pages)
            parts[place].end = batch.end
            place += 1
        }
        handing.read = batch.items.count + batch.rejects.count
        handing.rejected = batch.rejects.count
        handing.state = state(after: entries, of: part, isLast: isLast)
        handing.end = batch.end
        batch.state = handing.state.map { Array(String($0).utf8) }
        handed.append(handing)
        return batch
    }

    /// Some keys come twice, first as no row ever was.
    private func append(_ entry: Entry, _ batch: inout RecordBatch) {
        let form = truth.form(of: entry.row.key)
        var rows = [entry.row]
        if node.world.chance.permille(60) { rows.insert(Truth.Row(key: entry.row.key, content: 0, cursor: 0), at: 0) }
        for row in rows where row != entry.row || !entry.isDeletion {
            batch.append(key: { $0.append(contentsOf: form) }, body: { $0.append(contentsOf: Truth.body(row)) })
            batch.items[batch.items.count - 1].hash = Truth.hash(row)
        }
        if entry.isDeletion { batch.appendDeletion(key: form) }
    }

    /// An incremental read says with each batch how far it came; a full one at its end, of what it began with, unless
    /// pages that shifted may have hidden rows from it.
    private func state(after entries: [Entry], of part: Part, isLast: Bool) -> Int? {
        if part.mode == .incremental {
            guard !(isLast && fault == .cut) else { return nil }
            return max(entries.map(\.row.cursor).max() ?? 0, part.from ?? 0)
        }
        guard isLast, fault != .cut, fault != .empty, part.kind != .pages else { return nil }
        return part.entries.map(\.row.cursor).max() ?? 0
    }
}
