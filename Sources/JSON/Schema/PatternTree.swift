/// A regular expression, read.
indirect enum PatternTree {
    case scalar(ScalarClass)
    case start
    case end
    case sequence([PatternTree])
    case choice([PatternTree])
    case repeated(PatternTree, least: Int, most: Int?)

    /// Appends the steps that match this; false when there are too many.
    func append(to steps: inout [BoundedPattern.Step]) -> Bool {
        guard steps.count < BoundedPattern.mostSteps else { return false }
        switch self {
        case .scalar(let wanted): steps.append(.scalar(wanted))
        case .start: steps.append(.start)
        case .end: steps.append(.end)
        case .sequence(let parts) where parts.isEmpty: steps.append(.jump(steps.count + 1))
        case .sequence(let parts): return parts.allSatisfy { $0.append(to: &steps) }
        case .choice(let parts): return Self.append(choice: parts, to: &steps)
        case .repeated(let part, let least, let most):
            for _ in 0..<least { guard part.append(to: &steps) else { return false } }
            guard let most else { return Self.append(loop: part, to: &steps) }
            for _ in 0..<max(most - least, 0) { guard Self.append(optional: part, to: &steps) else { return false } }
        }
        return true
    }

    private static func append(choice parts: [PatternTree], to steps: inout [BoundedPattern.Step]) -> Bool {
        var ends: [Int] = []
        for (index, part) in parts.enumerated() {
            let split = steps.count
            if index < parts.count - 1 { steps.append(.jump(0)) }
            guard part.append(to: &steps) else { return false }
            guard index < parts.count - 1 else { break }
            ends.append(steps.count)
            steps.append(.jump(0))
            steps[split] = .split(split + 1, steps.count)
        }
        for end in ends { steps[end] = .jump(steps.count) }
        return true
    }

    private static func append(loop part: PatternTree, to steps: inout [BoundedPattern.Step]) -> Bool {
        let split = steps.count
        steps.append(.jump(0))
        guard part.append(to: &steps) else { return false }
        steps.append(.jump(split))
        steps[split] = .split(split + 1, steps.count)
        return true
    }

    private static func append(optional part: PatternTree, to steps: inout [BoundedPattern.Step]) -> Bool {
        let split = steps.count
        steps.append(.jump(0))
        guard part.append(to: &steps) else { return false }
        steps[split] = .split(split + 1, steps.count)
        return true
    }
}

/// Reads a regular expression.
struct PatternParser {
    private static let mostRepeats = 1_000
    private static let deepest = 50

    private var rest: Substring.UnicodeScalarView
    private var depth = 0

    init(_ pattern: String) { rest = Substring(pattern).unicodeScalars }

    /// The whole pattern; nil if it can't be read.
    mutating func parse() -> PatternTree? {
        guard let tree = choice(), rest.isEmpty else { return nil }
        return tree
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func choice() -> PatternTree? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { return nil }
        var parts: [PatternTree] = []
        repeat {
            guard let part = sequence() else { return nil }
            parts.append(part)
        } while take("|")
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence() -> PatternTree? {
        var parts: [PatternTree] = []
        while let next = rest.first, next != "|", next != ")" {
            guard let atom = atom(), let part = repeats(of: atom) else { return nil }
            parts.append(part)
        }
        return .sequence(parts)
    }

    private mutating func atom() -> PatternTree? {
        guard let first = rest.popFirst() else { return nil }
        switch first {
        case "^": return .start
        case "$": return .end
        case ".": return .scalar(ScalarClass(ranges: ScalarClass.lineEnds, isNegated: true))
        case "(": return group()
        case "[": return bracket()
        case "\\": return escape().map { .scalar(ScalarClass(ranges: $0)) }
        case "*", "+", "?", "{", "}", "]": return nil
        default: return .scalar(ScalarClass(ranges: [first.value...first.value]))
        }
    }

    private mutating func group() -> PatternTree? {
        if take("?"), !take(":") { return nil }
        guard let inner = choice(), take(")") else { return nil }
        return inner
    }

    /// Lazy forms (`*?`) match the same texts, so they are read as the plain ones.
    private mutating func repeats(of atom: PatternTree) -> PatternTree? {
        var bounds: (least: Int, most: Int?)
        if take("*") {
            bounds = (0, nil)
        } else if take("+") {
            bounds = (1, nil)
        } else if take("?") {
            bounds = (0, 1)
        } else if take("{") {
            guard let counts = counts() else { return nil }
            bounds = counts
        } else {
            return atom
        }
        switch atom {
        case .start, .end: return nil
        default: break
        }
        _ = take("?")
        return .repeated(atom, least: bounds.least, most: bounds.most)
    }

    private mutating func counts() -> (least: Int, most: Int?)? {
        guard let least = number() else { return nil }
        if take("}") { return (least, least) }
        guard take(",") else { return nil }
        if take("}") { return (least, nil) }
        guard let most = number(), most >= least, take("}") else { return nil }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let next = rest.first, ("0"..."9").contains(next), digits.count < 5 {
            digits.unicodeScalars.append(next)
            rest.removeFirst()
        }
        return Int(digits).flatMap { $0 <= Self.mostRepeats ? $0 : nil }
    }

    private mutating func escape() -> [ClosedRange<UInt32>]? {
        guard let scalar = rest.popFirst() else { return nil }
        switch scalar {
        case "d": return ScalarClass.digits
        case "w": return ScalarClass.word
        case "s": return ScalarClass.space
        case "D": return ScalarClass.complement(ScalarClass.digits)
        case "W": return ScalarClass.complement(ScalarClass.word)
        case "S": return ScalarClass.complement(ScalarClass.space)
        case "t": return [0x09...0x09]
        case "n": return [0x0A...0x0A]
        case "r": return [0x0D...0x0D]
        case "a"..."z", "A"..."Z", "0"..."9": return nil
        default: return [scalar.value...scalar.value]
        }
    }

    private mutating func bracket() -> PatternTree? {
        var wanted = ScalarClass(ranges: [])
        wanted.isNegated = take("^")
        while let first = rest.popFirst() {
            if first == "]" { return .scalar(wanted) }
            guard let low = first == "\\" ? escape() : [first.value...first.value] else { return nil }
            guard rest.first == "-", rest.dropFirst().first != "]" else {
                wanted.ranges += low
                continue
            }
            rest.removeFirst()
            guard let next = rest.popFirst(), let high = next == "\\" ? escape() : [next.value...next.value],
                low.count == 1, high.count == 1, low[0].lowerBound <= high[0].upperBound
            else { return nil }
            wanted.ranges.append(low[0].lowerBound...high[0].upperBound)
        }
        return nil
    }
}
