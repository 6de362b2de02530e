/// Reads a regular expression as Python's `re` writes them.
struct PatternReader {
    static let mostRepeats = 1000
    private static let mostDepth = 40
    private static let mostGroups = 100

    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesAll = false
        var isVerbose = false
    }

    private var rest: Substring.UnicodeScalarView
    private var flags = Flags()
    private var depth = 0
    private var length = 0
    private(set) var groupCount = 0
    private(set) var groupNames: [String: Int] = [:]

    /// The tree of a pattern, how many groups it has and how they are called. Throws `.other`.
    static func read(_ pattern: String) throws(Fault) -> (node: PatternNode, groups: Int, names: [String: Int]) {
        var reader = PatternReader(rest: pattern.unicodeScalars[...])
        reader.length = pattern.unicodeScalars.count
        let node = try reader.choice()
        guard reader.rest.isEmpty else { throw reader.fault("an unbalanced parenthesis") }
        return (node, reader.groupCount, reader.groupNames)
    }

    private init(rest: Substring.UnicodeScalarView) { self.rest = rest }

    private func fault(_ what: String) -> Fault { Fault(.other, "a regular expression has \(what)") }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func choice() throws(Fault) -> PatternNode {
        depth += 1
        guard depth <= Self.mostDepth else { throw .tooDeep }
        var parts = [try sequence()]
        while take("|") { parts.append(try sequence()) }
        depth -= 1
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence() throws(Fault) -> PatternNode {
        var parts: [PatternNode] = []
        while let next = rest.first, next != "|", next != ")" {
            if flags.isVerbose, skipVerbose() { continue }
            guard let atom = try atom() else { continue }
            parts.append(try repeats(of: atom))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func skipVerbose() -> Bool {
        guard let next = rest.first else { return false }
        if next.isPythonSpace {
            rest.removeFirst()
            return true
        }
        guard next == "#" else { return false }
        while let scalar = rest.popFirst(), scalar != "\n" {}
        return true
    }

    /// Nil for what matches nothing of its own, such as a comment.
    private mutating func atom() throws(Fault) -> PatternNode? {
        guard let first = rest.popFirst() else { return nil }
        switch first {
        case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .finalLineEnd)
        case ".":
            return .set(
                flags.dotMatchesAll
                    ? CharacterSet(isNegated: true) : CharacterSet(kinds: [.range(10, 10)], isNegated: true))
        case "(": return try group()
        case "[": return .set(try set())
        case "\\": return try escape()
        case "*", "+", "?": throw fault("nothing to repeat")
        default: return .set(.one(first, ignoresCase: flags.ignoresCase))
        }
    }

    // MARK: Repeats

    private mutating func repeats(of atom: PatternNode) throws(Fault) -> PatternNode {
        guard let (least, most) = try counts() else { return atom }
        if case .assertion = atom { throw fault("nothing to repeat") }
        var node: PatternNode
        if take("?") {
            node = .repeated(atom, least: least, most: most, isGreedy: false)
        } else if take("+") {
            node = .atomic(.repeated(atom, least: least, most: most, isGreedy: true))
        } else {
            node = .repeated(atom, least: least, most: most, isGreedy: true)
        }
        if try counts() != nil { throw fault("multiple repeats") }
        return node
    }

    private mutating func counts() throws(Fault) -> (least: Int, most: Int?)? {
        if flags.isVerbose { while skipVerbose() {} }
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard rest.first == "{" else { return nil }
        let before = rest
        rest.removeFirst()
        let least = try number()
        let hasComma = take(",")
        let most = hasComma ? try number() : least
        guard take("}"), least != nil || hasComma else {
            rest = before
            return nil
        }
        if let most, most < least ?? 0 { throw fault("a repeat whose least is more than its most") }
        return (least ?? 0, most)
    }

    private mutating func number() throws(Fault) -> Int? {
        var value: Int?
        while let digit = rest.first, digit.isASCIIDigit {
            value = (value ?? 0) * 10 + Int(digit.value - 0x30)
            rest.removeFirst()
            guard let value, value <= Self.mostRepeats else { throw .tooLarge }
        }
        return value
    }

    // MARK: Groups

    private mutating func group() throws(Fault) -> PatternNode? {
        guard take("?") else { return try captured() }
        guard let kind = rest.popFirst() else { throw fault("an unfinished group") }
        switch kind {
        case ":": return .sequence([try inside()])
        case "=": return .look(try inside(), isBehind: false, isNegated: false)
        case "!": return .look(try inside(), isBehind: false, isNegated: true)
        case ">": return .atomic(try inside())
        case "#":
            while let scalar = rest.popFirst() { if scalar == ")" { return nil } }
            throw fault("an unfinished comment")
        case "<":
            guard let sign = rest.popFirst(), sign == "=" || sign == "!" else { throw fault("an unknown group") }
            let node = try inside()
            guard node.width != nil else { throw fault("a look-behind of varying width") }
            return .look(node, isBehind: true, isNegated: sign == "!")
        case "P": return try named()
        default: return try flagged(kind)
        }
    }

    private mutating func inside() throws(Fault) -> PatternNode {
        let before = flags
        let node = try choice()
        guard take(")") else { throw fault("an unfinished group") }
        flags = before
        return node
    }

    private mutating func captured(name: String? = nil) throws(Fault) -> PatternNode {
        groupCount += 1
        guard groupCount <= Self.mostGroups else { throw .tooLarge }
        let number = groupCount
        if let name {
            guard groupNames.updateValue(number, forKey: name) == nil else { throw fault("two groups of one name") }
        }
        return .group(try inside(), number: number)
    }

    private mutating func named() throws(Fault) -> PatternNode {
        guard let mark = rest.popFirst(), mark == "<" || mark == "=" else { throw fault("an unknown group") }
        var name = ""
        let end: Unicode.Scalar = mark == "<" ? ">" : ")"
        while let scalar = rest.popFirst() {
            if scalar == end {
                guard name.unicodeScalars.first?.isNameStart == true, name.unicodeScalars.allSatisfy(\.isNamePart)
                else {
                    throw fault("a bad name of a group")
                }
                if mark == "<" { return try captured(name: name) }
                guard let number = groupNames[name] else { throw fault("a reference to an unknown group") }
                return .reference(number, ignoresCase: flags.ignoresCase)
            }
            name.unicodeScalars.append(scalar)
        }
        throw fault("an unfinished group")
    }

    /// `(?i)` for the whole pattern, `(?i-s:…)` for a group.
    private mutating func flagged(_ first: Unicode.Scalar) throws(Fault) -> PatternNode? {
        let before = flags
        let isAtStart = length - rest.count == 3
        var letter = first
        var value = true
        while true {
            switch letter {
            case "i": flags.ignoresCase = value
            case "m": flags.isMultiline = value
            case "s": flags.dotMatchesAll = value
            case "x": flags.isVerbose = value
            case "a", "u": break
            case "-" where value: value = false
            case ")" where value:
                guard isAtStart else { throw fault("flags that don't stand at its beginning") }
                return nil
            case ":":
                let node = try choice()
                guard take(")") else { throw fault("an unfinished group") }
                flags = before
                return .sequence([node])
            default: throw fault("an unknown group")
            }
            guard let next = rest.popFirst() else { throw fault("an unfinished group") }
            letter = next
        }
    }

    // MARK: Escapes and sets

    private mutating func escape() throws(Fault) -> PatternNode {
        guard let letter = rest.first else { throw fault("a backslash at its end") }
        switch letter {
        case "A", "Z", "b", "B":
            rest.removeFirst()
            let assertions: [Unicode.Scalar: PatternAssertion] = [
                "A": .textStart, "Z": .textEnd, "b": .wordBoundary, "B": .noWordBoundary,
            ]
            return .assertion(assertions[letter] ?? .textStart)
        case "1"..."9":
            var digits = String(rest.removeFirst())
            if let next = rest.first, next.isASCIIDigit { digits.unicodeScalars.append(rest.removeFirst()) }
            guard let number = Int(digits), number <= groupCount else { throw fault("a reference to an unknown group") }
            return .reference(number, ignoresCase: flags.ignoresCase)
        default: return .set(CharacterSet(kinds: try kinds(), ignoresCase: flags.ignoresCase))
        }
    }

    /// What an escape means within and outside of brackets.
    private mutating func kinds(isInSet: Bool = false) throws(Fault) -> [CharacterSet.Kind] {
        guard let letter = rest.popFirst() else { throw fault("a backslash at its end") }
        switch letter {
        case "d": return [.digit]
        case "D": return [.notDigit]
        case "s": return [.space]
        case "S": return [.notSpace]
        case "w": return [.word]
        case "W": return [.notWord]
        default:
            let scalar = try scalar(letter, isInSet: isInSet)
            return [.range(scalar.value, scalar.value)]
        }
    }

    private mutating func scalar(_ letter: Unicode.Scalar, isInSet: Bool) throws(Fault) -> Unicode.Scalar {
        switch letter {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "f": return "\u{C}"
        case "v": return "\u{B}"
        case "a": return "\u{7}"
        case "b" where isInSet: return "\u{8}"
        case "x": return try hex(2)
        case "u": return try hex(4)
        case "U": return try hex(8)
        case "0"..."7":
            var value = letter.value - 0x30
            while let digit = rest.first, ("0"..."7").contains(digit), value < 32 {
                value = value * 8 + digit.value - 0x30
                rest.removeFirst()
            }
            return Unicode.Scalar(value) ?? "\u{FFFD}"
        case "a"..."z", "A"..."Z", "8", "9": throw fault("an unknown escape")
        default: return letter
        }
    }

    private mutating func hex(_ count: Int) throws(Fault) -> Unicode.Scalar {
        let digits = String(rest.prefix(count))
        guard digits.utf8.count == count, let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value)
        else {
            throw fault("an incomplete escape")
        }
        rest = rest.dropFirst(count)
        return scalar
    }

    private mutating func set() throws(Fault) -> CharacterSet {
        var set = CharacterSet(ignoresCase: flags.ignoresCase)
        set.isNegated = take("^")
        var isFirst = true
        while let next = rest.popFirst() {
            if next == "]", !isFirst { return set }
            isFirst = false
            let low = next == "\\" ? try kinds(isInSet: true) : [.range(next.value, next.value)]
            guard rest.first == "-", let after = rest.dropFirst().first, after != "]" else {
                set.kinds += low
                continue
            }
            rest.removeFirst()
            guard let upper = rest.popFirst() else { break }
            let high = upper == "\\" ? try kinds(isInSet: true) : [.range(upper.value, upper.value)]
            guard case .range(let start, _) = low[0], case .range(let end, _) = high[0], start <= end else {
                throw fault("a bad range of characters")
            }
            set.kinds.append(.range(start, end))
        }
        throw fault("an unfinished set")
    }
}
