// What Python's methods of strings do. Indices are of code points; within, places are of bytes.

extension String {
    var pythonLower: String { utf8Span.isKnownASCII ? lowercased() : mapped { $0.lowercaseMapping } }

    var pythonUpper: String { utf8Span.isKnownASCII ? uppercased() : mapped { $0.uppercaseMapping } }

    private func mapped(_ mapping: (Unicode.Scalar.Properties) -> String) -> String {
        var result = ""
        for scalar in unicodeScalars { result += mapping(scalar.properties) }
        return result
    }

    /// The first character in upper case, all others in lower case.
    var capitalizedFirst: String {
        guard let first = unicodeScalars.first else { return "" }
        return first.properties.titlecaseMapping + String(unicodeScalars.dropFirst()).pythonLower
    }

    /// Each run of letters capitalized.
    var titled: String {
        var result = ""
        var isInside = false
        for scalar in unicodeScalars {
            result += isInside ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
            isInside = scalar.properties.isCased
        }
        return result
    }

    var caseSwapped: String {
        var result = ""
        for scalar in unicodeScalars {
            result +=
                scalar.properties.isUppercase ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping
        }
        return result
    }

    var isTitle: Bool {
        var isInside = false
        var isAny = false
        for scalar in unicodeScalars {
            if scalar.properties.isUppercase {
                if isInside { return false }
                isInside = true
                isAny = true
            } else if scalar.properties.isLowercase {
                guard isInside else { return false }
            } else {
                isInside = false
            }
        }
        return isAny
    }

    /// Whether it isn't empty and all its characters are of a kind.
    func isMade(of isKind: (Unicode.Scalar) -> Bool) -> Bool { !isEmpty && unicodeScalars.allSatisfy(isKind) }

    func isCased(
        _ wanted: (Unicode.Scalar.Properties) -> Bool, not refused: (Unicode.Scalar.Properties) -> Bool
    ) -> Bool {
        var isAny = false
        for scalar in unicodeScalars {
            if refused(scalar.properties) { return false }
            if wanted(scalar.properties) { isAny = true }
        }
        return isAny
    }

    func stripped(_ call: Call, atStart: Bool, atEnd: Bool) throws(Fault) -> String {
        let argument = try call.bound(to: ["chars"])[0] ?? .none
        if argument.isNone { return stripped(atStart: atStart, atEnd: atEnd, where: \.isPythonSpace) }
        let characters = Set(try argument.stringArgument().unicodeScalars)
        return stripped(atStart: atStart, atEnd: atEnd) { characters.contains($0) }
    }

    // MARK: Bytes

    func hasBytes(_ part: String, at offset: Int) -> Bool {
        guard offset >= 0, offset + part.utf8.count <= utf8.count else { return false }
        return utf8.dropFirst(offset).prefix(part.utf8.count).elementsEqual(part.utf8)
    }

    func bytes(from start: Int) -> String { String(Substring(utf8.dropFirst(start))) }

    func bytes(to end: Int) -> String { String(Substring(utf8.prefix(end))) }

    func bytes(_ range: Range<Int>) -> String {
        String(Substring(utf8.dropFirst(range.lowerBound).prefix(range.count)))
    }

    func partition(at place: Int, _ separator: String) -> Value {
        .tuple([
            .string(bytes(to: place)), .string(separator), .string(bytes(from: place + separator.utf8.count)),
        ])
    }

    /// Where a text begins last within a range; nil if it isn't there.
    func lastOffset(of part: String, in range: Range<Int>) -> Int? {
        if part.isEmpty { return range.upperBound }
        // The mirrored text is searched, so that it takes no longer than a search from the front.
        let mirrored: [UInt8] = Array(utf8.dropFirst(range.lowerBound).prefix(range.count)).reversed()
        let wanted: [UInt8] = Array(part.utf8).reversed()
        let found = mirrored.withUnsafeBufferPointer { text in
            wanted.withUnsafeBufferPointer { part in ByteSearch.first(of: part, in: text) }
        }
        return found.map { range.upperBound - $0 - wanted.count }
    }

    func occurrences(of part: String, in range: Range<Int>) -> Int {
        if part.isEmpty { return bytes(range).unicodeScalars.count + 1 }
        var count = 0
        var place = range.lowerBound
        while let found = offset(of: part, from: place), found + part.utf8.count <= range.upperBound {
            count += 1
            place = found + part.utf8.count
        }
        return count
    }

    /// How many code points the first bytes are.
    func scalarCount(toByte offset: Int) -> Int {
        utf8Span.isKnownASCII ? offset : Substring(utf8.prefix(offset)).unicodeScalars.count
    }

    /// Where a code point is in bytes; the end where there are fewer.
    func byteOffset(ofScalar index: Int) -> Int {
        if utf8Span.isKnownASCII { return min(index, utf8.count) }
        return unicodeScalars.prefix(index).reduce(0) { $0 + UTF8.width($1) }
    }

    // MARK: Searching

    /// The part that is searched, and within which bytes; nil where the bounds leave nothing.
    func searched(_ call: Call) throws(Fault) -> (part: String, range: Range<Int>?) {
        guard call.named.isEmpty, (1...3).contains(call.positional.count) else {
            throw Fault(.type, "a search takes a text and perhaps two bounds")
        }
        return (try call.positional[0].stringArgument(), try bounds(call))
    }

    private func bounds(_ call: Call) throws(Fault) -> Range<Int>? {
        let count = utf8Span.isKnownASCII ? utf8.count : unicodeScalars.count
        func bound(_ place: Int, _ standard: Int) throws(Fault) -> Int {
            guard place < call.positional.count, !call.positional[place].isNone else { return standard }
            let index = try call.positional[place].intArgument()
            return index < 0 ? max(index + count, 0) : index
        }
        let start = try bound(1, 0)
        let end = min(try bound(2, count), count)
        guard start <= end else { return nil }
        return byteOffset(ofScalar: start)..<byteOffset(ofScalar: end)
    }

    func find(_ call: Call, isLast: Bool) throws(Fault) -> Int? {
        let (part, range) = try searched(call)
        guard let range else { return nil }
        if isLast { return lastOffset(of: part, in: range).map(scalarCount) }
        guard let place = offset(of: part, from: range.lowerBound), place + part.utf8.count <= range.upperBound else {
            return nil
        }
        return scalarCount(toByte: place)
    }

    func found(_ call: Call, isLast: Bool) throws(Fault) -> Int {
        guard let place = try find(call, isLast: isLast) else { throw Fault(.value, "a text isn't in another") }
        return place
    }

    func hasAffix(_ call: Call, isSuffix: Bool) throws(Fault) -> Bool {
        guard call.named.isEmpty, (1...3).contains(call.positional.count) else {
            throw Fault(.type, "startswith and endswith take a text and perhaps two bounds")
        }
        var affixes: [String] = []
        if case .tuple(let elements) = call.positional[0] {
            for element in elements { affixes.append(try element.stringArgument()) }
        } else {
            affixes = [try call.positional[0].stringArgument()]
        }
        guard let range = try bounds(call) else { return false }
        return affixes.contains { affix in
            affix.utf8.count <= range.count
                && hasBytes(affix, at: isSuffix ? range.upperBound - affix.utf8.count : range.lowerBound)
        }
    }

    // MARK: Making new ones

    func replacing(
        _ old: String, with new: String, most: Int, _ budget: inout Budget
    ) throws(Fault) -> String {
        var left = most < 0 ? Int.max : most
        var result = ""
        if old.isEmpty {
            for scalar in unicodeScalars {
                if left > 0 { result += new }
                left -= 1
                result.unicodeScalars.append(scalar)
                try budget.take(bytes: new.utf8.count + 4)
            }
            return left > 0 ? result + new : result
        }
        var place = 0
        while left > 0, let found = offset(of: old, from: place) {
            try budget.step()
            try budget.take(bytes: found - place + new.utf8.count)
            result += bytes(place..<found)
            result += new
            place = found + old.utf8.count
            left -= 1
        }
        return place == 0 ? self : result + bytes(from: place)
    }

    func expandingTabs(_ width: Int, _ budget: inout Budget) throws(Fault) -> String {
        var result = String.UnicodeScalarView()
        var column = 0
        for scalar in unicodeScalars {
            if scalar == "\t" {
                let count = width > 0 ? width - column % width : 0
                try budget.take(bytes: count)
                result.append(contentsOf: repeatElement(" ", count: count))
                column += count
            } else {
                result.append(scalar)
                column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
            }
        }
        return String(result)
    }

    func padded(
        _ call: Call, _ budget: inout Budget, left: (_ missing: Int, _ width: Int) -> Int
    ) throws(Fault) -> Value {
        guard call.named.isEmpty, (1...2).contains(call.positional.count) else {
            throw Fault(.type, "padding takes a width and perhaps a character")
        }
        let width = try call.positional[0].intArgument()
        let fill = call.positional.count > 1 ? try call.positional[1].stringArgument() : " "
        guard fill.unicodeScalars.count == 1 else { throw Fault(.type, "padding is with one character") }
        let missing = width - unicodeScalars.count
        guard missing > 0 else { return .string(self) }
        try budget.take(bytes: missing.multipliedReportingOverflow(by: 4).partialValue)
        let before = left(missing, width)
        return .string(String(repeating: fill, count: before) + self + String(repeating: fill, count: missing - before))
    }

    func split(_ call: Call, fromEnd: Bool, _ budget: inout Budget) throws(Fault) -> [Value] {
        let arguments = try call.bound(to: ["sep", "maxsplit"])
        let most = try arguments[1]?.intArgument() ?? -1
        let limit = most < 0 ? Int.max : most
        let separator = arguments[0] ?? .none
        let parts: [String]
        if separator.isNone {
            parts = try splitAtSpace(limit, fromEnd: fromEnd, &budget)
        } else {
            let separator = try separator.stringArgument()
            guard !separator.isEmpty else { throw Fault(.value, "a separator is empty") }
            parts =
                try fromEnd ? splitFromEnd(at: separator, limit, &budget) : split(at: separator, limit, &budget)
        }
        return parts.map(Value.string)
    }

    private func split(at separator: String, _ limit: Int, _ budget: inout Budget) throws(Fault) -> [String] {
        var parts: [String] = []
        var place = 0
        while parts.count < limit, let found = offset(of: separator, from: place) {
            try budget.take(elements: 1)
            parts.append(bytes(place..<found))
            place = found + separator.utf8.count
        }
        return parts + [bytes(from: place)]
    }

    private func splitFromEnd(
        at separator: String, _ limit: Int, _ budget: inout Budget
    ) throws(Fault) -> [String] {
        let wanted: [UInt8] = separator.utf8.reversed()
        let mirrored: [UInt8] = utf8.reversed()
        var parts: [String] = []
        var start = 0
        var place = 0
        while parts.count < limit, place + wanted.count <= mirrored.count {
            guard mirrored[place] == wanted[0], mirrored[place..<place + wanted.count].elementsEqual(wanted) else {
                place += 1
                continue
            }
            try budget.take(elements: 1)
            parts.append(String(decoding: mirrored[start..<place].reversed(), as: UTF8.self))
            place += wanted.count
            start = place
        }
        parts.append(String(decoding: mirrored[start...].reversed(), as: UTF8.self))
        return parts.reversed()
    }

    private func splitAtSpace(_ limit: Int, fromEnd: Bool, _ budget: inout Budget) throws(Fault) -> [String] {
        let scalars = Array(unicodeScalars)
        var words: [Range<Int>] = []
        var start: Int?
        for (place, scalar) in scalars.enumerated() {
            if scalar.isPythonSpace {
                if let begun = start {
                    try budget.take(elements: 1)
                    words.append(begun..<place)
                }
                start = nil
            } else if start == nil {
                start = place
            }
        }
        if let begun = start { words.append(begun..<scalars.count) }
        guard words.count > limit else { return words.map { String(scalars[$0]) } }
        if fromEnd {
            let kept = words.suffix(limit)
            let rest = words[words.count - limit - 1].upperBound
            return [String(scalars[..<rest])] + kept.map { String(scalars[$0]) }
        }
        return words.prefix(limit).map { String(scalars[$0]) } + [String(scalars[words[limit].lowerBound...])]
    }

    /// Lines by every kind of line end that Python knows.
    func pythonLines(keepingEnds: Bool = false, _ budget: inout Budget) throws(Fault) -> [String] {
        let scalars = Array(unicodeScalars)
        var lines: [String] = []
        var start = 0
        var place = 0
        while place < scalars.count {
            let end = place
            switch scalars[place].value {
            case 0x0D: place += place + 1 < scalars.count && scalars[place + 1] == "\n" ? 2 : 1
            case 0x0A...0x0C, 0x1C...0x1E, 0x85, 0x2028, 0x2029: place += 1
            default:
                place += 1
                continue
            }
            lines.append(String(scalars[start..<(keepingEnds ? place : end)]))
            try budget.take(elements: 1)
            start = place
        }
        if start < scalars.count { lines.append(String(scalars[start...])) }
        return lines
    }
}
