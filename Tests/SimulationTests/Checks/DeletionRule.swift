import Domain

/// What may be deleted after a complete full read, worked out anew from the rules (SYNC.md 6).
struct DeletionRule {
    /// Live records that the read didn't meet.
    let missing: Set<Int>
    /// What goes.
    let deleted: Set<Int>
    /// How many were held against the guard.
    let weighed: Int
    let needsReview: Bool

    init(
        part: SimulatedReader.Part, run: SourceModel.Run, source: SourceModel, entity: Int64, liveBefore: [String: Int]
    ) {
        let missing = Set(source.live(of: entity).keys).subtracting(part.keys)
        // What a read of another system missed, or was reviewed of it, says nothing of this one.
        let isSameSystem = source.generations[entity] == source.sync.generation
        // Pages that shift hide live rows: only what two complete reads in a row missed is gone.
        let twice = isSameSystem ? missing.intersection(source.missed[entity] ?? []) : []
        let gone = part.end?.isSnapshot == true ? missing : twice
        let weighed = part.read == 0 ? missing.count : gone.count
        self.missing = missing
        self.weighed = weighed
        var waits = false
        if weighed > 0 {
            if run.allowsDeletes, isSameSystem, let reviewed = source.entities[entity]?.review {
                waits = weighed > reviewed
            } else if part.read == 0 || part.unreadable > 0 {
                waits = true
            } else {
                waits = weighed > 10 && weighed * 100 > (liveBefore[part.entity] ?? 0) * 30
            }
        }
        needsReview = waits
        deleted = waits ? [] : gone
    }
}
