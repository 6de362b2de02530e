import TestSupport

/// The history of a table whose truth is known: what a correct store holds once it has read all that was committed.
///
/// Everything comes from the seed. Several transactions are open at once and commit in another order than they began,
/// so rows appear with times before those that are there already; many rows share one time; rows that were just changed
/// are changed again; deleted keys come back.
public struct Ledger: Sendable {
    /// One change of a row.
    public enum Change: Hashable, Sendable {
        /// A new row.
        case insert(LedgerRow)
        /// A row as it is after an update.
        case update(LedgerRow)
        /// The row with this id goes.
        case delete(Int)
    }

    /// What happens next.
    public enum Event: Hashable, Sendable {
        /// A transaction with this number begins and makes its changes; none of them touches a row of another that is
        /// open.
        case begin(Int, [Change])
        /// It commits.
        case commit(Int)
        /// It rolls back.
        case rollBack(Int)
    }

    /// What all comes from; a test that fails says it.
    public let seed: UInt64
    /// All rows that are committed, by id.
    public private(set) var truth: [Int: LedgerRow] = [:]
    /// Ids whose rows were deleted and aren't there now.
    public private(set) var gone: Set<Int> = []

    private var chance: SeededRandom
    private var now = LedgerTime.start
    private var live = IDSet()
    private var recent: [Int] = []
    private var open: [Int: (began: Int, changes: [Change])] = [:]
    private var busy: Set<Int> = []
    private var transactions = 0
    private var nextID = 1

    /// The most transactions that are open at once.
    private static let mostOpen = 4
    /// How far a commit's times may lie behind the newest, in microseconds: less than an incremental read looks back.
    private static let mostLate = 200_000_000

    /// Begins a history; nothing is in it yet.
    public init(seed: UInt64 = .random(in: .min ... .max)) {
        self.seed = seed
        chance = SeededRandom(seed: seed)
    }

    /// Adds rows that were there before everything else, already committed.
    public mutating func prepare(rows count: Int) -> [LedgerRow] {
        let rows = (0..<count).map { _ in
            if Int.random(in: 0..<3, using: &chance) == 0 { now += Int.random(in: 0..<2_000_000, using: &chance) }
            return newRow(id: takeID())
        }
        for row in rows { settle(.insert(row)) }
        recent = []
        return rows
    }

    /// The next events, at least so many.
    public mutating func next(_ count: Int = 1) -> [Event] {
        var events: [Event] = []
        while events.count < count { events += step() }
        return events
    }

    /// Updates so many rows that no open transaction has, in several transactions that commit at once: more than a
    /// read takes in one batch. Times go on in them, a few rows to each.
    public mutating func sweep(rows count: Int) -> [Event] {
        var free = truth.keys.filter { !busy.contains($0) }.sorted()
        free.shuffle(using: &chance)
        var rest = free.prefix(count)
        var events: [Event] = []
        while !rest.isEmpty {
            let changes = rest.prefix(3000).compactMap { truth[$0] }.map { old in
                if isLikely(40) { now += Int.random(in: 0...2000, using: &chance) }
                var row = old
                (row.updatedAt, row.version, row.amount) = (now, old.version + 1, old.amount + 1)
                return Change.update(row)
            }
            rest = rest.dropFirst(3000)
            transactions += 1
            for change in changes { settle(change) }
            events += [.begin(transactions, changes), .commit(transactions)]
        }
        return events
    }

    /// Ends all that is open.
    public mutating func finish() -> [Event] { open.keys.sorted().map { end($0) } }

    private mutating func step() -> [Event] {
        let oldest = open.min { $0.value.began < $1.value.began }
        if let oldest, now - oldest.value.began > Self.mostLate { return [end(oldest.key)] }
        let ends = open.count == Self.mostOpen || (!open.isEmpty && isLikely(40))
        if ends, let number = open.keys.sorted().randomElement(using: &chance) { return [end(number)] }
        let begin = begin()
        return isLikely(50) ? [begin.event, end(begin.number)] : [begin.event]
    }

    private mutating func begin() -> (number: Int, event: Event) {
        transactions += 1
        if isLikely(70) { now += Int.random(in: 0..<2_000_000, using: &chance) }
        let began = now
        let count = isLikely(5) ? 200 : Int.random(in: 1...12, using: &chance)
        let changes = (0..<count).compactMap { _ in change() }
        open[transactions] = (began, changes)
        return (transactions, .begin(transactions, changes))
    }

    private mutating func end(_ number: Int) -> Event {
        let changes = open.removeValue(forKey: number)?.changes ?? []
        for change in changes { busy.remove(change.id) }
        if isLikely(15) { return .rollBack(number) }
        for change in changes { settle(change) }
        return .commit(number)
    }

    /// A change of a row that no open transaction has; nil where none was found.
    private mutating func change() -> Change? {
        if isLikely(20) { now += Int.random(in: 0...1000, using: &chance) }
        let dice = Int.random(in: 0..<100, using: &chance)
        guard dice >= 35, let old = pick() else {
            let row = newRow(id: isLikely(20) ? returning() ?? takeID() : takeID())
            busy.insert(row.id)
            return .insert(row)
        }
        busy.insert(old.id)
        if dice >= 85 { return .delete(old.id) }
        var row = newRow(id: old.id)
        row.version = old.version + 1
        // An update may leave all but version and time as it was.
        if isLikely(30) { (row.amount, row.note) = (old.amount, old.note) }
        return .update(row)
    }

    /// Half the time one that was changed a moment ago.
    private mutating func pick() -> LedgerRow? {
        for _ in 0..<8 {
            let id = isLikely(50) ? recent.randomElement(using: &chance) : live.randomElement(using: &chance)
            if let id, !busy.contains(id), let row = truth[id] { return row }
        }
        return nil
    }

    private mutating func returning() -> Int? { gone.subtracting(busy).min() }

    private mutating func takeID() -> Int {
        nextID += isLikely(10) ? 2 : 1
        return nextID - 1
    }

    private mutating func newRow(id: Int) -> LedgerRow {
        LedgerRow(
            id: id, updatedAt: now, version: 1, amount: Int.random(in: -1_000_000...1_000_000, using: &chance),
            note: note())
    }

    private mutating func note() -> String? {
        switch Int.random(in: 0..<12, using: &chance) {
        case 0: nil
        case 1: ""
        case 2: "a \"quoted\", 'quoted' word;\ttab and \\N \\. \\\\ backslashes"
        case 3: "two\nlines\r\nand\rmore"
        case 4: "Straße, 東京, e\u{301} and 🧾"
        case 5: String(repeating: "long ", count: Int.random(in: 1...300, using: &chance))
        default: "entry \(Int.random(in: 0..<1000, using: &chance))"
        }
    }

    private mutating func settle(_ change: Change) {
        switch change {
        case .insert(let row), .update(let row):
            truth[row.id] = row
            gone.remove(row.id)
            live.insert(row.id)
            recent.append(row.id)
            if recent.count > 50 { recent.removeFirst(25) }
        case .delete(let id):
            truth[id] = nil
            gone.insert(id)
            live.remove(id)
        }
    }

    private mutating func isLikely(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &chance) < percent }
}

extension Ledger.Change {
    /// The row that is changed.
    public var id: Int {
        switch self {
        case .insert(let row), .update(let row): row.id
        case .delete(let id): id
        }
    }
}

/// Ids from which one can be drawn at random, the same one for the same chance.
private struct IDSet: Sendable {
    private var ids: [Int] = []
    private var places: [Int: Int] = [:]

    mutating func insert(_ id: Int) {
        guard places[id] == nil else { return }
        places[id] = ids.count
        ids.append(id)
    }

    mutating func remove(_ id: Int) {
        guard let place = places.removeValue(forKey: id), let last = ids.popLast(), last != id else { return }
        ids[place] = last
        places[last] = place
    }

    func randomElement(using chance: inout SeededRandom) -> Int? { ids.randomElement(using: &chance) }
}
