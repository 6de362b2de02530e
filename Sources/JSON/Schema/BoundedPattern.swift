/// A small regular expression matcher for the keyword `pattern` whose time is bounded by pattern × text: all states
/// advance together (Thompson's construction), nothing is tried twice. It knows literals, `.`, classes, `\d \w \s` and
/// their negations, groups, `|`, `* + ? {m} {m,} {m,n}` with n up to 1,000, `^` and `$`; no look-around, no
/// back references, no flags.
public struct BoundedPattern: Sendable {
    enum Step: Sendable {
        case scalar(ScalarClass)
        case split(Int, Int)
        case jump(Int)
        case start
        case end
        case match
    }

    /// Steps in all; a pattern that needs more is refused.
    static let mostSteps = 20_000

    private let steps: [Step]

    /// Reads a pattern; nil if it isn't of the kind described or is too large.
    public init?(_ pattern: String) {
        var parser = PatternParser(pattern)
        guard let tree = parser.parse() else { return nil }
        var steps: [Step] = []
        guard tree.append(to: &steps) else { return nil }
        self.steps = steps + [.match]
    }

    /// Whether the pattern matches anywhere in the text; false for a pattern that can't be read.
    public static func matches(_ pattern: String, _ text: String) -> Bool {
        BoundedPattern(pattern)?.matches(text) ?? false
    }

    /// Whether the pattern matches anywhere in the text.
    public func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var current: [Int] = []
        for place in 0...scalars.count {
            var seen = [Bool](repeating: false, count: steps.count)
            var active: [Int] = []
            for step in current + [0] where follow(step, place, scalars.count, &seen, &active) { return true }
            guard place < scalars.count else { break }
            current = active.compactMap { step in
                guard case .scalar(let wanted) = steps[step], wanted.contains(scalars[place]) else { return nil }
                return step + 1
            }
        }
        return false
    }

    /// Adds the scalar steps that can be reached without taking one; true when the match is among them.
    private func follow(_ first: Int, _ place: Int, _ end: Int, _ seen: inout [Bool], _ active: inout [Int]) -> Bool {
        var open = [first]
        while let step = open.popLast() {
            if seen[step] { continue }
            seen[step] = true
            switch steps[step] {
            case .match: return true
            case .scalar: active.append(step)
            case .jump(let next): open.append(next)
            case .split(let one, let other): open += [other, one]
            case .start: if place == 0 { open.append(step + 1) }
            case .end: if place == end { open.append(step + 1) }
            }
        }
        return false
    }
}

/// A set of characters.
struct ScalarClass: Sendable {
    var ranges: [ClosedRange<UInt32>]
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isNegated
    }

    static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
    static let word: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
    static let space: [ClosedRange<UInt32>] = [0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x2028...0x2029, 0xFEFF...0xFEFF]
    static let lineEnds: [ClosedRange<UInt32>] = [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029]

    /// What isn't in the ranges.
    static func complement(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var next: UInt32 = 0
        var result: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        return result + [next...0x10FFFF]
    }
}
