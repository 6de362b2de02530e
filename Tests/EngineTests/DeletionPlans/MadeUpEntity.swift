import Domain
import TestSupport

/// One entity of a made-up source: what it truly holds, and what the rules of deletion make of its answers (SYNC.md 6).
struct MadeUpEntity {
    let name: String
    /// What it holds: value by id.
    var truth: [Int: String] = [:]
    /// Ids given out so far: ids that are gone may come back.
    var lastID = 0
    var keyFields = ["id"]

    /// What the store must hold: body by key.
    private(set) var stored: [String: String] = [:]
    /// Every key that was ever stored.
    private(set) var everStored: Set<String> = []
    /// Stored keys that the newest complete read missed and nothing has met since.
    private(set) var missed: Set<String> = []
    /// Deletions that wait for a person, and which.
    private(set) var review: (count: Int, keys: Set<String>)?
    /// The key fields of the newest complete full read.
    private var readKeyFields: [String]?

    init(name: String) { self.name = name }

    func key(_ row: ScriptedConnector.Row) -> String {
        keyFields.count == 1 ? "[\(row.id)]" : "[\"\(row.value)\",\(row.id)]"
    }

    var rows: [ScriptedConnector.Row] { truth.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) } }
    var truthKeys: Set<String> { Set(rows.map(key)) }
    /// What the store must hold once the source was read well.
    var wanted: [String: String] { Dictionary(uniqueKeysWithValues: rows.map { (key($0), body($0)) }) }
    var isRekeyed: Bool { readKeyFields != nil && readKeyFields != keyFields }
    /// Whether a person who looks at the source finds that what waits to be deleted is gone.
    var isReviewTrue: Bool { review.map { $0.keys.isDisjoint(with: truthKeys) } ?? false }

    /// Another system: what the old one lacked and what was reviewed there count no more.
    mutating func beginGeneration() {
        missed = []
        review = nil
    }

    /// Records that a read brought, whatever becomes of it.
    mutating func take(_ rows: [ScriptedConnector.Row]) {
        for row in rows {
            stored[key(row)] = body(row)
            everStored.insert(key(row))
            missed.remove(key(row))
        }
    }

    /// The end of a complete full read in a run that ended well. `before` is what was stored when the attempt began.
    /// Answers the keys that must be deleted, nil when they must wait.
    mutating func settle(
        _ answer: MadeUpAnswer, before: Set<String>, isSnapshot: Bool, isConfirmed: Bool
    ) -> Set<String>? {
        let met = Set(answer.rows.map(key))
        let unseen = Set(stored.keys).subtracting(met)
        let doomed = isSnapshot ? unseen : unseen.intersection(missed)
        let counted = isSnapshot || met.isEmpty ? unseen : doomed
        let confirmed = isConfirmed ? review?.count : nil
        let inserted = met.subtracting(before).count
        let waits = Self.waits(
            counted.count, confirmed: confirmed, isDoubtful: met.isEmpty || answer.unreadable > 0,
            lost: isRekeyed ? counted.count - inserted : counted.count, live: before.count)
        readKeyFields = keyFields
        review = waits ? (counted.count, counted) : nil
        if !waits { for key in doomed { stored[key] = nil } }
        missed = isSnapshot ? [] : Set(stored.keys).subtracting(met)
        return waits ? nil : doomed
    }

    private static func waits(_ missing: Int, confirmed: Int?, isDoubtful: Bool, lost: Int, live: Int) -> Bool {
        if missing == 0 { return false }
        if let confirmed { return missing > confirmed }
        return isDoubtful || (lost > 10 && lost * 10 > live * 3)
    }

    private func body(_ row: ScriptedConnector.Row) -> String { "{\"id\":\(row.id),\"v\":\"\(row.value)\"}" }
}

/// What a made-up source answers when one entity is read.
struct MadeUpAnswer: Sendable {
    enum Ending: Sendable { case complete, incomplete, cut, failure }

    var pages: [[ScriptedConnector.Row]]
    var ending = Ending.complete
    /// Items that can't be read.
    var unreadable = 0

    var rows: [ScriptedConnector.Row] { pages.flatMap { $0 } }

    func steps(_ entity: String, isSnapshot: Bool, failure: AppError) -> [ScriptedConnector.Step] {
        var steps = pages.enumerated().map { place, page in
            ScriptedConnector.Step.batch(entity, page, state: place == pages.count - 1 ? "s" : nil)
        }
        if unreadable > 0 {
            let garbled = (0..<unreadable).map { Reject(entity: entity, reason: "csv.garbled", excerpt: "line \($0)") }
            steps.append(.rejects(entity, garbled))
        }
        switch ending {
        case .complete: steps.append(.end(entity, isSnapshot: isSnapshot))
        case .incomplete: steps.append(.end(entity, isComplete: false, isSnapshot: isSnapshot))
        case .cut: break
        case .failure: steps.append(.fail(failure))
        }
        return steps
    }
}
