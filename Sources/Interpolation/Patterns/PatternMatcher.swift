/// Matches a pattern at one place after another.
struct PatternMatcher {
    /// Ways that are still to be tried, at most.
    private static let mostOpen = 100_000
    /// Steps of the matcher for one step of the budget.
    private static let stepsPerUnit = 8

    /// A way that is tried when the present one fails.
    private struct Open {
        let step: Int
        let place: Int
        /// For a run of characters: the last place at which it may end too; else the same place.
        let last: Int
        /// How many changes of groups and marks had been made.
        let changes: Int
    }

    private let pattern: Pattern
    private let text: [Unicode.Scalar]
    private var slots: [Int]
    private var changes: [(slot: Int, before: Int)] = []
    private var open: [Open] = []
    private var uncharged = 0
    private var refusedEnd: Int?

    init(_ pattern: Pattern, _ text: [Unicode.Scalar]) {
        self.pattern = pattern
        self.text = text
        slots = Array(repeating: -1, count: 2 * pattern.groupCount + 2 + pattern.markCount)
    }

    /// What matches at a place and doesn't end at `refusedEnd`; nil if nothing does.
    mutating func match(
        at start: Int, refusedEnd: Int? = nil, _ budget: inout Budget
    ) throws(Fault) -> Pattern.Match? {
        self.refusedEnd = refusedEnd
        for slot in slots.indices { slots[slot] = -1 }
        changes.removeAll(keepingCapacity: true)
        open.removeAll(keepingCapacity: true)
        guard let end = try run(from: 0, at: start, depth: 0, &budget) else { return nil }
        var match: Pattern.Match = [start..<end]
        for group in stride(from: 1, through: pattern.groupCount, by: 1) {
            let (low, high) = (slots[2 * group], slots[2 * group + 1])
            match.append(low >= 0 && high >= low ? low..<high : nil)
        }
        return match
    }

    private mutating func set(_ slot: Int, _ value: Int) {
        changes.append((slot, slots[slot]))
        slots[slot] = value
    }

    /// Goes back to the last open way; nil if there is none.
    private mutating func back(to floor: Int) -> (step: Int, place: Int)? {
        guard open.count > floor, let way = open.popLast() else { return nil }
        undo(to: way.changes)
        if way.place != way.last {
            let next = way.place < way.last ? way.place + 1 : way.place - 1
            open.append(Open(step: way.step, place: next, last: way.last, changes: way.changes))
        }
        return (way.step, way.place)
    }

    private mutating func undo(to count: Int) {
        while changes.count > count, let change = changes.popLast() { slots[change.slot] = change.before }
    }

    private mutating func add(_ way: Open) throws(Fault) {
        guard open.count < Self.mostOpen, changes.count < Self.mostOpen else { throw .tooLarge }
        open.append(way)
    }

    /// Runs steps to the next `.match`; the place where it ends, nil if it fails.
    private mutating func run(
        from first: Int, at start: Int, depth: Int, _ budget: inout Budget
    ) throws(Fault) -> Int? {
        let floor = open.count
        var step = first
        var place = start
        while true {
            uncharged += 1
            if uncharged >= Self.stepsPerUnit {
                try budget.step(uncharged / Self.stepsPerUnit)
                uncharged = 0
            }
            if case .match = pattern.steps[step], depth > 0 || place != refusedEnd {
                open.removeSubrange(floor...)
                return place
            }
            if case .match = pattern.steps[step] {
                guard let way = back(to: floor) else { return nil }
                (step, place) = way
                continue
            }
            if try advance(&step, &place, depth, &budget) { continue }
            guard let way = back(to: floor) else { return nil }
            (step, place) = way
        }
    }

    /// Takes one step; false where it fails.
    private mutating func advance(
        _ step: inout Int, _ place: inout Int, _ depth: Int, _ budget: inout Budget
    ) throws(Fault) -> Bool {
        switch pattern.steps[step] {
        case .set(let set):
            guard place < text.count, set.contains(text[place]) else { return false }
            place += 1
        case .run(let set, let least, let most, let isGreedy):
            return try run(of: set, least, most, isGreedy, &step, &place)
        case .fork(let one, let other):
            try add(Open(step: other, place: place, last: place, changes: changes.count))
            step = one
            return true
        case .jump(let target):
            step = target
            return true
        case .save(let slot): set(slot, place)
        case .assertion(let assertion): guard holds(assertion, at: place) else { return false }
        case .reference(let group, let ignoresCase):
            guard let end = end(ofReference: group, ignoresCase: ignoresCase, at: place) else { return false }
            place = end
        case .look(let end, let width, let isNegated):
            guard try looks(step, place - width, depth, &budget) != isNegated else { return false }
            step = end
            return true
        case .atomic(let end):
            guard let after = try inner(step, place, depth, &budget) else { return false }
            place = after
            step = end
            return true
        case .mark(let mark): set(2 * pattern.groupCount + 2 + mark, place)
        case .progress(let mark): if slots[2 * pattern.groupCount + 2 + mark] == place { step += 1 }
        case .match: return true
        }
        step += 1
        return true
    }

    private mutating func inner(
        _ step: Int, _ place: Int, _ depth: Int, _ budget: inout Budget
    ) throws(Fault) -> Int? {
        guard depth < 40 else { throw .tooDeep }
        return try run(from: step + 1, at: place, depth: depth + 1, &budget)
    }

    private mutating func looks(
        _ step: Int, _ place: Int, _ depth: Int, _ budget: inout Budget
    ) throws(Fault) -> Bool {
        guard place >= 0 else { return false }
        let before = changes.count
        let matches = try inner(step, place, depth, &budget) != nil
        if case .look(_, _, true) = pattern.steps[step] { undo(to: before) }
        return matches
    }

    private mutating func run(
        of set: CharacterSet, _ least: Int, _ most: Int?, _ isGreedy: Bool, _ step: inout Int, _ place: inout Int
    ) throws(Fault) -> Bool {
        let limit = most.map { min(place + $0, text.count) } ?? text.count
        var end = place
        while end < limit, set.contains(text[end]) { end += 1 }
        uncharged += end - place
        guard end - place >= least else { return false }
        let shortest = place + least
        step += 1
        place = isGreedy ? end : shortest
        if end > shortest {
            let next = isGreedy ? end - 1 : shortest + 1
            try add(Open(step: step, place: next, last: isGreedy ? shortest : end, changes: changes.count))
        }
        return true
    }

    private func end(ofReference group: Int, ignoresCase: Bool, at place: Int) -> Int? {
        let (low, high) = (slots[2 * group], slots[2 * group + 1])
        guard low >= 0, high >= low, place + high - low <= text.count else { return nil }
        for offset in 0..<(high - low) {
            let (one, other) = (text[low + offset], text[place + offset])
            guard
                one == other
                    || ignoresCase && one.properties.lowercaseMapping == other.properties.lowercaseMapping
            else { return nil }
        }
        return place + high - low
    }

    private func holds(_ assertion: PatternAssertion, at place: Int) -> Bool {
        switch assertion {
        case .textStart: place == 0
        case .textEnd: place == text.count
        case .lineStart: place == 0 || text[place - 1] == "\n"
        case .lineEnd: place == text.count || text[place] == "\n"
        case .finalLineEnd: place == text.count || place == text.count - 1 && text[place] == "\n"
        case .wordBoundary: isBoundary(place)
        case .noWordBoundary: !isBoundary(place)
        }
    }

    private func isBoundary(_ place: Int) -> Bool {
        let before = place > 0 && CharacterSet.isWord(text[place - 1])
        let after = place < text.count && CharacterSet.isWord(text[place])
        return before != after
    }
}
