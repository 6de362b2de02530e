/// What one place of a pattern may be.
struct CharacterSet: Sendable {
    enum Kind: Sendable {
        case range(UInt32, UInt32)
        case digit, space, word
        case notDigit, notSpace, notWord
    }

    var kinds: [Kind] = []
    var isNegated = false
    var ignoresCase = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        if holds(scalar) { return !isNegated }
        guard ignoresCase else { return isNegated }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        let upper = scalar.properties.uppercaseMapping.unicodeScalars
        if lower.count == 1, let other = lower.first, holds(other) { return !isNegated }
        if upper.count == 1, let other = upper.first, holds(other) { return !isNegated }
        return isNegated
    }

    private func holds(_ scalar: Unicode.Scalar) -> Bool {
        for kind in kinds {
            let isOne: Bool
            switch kind {
            case .range(let low, let high): isOne = scalar.value >= low && scalar.value <= high
            case .digit: isOne = Self.isDigit(scalar)
            case .space: isOne = scalar.isPythonSpace
            case .word: isOne = Self.isWord(scalar)
            case .notDigit: isOne = !Self.isDigit(scalar)
            case .notSpace: isOne = !scalar.isPythonSpace
            case .notWord: isOne = !Self.isWord(scalar)
            }
            if isOne { return true }
        }
        return false
    }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.isASCII ? scalar.isASCIIDigit : scalar.isDecimal }

    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.isNamePart }
        return scalar.isLetter || scalar.properties.numericType != nil
    }

    static func one(_ scalar: Unicode.Scalar, ignoresCase: Bool) -> CharacterSet {
        CharacterSet(kinds: [.range(scalar.value, scalar.value)], ignoresCase: ignoresCase)
    }
}

/// A regular expression, read.
indirect enum PatternNode: Sendable {
    case set(CharacterSet)
    case sequence([PatternNode])
    case choice([PatternNode])
    case group(PatternNode, number: Int)
    case repeated(PatternNode, least: Int, most: Int?, isGreedy: Bool)
    case assertion(PatternAssertion)
    case reference(Int, ignoresCase: Bool)
    case look(PatternNode, isBehind: Bool, isNegated: Bool)
    /// Once it has matched, nothing else is tried within it.
    case atomic(PatternNode)

    /// How many characters it matches, where that is always the same number.
    var width: Int? {
        switch self {
        case .set: return 1
        case .assertion, .look: return 0
        case .reference: return nil
        case .group(let node, _), .atomic(let node): return node.width
        case .sequence(let nodes):
            var sum = 0
            for node in nodes {
                guard let width = node.width else { return nil }
                sum += width
            }
            return sum
        case .choice(let nodes):
            let widths = nodes.map(\.width)
            return widths.allSatisfy { $0 == widths[0] } ? widths[0] : nil
        case .repeated(let node, let least, let most, _):
            guard least == most, let width = node.width else { return nil }
            return width * least
        }
    }

    /// Whether it may match nothing at all.
    var mayBeEmpty: Bool {
        switch self {
        case .set: false
        case .assertion, .look, .reference: true
        case .group(let node, _), .atomic(let node): node.mayBeEmpty
        case .sequence(let nodes): nodes.allSatisfy(\.mayBeEmpty)
        case .choice(let nodes): nodes.contains(where: \.mayBeEmpty)
        case .repeated(let node, let least, _, _): least == 0 || node.mayBeEmpty
        }
    }
}

/// A condition on a place.
enum PatternAssertion: Sendable {
    case textStart, textEnd, lineStart, lineEnd
    /// The end, or before the line feed at the end.
    case finalLineEnd
    case wordBoundary, noWordBoundary
}
