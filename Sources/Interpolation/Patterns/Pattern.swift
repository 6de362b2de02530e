/// A regular expression with the rules of Python's `re`: the first way that matches is taken, greedy before lazy, with
/// groups, references and look-around. It is matched by trying one way after the other, whose number the budget bounds.
struct Pattern: Sendable {
    enum Step: Sendable {
        case set(CharacterSet)
        /// As many characters of a set as there are, or as few.
        case run(CharacterSet, least: Int, most: Int?, isGreedy: Bool)
        /// The first way, and the second where that fails.
        case fork(Int, Int)
        case jump(Int)
        case save(Int)
        case assertion(PatternAssertion)
        case reference(Int, ignoresCase: Bool)
        /// The steps up to the place match here, or don't; `width` characters back for a look behind.
        case look(end: Int, width: Int, isNegated: Bool)
        case atomic(end: Int)
        /// Remembers a place, so that a round of a loop that takes nothing ends it.
        case mark(Int)
        case progress(Int)
        case match
    }

    private static let mostSteps = 20_000

    /// What matched: the whole first, then the groups; nil for one that took no part.
    typealias Match = [Range<Int>?]

    let groupCount: Int
    let groupNames: [String: Int]
    private(set) var steps: [Step] = []
    private(set) var markCount = 0

    /// Reads a pattern; throws `.other` and `.bound`.
    init(_ pattern: String) throws(Fault) {
        let (node, groups, names) = try PatternReader.read(pattern)
        groupCount = groups
        groupNames = names
        try append(node)
        steps.append(.match)
    }

    private mutating func append(_ node: PatternNode) throws(Fault) {
        guard steps.count < Self.mostSteps else { throw .tooLarge }
        switch node {
        case .set(let set): steps.append(.set(set))
        case .sequence(let nodes): for node in nodes { try append(node) }
        case .choice(let nodes): try append(choice: nodes)
        case .group(let node, let number):
            steps.append(.save(2 * number))
            try append(node)
            steps.append(.save(2 * number + 1))
        case .repeated(let node, let least, let most, let isGreedy):
            try append(node, least: least, most: most, isGreedy: isGreedy)
        case .assertion(let assertion): steps.append(.assertion(assertion))
        case .reference(let number, let ignoresCase): steps.append(.reference(number, ignoresCase: ignoresCase))
        case .look(let node, let isBehind, let isNegated):
            let place = steps.count
            steps.append(.match)
            try append(node)
            steps.append(.match)
            steps[place] = .look(end: steps.count, width: isBehind ? node.width ?? 0 : 0, isNegated: isNegated)
        case .atomic(let node):
            let place = steps.count
            steps.append(.match)
            try append(node)
            steps.append(.match)
            steps[place] = .atomic(end: steps.count)
        }
    }

    private mutating func append(choice nodes: [PatternNode]) throws(Fault) {
        var ends: [Int] = []
        for (place, node) in nodes.enumerated() {
            guard place < nodes.count - 1 else {
                try append(node)
                break
            }
            let fork = steps.count
            steps.append(.match)
            try append(node)
            ends.append(steps.count)
            steps.append(.match)
            steps[fork] = .fork(fork + 1, steps.count)
        }
        for end in ends { steps[end] = .jump(steps.count) }
    }

    private mutating func append(_ node: PatternNode, least: Int, most: Int?, isGreedy: Bool) throws(Fault) {
        if case .set(let set) = node {
            steps.append(.run(set, least: least, most: most, isGreedy: isGreedy))
            return
        }
        for _ in 0..<least { try append(node) }
        guard let most else { return try append(loop: node, isGreedy: isGreedy) }
        var forks: [Int] = []
        for _ in least..<max(most, least) {
            forks.append(steps.count)
            steps.append(.match)
            try append(node)
        }
        for fork in forks { steps[fork] = isGreedy ? .fork(fork + 1, steps.count) : .fork(steps.count, fork + 1) }
    }

    private mutating func append(loop node: PatternNode, isGreedy: Bool) throws(Fault) {
        let fork = steps.count
        steps.append(.match)
        let mark = node.mayBeEmpty ? markCount : nil
        if let mark {
            markCount += 1
            steps.append(.mark(mark))
        }
        try append(node)
        if let mark { steps.append(.progress(mark)) }
        steps.append(.jump(fork))
        steps[fork] = isGreedy ? .fork(fork + 1, steps.count) : .fork(steps.count, fork + 1)
    }

    /// The first match at or after a place, there only one that takes something if it `mustAdvance`; nil if there is
    /// none.
    func firstMatch(
        in text: [Unicode.Scalar], from start: Int = 0, mustAdvance: Bool = false, _ budget: inout Budget
    ) throws(Fault) -> Match? {
        var matcher = PatternMatcher(self, text)
        var place = start
        while place <= text.count {
            let refused = mustAdvance && place == start ? start : nil
            if let match = try matcher.match(at: place, refusedEnd: refused, &budget) { return match }
            place += 1
        }
        return nil
    }
}
