import Domain
import StoreAPI
import Vault

@testable import StoreSQLite

/// Whether one transaction's change of one DataSource may be.
struct Verdict {
    let change: SourceChange
    let node: Node
    let transaction: SQLiteTransaction
    let examiner: Examiner
    private var after: SourceModel

    init(_ change: SourceChange, by node: Node, transaction: SQLiteTransaction, examiner: Examiner) {
        self.change = change
        self.node = node
        self.transaction = transaction
        self.examiner = examiner
        after = change.after
    }

    var before: SourceModel { change.before }
    var now: Int64 { transaction.now.milliseconds }
    var fenceMoved: Bool { after.sync.fence > before.sync.fence }
    var isOwner: Bool { before.owner === node }

    /// The model with all that follows; throws what was broken.
    func settled() throws -> SourceModel {
        var verdict = self
        try verdict.judgeSync()
        try verdict.judgeRecords()
        try verdict.judgeCounts()
        try verdict.judgeRuns()
        switch node.role {
        case .worker: try verdict.judgeWorker()
        case .scheduler: try verdict.judgeScheduler()
        case .housekeeper: try verdict.judgeHousekeeper()
        case .person: try verdict.judgePerson()
        }
        if node.role != .person {
            try require(after.wishes == before.wishes, "changed what only a person changes")
        }
        return verdict.after
    }

    // MARK: what holds for everybody

    private func judgeSync() throws {
        let (old, new) = (before.sync, after.sync)
        try require(new.fence >= old.fence, "the fence went back")
        try require(new.seq >= old.seq, "the feed's seq went back")
        try require(
            new.epoch >= old.epoch && new.purged >= old.purged && new.generation >= old.generation,
            "a sync row went back")
        if new.fence == old.fence {
            try require(
                new.batch == old.batch || new.batch == old.batch + 1, "batch \(old.batch) was followed by \(new.batch)")
        } else {
            try require(new.batch == 0, "a new owner begins behind batch \(new.batch)")
        }
    }

    /// Versions count changes, seqs rise in commit order, no record is rewritten as it was or was never anywhere.
    private func judgeRecords() throws {
        var seq = before.sync.seq
        for (_, old, new) in change.records {
            guard let new else {
                try require(old?.content == nil, "a live record is gone from its table")
                try require(
                    old.map { $0.seq <= after.sync.purged } ?? true, "a tombstone was purged beyond purged_through")
                continue
            }
            try require(new.seq > seq, "record \(new.key) has seq \(new.seq) after \(seq)")
            seq = new.seq
            try require(
                new.version == (old?.version ?? 0) + 1,
                "record \(new.key) went from version \(old?.version ?? 0) to \(new.version)")
            if let old {
                try require(old.entity == new.entity && old.key == new.key, "a record changed its key")
                try require(old.content != new.content, "record \(new.key) was rewritten as it was")
            }
            guard let content = new.content else { continue }
            let known = examiner.truth.contents[content]
            try require(known?.key == new.key, "record \(new.key) has content \(content), which it never had")
        }
        try require(seq <= after.sync.seq, "seq \(seq) was given out beyond feed_seq \(after.sync.seq)")
    }

    /// What is counted is what there is.
    private func judgeCounts() throws {
        var touched = Set(change.entities.map(\.number))
        for record in change.records {
            if let entity = record.new?.entity ?? record.old?.entity { touched.insert(entity) }
        }
        for number in touched.sorted() {
            let ids = after.places[number] ?? [:]
            let live = ids.values.count { after.records[$0]?.content != nil }
            let entity = after.entities[number]
            try require(
                entity?.live == live && entity?.kept == ids.count,
                "\(entity?.name ?? "an entity") counts \(entity?.live ?? -1) live of \(entity?.kept ?? -1), there are \(live) of \(ids.count)"
            )
        }
    }

    private mutating func judgeRuns() throws {
        for (old, new) in change.runs {
            guard let new else {
                try require(old?.isActive == false, "an active run was removed")
                continue
            }
            guard let old else {
                try judgeNew(new)
                continue
            }
            try require(old.isActive, "run \(new.id) had ended as \(old.status) and was changed to \(new.status)")
            try require(new.attempt == old.attempt || new.attempt == old.attempt + 1, "a run's attempt jumped")
            if !new.isActive {
                after.activeRun = nil
                after.owner = nil
                try require(fenceMoved || old.status == "queued", "run \(new.id) ended and the fence stayed")
                if new.status == "succeeded" { try judgeCovered(new) }
            }
        }
        try require(after.runs.values.count { $0.isActive } <= 1, "two runs are active")
    }

    private mutating func judgeNew(_ run: SourceModel.Run) throws {
        try require(run.status == "queued", "a run began as \(run.status)")
        try require(after.acceptsRuns, "a run was queued for a DataSource that takes none")
        after.activeRun = run.id
        if let tick = run.scheduledFor {
            try require(after.ticks.insert(tick).inserted, "a second run was made for one tick")
            try require(tick <= now, "a run was made \(tick - now) ms before its tick")
        }
    }

    /// Whoever was told that this run does what they ask for was told the truth.
    private func judgeCovered(_ run: SourceModel.Run) throws {
        for request in before.covered[run.id] ?? [] {
            let read = Dictionary(
                uniqueKeysWithValues: run.entities.split(separator: ",").map { entity in
                    let parts = entity.split(separator: ":")
                    return (String(parts[0]), String(parts[1]))
                })
            for name in request.entities ?? before.selected {
                try require(read[name] != nil, "run \(run.id) didn't read \(name), which it was said to")
                try require(
                    request.mode != .full || read[name] == "full",
                    "run \(run.id) didn't read \(name) in full, which it was said to")
            }
            try require(
                run.allowsDeletes || !request.allowsDeletes,
                "run \(run.id) doesn't confirm deletions, which it was said to")
        }
    }

    // MARK: a worker

    private mutating func judgeWorker() throws {
        guard let (old, new) = change.runs.first, let old, let new else {
            try require(
                change.records.isEmpty && change.entities.isEmpty && after.sync == before.sync,
                "a worker wrote without its run")
            return
        }
        switch (old.status, new.status) {
        case (_, "running") where new.attempt == old.attempt + 1: try judgeClaim(old, new)
        case ("running", "running"): try judgeProgress(old, new)
        case ("queued", "queued"): throw Broken("a worker changed a queued run")
        case ("running", "queued"):
            try require(isOwner, "gave back a run of another's")
            try require(fenceMoved, "gave a run back and the fence stayed")
            after.owner = nil
            after.fruitless[new.id] = max(0, (after.fruitless[new.id] ?? 0) - 1)
        default: try judgeEnd(old, new)
        }
    }

    private mutating func judgeClaim(_ old: SourceModel.Run, _ new: SourceModel.Run) throws {
        if old.status == "running", let until = old.leaseUntil {
            try require(until < now, "claimed a run whose lease lasts \(until - now) ms more")
        }
        try require(fenceMoved && new.fence == after.sync.fence, "claimed under the fence of before")
        try require(new.worker == node.name, "claimed for another")
        try judgeLease(new)
        let claims = after.fruitless[new.id] ?? 0
        try require(claims < 5, "claimed a run again that had stored nothing in \(claims) claims")
        after.fruitless[new.id] = claims + 1
        after.owner = node
        node.reader = nil
        try require(change.records.isEmpty && change.entities.isEmpty, "wrote records with a claim")
    }

    /// By the database's clock alone.
    private func judgeLease(_ run: SourceModel.Run) throws {
        let expected = now + examiner.lease.wholeMilliseconds
        try require(run.leaseUntil == expected, "the lease ends \((run.leaseUntil ?? 0) - expected) ms off")
    }

    /// A batch, a piece of many deletions, or a renewed lease.
    private mutating func judgeProgress(_ old: SourceModel.Run, _ new: SourceModel.Run) throws {
        try require(isOwner, "wrote to a run that isn't its own any more")
        try require(!fenceMoved, "moved the fence of its own run")
        if old.leaseUntil != new.leaseUntil { try judgeLease(new) }
        guard after.sync.batch == before.sync.batch + 1 else {
            try require(change.records.isEmpty && change.entities.isEmpty, "wrote records without a batch")
            try require(new.read == old.read && new.rejected == old.rejected, "counted without a batch")
            return
        }
        let index = Int(before.sync.batch)
        guard let reader = node.reader, index < reader.handed.count else {
            throw Broken("stored a batch that its reader never gave")
        }
        let batch = reader.handed[index]
        try judgeBatch(batch)
        if let number = after.entity(named: batch.entity) {
            if batch.state != nil { after.stateHosts[number] = reader.host }
            if batch.mode == .full { after.whole.remove(number) }
            after.missed[number]?.subtract(batch.items.filter { !$0.value.isDeletion }.keys)
        }
        after.fruitless[new.id] = 0
        var stored = after.stored[new.id] ?? (0, 0)
        stored.read += batch.read
        stored.rejected += batch.rejected
        after.stored[new.id] = stored
        try require(
            new.read == stored.read && new.rejected == stored.rejected,
            "the run counts \(new.read) items and \(new.rejected) rejects, \(stored.read) and \(stored.rejected) were stored"
        )
    }

    /// All of the batch is stored and nothing but it; the state is the one that came with it.
    private func judgeBatch(_ batch: SimulatedReader.Handed) throws {
        guard let number = after.entity(named: batch.entity) else { throw Broken("a batch's entity has no row") }
        for (_, _, new) in change.records {
            guard let new, new.entity == number, let entry = batch.items[new.key] else {
                throw Broken("a batch changed a record that isn't in it")
            }
            let expected = entry.isDeletion ? nil : entry.row.content
            try require(new.content == expected, "record \(new.key) has another content than its batch")
        }
        for (key, entry) in batch.items.sorted(by: { $0.key < $1.key }) {
            let content = after.places[number]?[key].flatMap { after.records[$0]?.content }
            try require(
                content == (entry.isDeletion ? nil : entry.row.content), "record \(key) of a batch isn't stored")
        }
        for entity in change.entities {
            try require(entity.number == number, "a batch changed another entity's row")
            try require(
                entity.new.isComplete == false || entity.old?.isComplete == true,
                "an entity was complete before its run's end")
            try require(entity.new.fullReadAt == entity.old?.fullReadAt, "a full read was over before its run's end")
        }
        try judgeState(batch, number)
    }

    private func judgeState(_ batch: SimulatedReader.Handed, _ number: Int64) throws {
        let (old, new) = (before.entities[number]?.state, after.entities[number]?.state)
        guard let state = batch.state else {
            return try require(new == old || new == nil, "a state changed without one in the batch")
        }
        guard let new, let source = DataSourceID(after.id) else { throw Broken("a batch's state isn't stored") }
        let opened = try examiner.vault.openState(new, of: batch.entity, in: source, transaction: transaction)
        try require(Int(String(decoding: opened, as: UTF8.self)) == state, "another state than the batch's is stored")
        try judgeAhead(state, batch.entity, number)
    }

    /// What the source held before the place from which a read that has this state goes on, as this read found it, is
    /// stored.
    private func judgeAhead(_ state: Int, _ entity: String, _ number: Int64) throws {
        for entry in node.reader?.parts.first(where: { $0.entity == entity })?.entries ?? []
        where entry.row.cursor < state - Truth.lateness {
            let content = after.places[number]?[entry.row.key].flatMap { after.records[$0]?.content }
            try require(
                entry.isDeletion ? content == nil : (content ?? 0) >= entry.row.content,
                "the state is at \(state), and record \(entry.row.key) of \(entry.row.cursor) isn't stored")
        }
    }

    private mutating func judgeEnd(_ old: SourceModel.Run, _ new: SourceModel.Run) throws {
        guard isOwner, old.status == "running" else {
            let isLoop = new.status == "failed" && new.error == "run.crash_loop"
            try require(
                isLoop && (before.fruitless[new.id] ?? 0) >= 5,
                "ended a run that isn't its own any more as \(new.status)")
            try require(old.status == "queued" || (old.leaseUntil ?? 0) < now, "ended a run whose owner holds it")
            return
        }
        try require(fenceMoved, "ended a run and the fence stayed")
        guard new.status == "succeeded" || new.status == "needs_review" else {
            try require(new.status == "failed", "ended a run as \(new.status)")
            return try require(change.records.isEmpty && change.entities.isEmpty, "a failure changed records")
        }
        guard let reader = node.reader, reader.isOver else { throw Broken("ended a run before its read was over") }
        try require(
            Int(before.sync.batch) == reader.handed.count, "ended a run without having stored all that was read")
        var waits = false
        var expected: Set<Int64> = []
        for part in reader.parts where part.mode == .full && part.end?.isComplete == true {
            guard let number = before.entity(named: part.entity) else { continue }
            let fate = DeletionRule(part: part, run: old, source: before, entity: number, liveBefore: reader.liveBefore)
            waits = waits || fate.needsReview
            for key in fate.deleted { if let id = before.places[number]?[key] { expected.insert(id) } }
            after.whole.insert(number)
            after.generations[number] = after.sync.generation
            if part.kind == .pages { after.missed[number] = fate.missing.subtracting(fate.deleted) }
            try require(
                after.entities[number]?.isComplete == true, "\(part.entity) was read in full and isn't complete")
            try require(
                after.entities[number]?.review == (fate.needsReview ? fate.weighed : nil),
                "\(part.entity) says another count to review")
        }
        let made = Set(change.records.map(\.id))
        try require(change.records.allSatisfy { $0.new != nil && $0.new?.content == nil }, "a run's end stored records")
        for id in made.symmetricDifference(expected).sorted().prefix(1) {
            let record = before.records[id]
            let place = before.entities[record?.entity ?? 0]?.name ?? ""
            throw Broken(
                "\(place) record \(record?.key ?? 0) \(made.contains(id) ? "was deleted against the rules" : "should have been deleted")"
            )
        }
        try require((new.status == "needs_review") == waits, "a run ended as \(new.status)")
        for entity in change.entities {
            try require(entity.new.state == entity.old?.state, "a run's end changed a state")
            let isRead = reader.parts.contains {
                $0.entity == entity.new.name && $0.mode == .full && $0.end?.isComplete == true
            }
            try require(
                isRead || entity.new.isComplete == (entity.old?.isComplete ?? false),
                "an entity is complete without a full read")
        }
    }

    // MARK: the others

    private func judgeScheduler() throws {
        try require(change.records.isEmpty && change.entities.isEmpty, "the scheduler wrote records")
        for (old, new) in change.runs {
            try require(old == nil, "the scheduler changed a run")
            try require(
                new?.scheduledFor != nil && ["schedule", "retry"].contains(new?.cause),
                "the scheduler queued what isn't due")
            try require(
                new?.scheduledFor == before.nextSyncAt, "the scheduler queued another tick than the DataSource's")
            try require(after.nextSyncAt != before.nextSyncAt, "a tick was used and stays due")
        }
        try require(after.sync == before.sync, "the scheduler changed a sync row")
    }

    private func judgeHousekeeper() throws {
        try require(change.records.allSatisfy { $0.new == nil }, "the housekeeper changed a record")
        try require(change.runs.allSatisfy { $0.new == nil }, "the housekeeper changed a run")
        var sync = before.sync
        sync.purged = after.sync.purged
        try require(after.sync == sync, "the housekeeper changed a sync row")
    }

    private mutating func judgePerson() throws {
        try require(
            change.records.allSatisfy { $0.new != nil && $0.new?.content == nil }, "a person's request stored records")
        try require(after.wishes.configVersion >= before.wishes.configVersion, "a config version went back")
        if !change.records.isEmpty {
            try require(fenceMoved, "records were erased and the fence stayed")
            for number in Set(change.records.compactMap { $0.new?.entity }).sorted() {
                try require(after.entities[number]?.state == nil, "records were erased and the state stayed")
                after.missed[number] = nil
                after.whole.remove(number)
            }
        }
        if after.wishes.config != before.wishes.config || after.wishes.entities != before.wishes.entities {
            try require(before.activeRun == nil || fenceMoved, "the config changed and the fence stayed")
        }
        if fenceMoved { after.owner = nil }
        if !after.acceptsRuns { try require(after.activeRun == nil, "a DataSource takes no runs and has one") }
    }
}
