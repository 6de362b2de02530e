import Domain
import StoreAPI
import Vault

@testable import StoreSQLite

/// Looks at every transaction just before it commits: what it changed, who made it, and whether that may be.
///
/// It keeps a model of its own of each DataSource, of what was committed and of who owns what, and never asks the code
/// under test. A promise that a transaction breaks ends the world.
final class Examiner: @unchecked Sendable {
    let world: World
    let truth: Truth
    let vault: Vault
    let lease: Duration
    private(set) var sources: [String: SourceModel] = [:]
    private var numbers: [Int64: String] = [:]
    private var runRows: [Int64: (source: String, run: String)] = [:]
    private(set) var commits = 0

    init(world: World, truth: Truth, vault: Vault, lease: Duration) {
        self.world = world
        self.truth = truth
        self.vault = vault
        self.lease = lease
    }

    /// The DataSources that `node` may be reading: two of its own may have one host, and of another it may not know that it
    /// has claimed it.
    private func sources(readBy node: Node, of host: String) -> [SourceModel] {
        sources.sorted { $0.key < $1.key }.map(\.value).filter { $0.owner === node && $0.wishes.host == host }
    }

    /// Live records by entity of the DataSource that `node` reads.
    func liveCounts(of host: String, readBy node: Node) -> [String: Int] {
        guard let source = sources(readBy: node, of: host).first else { return [:] }
        return Dictionary(uniqueKeysWithValues: source.entities.values.map { ($0.name, $0.live) })
    }

    /// A read goes on only from a state that a read of the same system left, and only after a full read that ended well.
    func noteRead(_ reader: SimulatedReader, of host: String, by node: Node) {
        let faults = sources(readBy: node, of: host).map { fault(of: reader, of: host, as: $0) }
        guard !faults.contains(nil), let fault = faults.first else { return }
        world.fail("\(node.name): \(fault ?? "")")
    }

    /// What is wrong with a read, were it of this DataSource; nil = nothing.
    private func fault(of reader: SimulatedReader, of host: String, as source: SourceModel) -> String? {
        for part in reader.parts where part.mode == .incremental {
            guard let number = source.entity(named: part.entity), source.whole.contains(number) else {
                return "goes on with \(part.entity), whose full read never ended"
            }
            if let origin = source.stateHosts[number], origin != host {
                return "reads \(part.entity) of \(host) from a state of \(origin)"
            }
        }
        return nil
    }

    /// A request was told that this run does what it asks for.
    func note(_ request: RunRequest, coveredBy run: String, of source: String) {
        sources[source]?.covered[run, default: []].append(request)
    }

    /// Throws what the transaction broke; otherwise it is now part of the model.
    func examine(_ transaction: SQLiteTransaction, by node: Node, _ changes: Changes) throws {
        do {
            let found = try gather(transaction, changes)
            for (id, change) in found.sorted(by: { $0.key < $1.key }) {
                sources[id] = try Verdict(change, by: node, transaction: transaction, examiner: self).settled()
                world.note(.request, Int(truncatingIfNeeded: change.after.sync.seq &* 31 &+ change.after.sync.fence)) {
                    Self.line(change, by: node)
                }
            }
            commits += 1
        } catch let broken as Broken {
            world.fail("\(node.name): \(broken)")
            throw broken
        }
    }

    // MARK: what changed

    private func gather(_ transaction: SQLiteTransaction, _ changes: Changes) throws -> [String: SourceChange] {
        let reading = RowReading(connection: try transaction.connection, truth: truth)
        var found: [String: SourceChange] = [:]
        func change(_ id: String, _ body: (inout SourceChange) throws -> Void) throws {
            guard let known = sources[id] else { throw Broken("a row belongs to no DataSource") }
            var one = found[id] ?? SourceChange(before: known, after: known)
            found[id] = nil
            try body(&one)
            found[id] = one
        }
        for row in changes.rows(of: "datasources") {
            guard let (id, tenant) = try reading.sourceID(ofSource: row) else { throw Broken("a DataSource is gone") }
            if sources[id] == nil { sources[id] = SourceModel(id: id, tenant: tenant) }
            try change(id) { try reading.readSource(row, into: &$0.after) }
        }
        for number in changes.rows(of: "source_sync") {
            let id = try numbers[number] ?? reading.sourceID(ofSync: number) ?? ""
            numbers[number] = id
            try change(id) { $0.after.sync = try reading.sync(number) }
        }
        for row in changes.rows(of: "runs") {
            if runRows[row] == nil, let (source, run) = try reading.sourceID(ofRun: row) {
                runRows[row] = (source, run)
            }
            guard let (source, run) = runRows[row] else { continue }
            let new = try reading.run(row)
            if new == nil { runRows[row] = nil }
            try change(source) { change in
                change.runs.append((change.before.runs[run], new))
                change.after.runs[run] = new
            }
        }
        try gatherRecords(reading, changes, change)
        return found
    }

    private func gatherRecords(
        _ reading: RowReading, _ changes: Changes,
        _ change: (String, (inout SourceChange) throws -> Void) throws -> Void
    ) throws {
        for number in changes.rows(of: "entities") {
            let (source, new) = try reading.entity(number)
            try change(numbers[source] ?? "") { change in
                change.entities.append((number, change.before.entities[number], new))
                change.after.entities[number] = new
            }
        }
        var records: [(source: String, id: Int64, new: SourceModel.Record?)] = []
        for id in changes.rows(of: "records") {
            if let (source, new) = try reading.record(id) {
                records.append((numbers[source] ?? "", id, new))
            } else if let owner = sources.first(where: { $0.value.records[id] != nil })?.key {
                records.append((owner, id, nil))
            }
        }
        for record in records.sorted(by: { ($0.new?.seq ?? 0) < ($1.new?.seq ?? 0) }) {
            try change(record.source) { change in
                let old = change.before.records[record.id]
                change.records.append((record.id, old, record.new))
                change.after.records[record.id] = record.new
                if let new = record.new {
                    change.after.places[new.entity, default: [:]][new.key] = record.id
                } else if let old {
                    change.after.places[old.entity]?[old.key] = nil
                }
            }
        }
    }

    private static func line(_ change: SourceChange, by node: Node) -> String {
        let (old, new) = (change.before.sync, change.after.sync)
        var words = ["\(node.name) commits to \(change.after.id.suffix(4)): fence \(old.fence)>\(new.fence)"]
        if new.batch != old.batch { words.append("batch \(new.batch)") }
        for run in change.runs {
            words.append("run \(run.new?.id.suffix(4) ?? "gone") \(run.old?.status ?? "-")>\(run.new?.status ?? "-")")
        }
        for record in change.records {
            words.append("\(record.new?.key ?? record.old?.key ?? 0)=\(record.new?.content.map(String.init) ?? "x")")
        }
        for entity in change.entities where entity.new.state != entity.old?.state {
            words.append("\(entity.new.name) state \(entity.new.state == nil ? "none" : "new")")
        }
        return words.joined(separator: " ")
    }
}
